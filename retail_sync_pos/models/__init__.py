from . import (
    pos_config,
    pos_order,
    pos_order_line,
    pos_session,
    retail_sync_location,
    retail_sync_setup_file,
    retail_sync_stock_rule,
)
