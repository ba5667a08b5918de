from datetime import timezone

from odoo import api, fields, models
from odoo.tools.sql import escape_psql

from ..adapters.base import Levels
from ..database import LooseMany2one
from ..domain.stock import Movement

LOCK_CLASS = 1919053427  # any number that is ours alone
# All rows of the ids are written anew: what is not told again is taken back. What was
# there before the level was read is in the figure read; a later change of it is not,
# nor is what another place is asked for instead.
DELTAS = """
WITH told AS MATERIALIZED (
       SELECT *
         FROM unnest(%(ids)s::text[], %(items)s::text[], %(places)s::text[],
                     %(quantities)s::int[], %(times)s::timestamp[])
              AS t (external_id, item_external_id, location_external_id, quantity,
                    occurred_at)),
     old AS MATERIALIZED (
       SELECT m.id, m.external_id, m.item_external_id, m.location_external_id,
              m.quantity
         FROM retail_sync_movement m
        WHERE m.channel_id = %(channel)s AND m.external_id = ANY(%(ids)s)
        ORDER BY m.id FOR UPDATE),
     delta AS MATERIALIZED (
       SELECT external_id, item_external_id, location_external_id,
              COALESCE(told.quantity, 0) - COALESCE(old.quantity, 0) AS quantity,
              COALESCE(told.quantity, 0) AS total, told.occurred_at,
              external_id NOT IN (SELECT external_id FROM old) AS is_new
         FROM told FULL JOIN old
              USING (external_id, item_external_id, location_external_id)),
     kept AS (
       INSERT INTO retail_sync_movement AS m (
              channel_id, external_id, item_external_id, location_external_id, quantity,
              occurred_at, create_uid, create_date, write_uid, write_date)
       SELECT %(channel)s, external_id, item_external_id, location_external_id, total,
              occurred_at, 1, clock_timestamp() AT TIME ZONE 'UTC',
              1, now() AT TIME ZONE 'UTC'
         FROM delta WHERE quantity <> 0
       ON CONFLICT (channel_id, external_id, item_external_id, location_external_id)
       DO UPDATE SET quantity = EXCLUDED.quantity),
     touched AS MATERIALIZED (
       SELECT l.id, delta.quantity, NOT delta.is_new AS is_change,
              NOT delta.is_new OR delta.occurred_at IS NULL OR l.based_at IS NULL
              OR delta.occurred_at > l.based_at AS is_later,
              delta.quantity > 0 AND date_trunc('second', delta.occurred_at)
              = date_trunc('second', l.based_at) AS is_same_second
         FROM delta
         JOIN retail_sync_location p ON p.channel_id = %(channel)s
              AND p.external_id = delta.location_external_id
         JOIN retail_sync_listing i ON i.channel_id = %(channel)s
              AND i.external_id = delta.item_external_id
         JOIN retail_sync_level l ON l.listing_id = i.id AND l.location_id = p.id
        WHERE delta.quantity <> 0 AND l.acked_at IS NOT NULL),
     moved AS MATERIALIZED (
       SELECT id, COALESCE(SUM(quantity) FILTER (WHERE is_later), 0) AS quantity,
              bool_or(is_change) AS is_change,
              bool_or(is_same_second AND NOT is_later) AS is_unclear
         FROM touched
        WHERE is_later OR is_same_second
        GROUP BY id)
UPDATE retail_sync_level l
   SET expected_qty = l.expected_qty + moved.quantity,
       moved_qty = COALESCE(l.moved_qty, 0) + moved.quantity
  FROM moved WHERE l.id = moved.id
RETURNING l.id, moved.is_change, moved.is_unclear AND l.state = 'acknowledged'
"""
# Two clocks, one of them in whole seconds, do not tell whether a sale of the moment at
# which a level was read is in the figure that was read.
SAME_MOMENT_S = 120
# What was known before the reading was applied is added, as the figure replaced it.
DOUBTFUL = """
SELECT CASE WHEN m.create_date >= COALESCE(l.read_at, l.based_at)
                 AND m.occurred_at > l.based_at
            THEN -m.quantity ELSE m.quantity END
  FROM retail_sync_level l
  JOIN retail_sync_listing i ON i.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
  JOIN retail_sync_movement m ON m.channel_id = l.channel_id
       AND m.item_external_id = i.external_id
       AND m.location_external_id = p.external_id
 WHERE l.id = %(level)s AND m.quantity <> 0
   AND m.create_date >= COALESCE(l.read_at, l.based_at)
                        - %(moment)s * interval '1 second'
   AND m.occurred_at BETWEEN l.based_at - %(moment)s * interval '1 second'
                         AND l.based_at + %(moment)s * interval '1 second'
"""


class RetailSyncMovement(models.Model):
    """Units that the channel itself took from a level or put back, by its own ids.

    The channel lowers its level with each sale. What it did is added to what we expect
    it to say, once, however often we are told.
    """

    _name = "retail.sync.movement"
    _description = "Movement at the Channel"
    _order = "id desc"
    _rec_name = "external_id"

    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    external_id = fields.Char(required=True, readonly=True)
    item_external_id = fields.Char(string="Its id there", required=True, readonly=True)
    location_external_id = fields.Char(
        string="Location's id there", required=True, readonly=True
    )
    quantity = fields.Integer(readonly=True)
    occurred_at = fields.Datetime(
        string="Happened", readonly=True, help="By the channel's clock."
    )

    _level_idx = models.Index(
        "(channel_id, item_external_id, location_external_id, create_date)"
    )
    _movement_uniq = models.UniqueIndex(
        "(channel_id, external_id, item_external_id, location_external_id)",
        "This movement is known.",
    )

    @api.model
    def _apply(self, channel, movements):
        """Count ``movements``; under one id the newest total counts.

        :return: the levels whose expected quantity changed
        """
        totals, times = {}, {}
        for movement in movements:
            key = (movement.movement_id, movement.item_id, movement.location_id)
            totals[key] = totals.get(key, 0) + movement.quantity
            times[key] = movement.occurred_at
        if not totals:
            return self.env["retail.sync.level"]
        self.env.flush_all()
        # one at a time for a channel: two could both find that an id is new
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, channel.id]
        )
        keys = sorted(totals)
        ids, items, places = map(list, zip(*keys, strict=True))
        self.env.cr.execute(
            DELTAS,
            {
                "channel": channel.id,
                "ids": ids,
                "items": items,
                "places": places,
                "quantities": [totals[key] for key in keys],
                "times": [naive_utc(times[key]) for key in keys],
            },
        )
        rows = self.env.cr.fetchall()
        Level = self.env["retail.sync.level"]
        Level.invalidate_model(["expected_qty"])
        self._look_again(channel, Level.browse(row[0] for row in rows if row[1]))
        self._read_again(channel, Level.browse(row[0] for row in rows if row[2]))
        return Level.browse(row[0] for row in rows)

    @api.model
    def _look_again(self, channel, levels):
        """Have levels worked out that the channel changed with no order of its own.

        An order changes what we offer as well, and so marks it; who is asked to ship it
        may change on one side alone.
        """
        products = levels.listing_id.product_id
        self.env["retail.sync.stock.mark"]._append(
            [(product.id, None, channel.id) for product in products]
        )

    def _read_again(self, channel, levels):
        """Have levels read that got units back in the second in which they were read.

        The channel tells whole seconds: whether that unit is in the figure is not
        known, and where nothing moves here either, nothing else would show it before
        the next comparison. A sale moves something here: it is told, and refused where
        the figure was another.
        """
        if not levels or not issubclass(channel._adapter_class(), Levels):
            return
        levels._write_again(levels.ids, "conflict")
        self.env["retail.sync.stock.mark"]._enqueue_pushes(levels.location_id)

    @api.model
    def _doubtful(self, level):
        """Return units that the channel's figure of ``level`` may have in or not.

        They moved about when that figure was read: each number would change what is
        expected to the other of the two possibilities.
        """
        self.env.flush_all()
        self.env.cr.execute(DOUBTFUL, {"level": level.id, "moment": SAME_MOMENT_S})
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _take_back(self, channel, prefix, kept=None):
        """Count all movements whose id begins with ``prefix`` as undone.

        :param kept: {movement id: units} that the channel left off its level
        """
        left = dict(kept or {})
        rows = self.search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "=like", escape_psql(prefix) + "%"),
                ("quantity", "!=", 0),
            ]
        )
        undone = []
        for row in rows:
            stays = int(min(left.get(row.external_id, 0), max(-row.quantity, 0)))
            left[row.external_id] = left.get(row.external_id, 0) - stays
            undone.append(
                Movement(
                    movement_id=row.external_id,
                    item_id=row.item_external_id,
                    location_id=row.location_external_id,
                    quantity=-stays,
                )
            )
        self._apply(channel, undone)

    @api.autovacuum
    def _gc_movements(self):
        """Forget movements of orders that nobody will tell again."""
        old = self.search([("write_date", "<", "-180d")], limit=5000)
        old.unlink()
        return len(old), len(old) == 5000


def naive_utc(moment):
    """Return ``moment`` as the database keeps it: UTC without a zone."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
