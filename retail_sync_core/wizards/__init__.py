from . import retail_sync_channel_connect
from . import retail_sync_effect_settle
