-- A copy forgets how to let itself in, that it was ever confirmed, and what waited.
DELETE FROM retail_sync_fuse;
DELETE FROM retail_sync_secret;
UPDATE retail_sync_channel
   SET paused_from = CASE WHEN state IN ('live', 'watch') THEN state
                     ELSE paused_from END,
       paused_reason = CASE WHEN state IN ('live', 'watch')
                       THEN 'This is a copy of the database.' ELSE paused_reason END,
       state = CASE WHEN state IN ('live', 'watch') THEN 'paused' ELSE state END,
       base_url = NULL,
       token = md5(random()::text || id) || md5(random()::text || clock_timestamp()),
       last_test_ok = false,
       account_id = NULL;
UPDATE retail_sync_job
   SET state = 'cancelled', is_head = NULL, slot = NULL, claim = NULL,
       done_at = now() AT TIME ZONE 'UTC', note = 'canceled in a copy of the database'
 WHERE state IN ('pending', 'running', 'held', 'parked', 'dead');
UPDATE retail_sync_effect
   SET state = 'abandoned', doubt_note = 'abandoned in a copy of the database'
 WHERE state IN ('intended', 'sent', 'unknown', 'accepted');
DELETE FROM retail_sync_setup;
DELETE FROM retail_sync_stock_before;
UPDATE retail_sync_channel SET stock_restoring = false, stock_put_back_at = NULL;
UPDATE retail_sync_slot SET awake = false, claim = NULL;
-- Bodies are personal data of real customers.
DELETE FROM ir_attachment WHERE res_model = 'retail.sync.event.body';
DELETE FROM retail_sync_event_body;
