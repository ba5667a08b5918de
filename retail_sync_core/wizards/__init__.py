from . import (
    retail_sync_channel_connect,
    retail_sync_channel_connect_outlook,
    retail_sync_effect_settle,
    retail_sync_go_live,
    retail_sync_history_ask,
    retail_sync_order_cancel,
    retail_sync_order_correct,
    retail_sync_order_money,
    retail_sync_pause,
    retail_sync_put_back,
    retail_sync_setup_load,
    retail_sync_setup_load_line,
)
