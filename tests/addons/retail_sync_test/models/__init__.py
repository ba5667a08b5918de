from . import retail_sync_test_row, retail_sync_test_trace
