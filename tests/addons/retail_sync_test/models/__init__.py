from . import retail_sync_test_trace
