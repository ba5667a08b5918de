# What is known of refunds comes with each order's next version.
BEGIN_LEDGER = """
INSERT INTO retail_sync_order_delta
       (line_id, kind, key, turn, units, told_at, version, create_date, write_date)
SELECT line.id, told.kind, told.key, 0, told.units, told.at, sold.version,
       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
  FROM retail_sync_order_line line
  JOIN retail_sync_order sold ON sold.id = line.order_id
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum((pair->>1)::float), 0) AS shipped
         FROM jsonb_array_elements(COALESCE(sold.shipments, '[]')) shipment,
              jsonb_array_elements(shipment->'lines') pair
        WHERE shipment->>'state' = 'success' AND pair->>0 = line.external_id
       ) gone
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum((row->>'units')::float), 0) AS units
         FROM jsonb_array_elements(COALESCE(sold.returns, '[]')) row
        WHERE row->>'line_id' = line.external_id
       ) back
 CROSS JOIN LATERAL (
       SELECT 'ordered' AS kind, line.external_id AS key, line.quantity AS units,
              sold.placed_at AS at
       UNION ALL
       SELECT 'canceled', line.external_id,
              CASE WHEN sold.cancelled_at IS NULL
                   THEN line.quantity - line.current_quantity - back.units
                   ELSE line.quantity - gone.shipped END,
              sold.cancelled_at
       UNION ALL
       SELECT 'shipped', shipment->>'external_id', sum((pair->>1)::float),
              min((shipment->>'created_at')::timestamp)
         FROM jsonb_array_elements(COALESCE(sold.shipments, '[]')) shipment,
              jsonb_array_elements(shipment->'lines') pair
        WHERE shipment->>'state' = 'success' AND pair->>0 = line.external_id
        GROUP BY shipment->>'external_id'
       UNION ALL
       SELECT kind, row->>'external_id', (row->>'units')::float,
              (row->>'returned_at')::timestamp
         FROM jsonb_array_elements(COALESCE(sold.returns, '[]')) row,
              unnest(ARRAY['returned', 'restocked']) kind
        WHERE row->>'line_id' = line.external_id
          AND CASE kind WHEN 'restocked' THEN (row->>'restocked')::bool
                   ELSE (row->>'restocked')::bool OR (row->>'at_till')::bool END
       ) told
 WHERE sold.order_id IS NOT NULL
   AND line.kind NOT IN %s
   AND told.units > 0
    ON CONFLICT DO NOTHING
"""
NO_UNITS = ("shipping", "duty", "fee", "back", "channel_tax", "rounding", "correction")


def migrate(cr, version):
    """Begin the unit ledger of the orders that are here already, as far as known."""
    cr.execute(BEGIN_LEDGER, [NO_UNITS])
