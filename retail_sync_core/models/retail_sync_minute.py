from odoo import api, fields, models
from odoo.tools import SQL

from ..database import LooseMany2one

KEEP_DAYS = 35
LONGEST_GAP = 5  # minutes
LANE_NAMES = ("urgent", "frequent", "batch")
LATEST_ORDERS = 20000
# The first worker that comes in a minute takes it; the others find it taken.
TAKE = """
INSERT INTO retail_sync_minute (channel_id, at)
SELECT c.id, date_trunc('minute', %(now)s)
  FROM retail_sync_channel c WHERE c.active AND c.state IN ('live', 'watch')
   AND NOT EXISTS (SELECT 1 FROM retail_sync_minute m
        WHERE m.channel_id = c.id AND m.at = date_trunc('minute', %(now)s))
    ON CONFLICT (channel_id, at) DO NOTHING
RETURNING channel_id
"""
WAITING = """
SELECT channel_id, lane, count(*),
       COALESCE(max(extract(epoch FROM %(now)s - scheduled_at)), 0)
  FROM retail_sync_job
 WHERE state = 'pending' AND lane >= 0 AND scheduled_at <= %(now)s
   AND channel_id = ANY(%(channels)s)
 GROUP BY channel_id, lane
"""
# how late work began that was done since the row before
LATENESS = """
SELECT channel_id, lane, percentile_disc(0.95) WITHIN GROUP (ORDER BY
         GREATEST(0, extract(epoch FROM started_at - scheduled_at)))
  FROM retail_sync_job
 WHERE state = 'done' AND done_at > %(since)s AND done_at <= %(until)s
   AND started_at IS NOT NULL AND lane >= 0 AND channel_id = ANY(%(channels)s)
 GROUP BY channel_id, lane
"""
# new orders: the latest of all, by their ids, for nothing else is indexed
ORDERS = """
SELECT channel_id, count(*)
  FROM (SELECT channel_id, create_date FROM retail_sync_order
         ORDER BY id DESC LIMIT %(latest)s) o
 WHERE create_date > %(since)s AND create_date <= %(until)s
   AND channel_id = ANY(%(channels)s)
 GROUP BY channel_id
"""
LEVELS = """
SELECT p.channel_id, count(*)
  FROM retail_sync_level l JOIN retail_sync_location p ON p.id = l.location_id
 WHERE l.acked_at > %(since)s AND l.acked_at <= %(until)s
   AND p.channel_id = ANY(%(channels)s)
 GROUP BY p.channel_id
"""


class RetailSyncMinute(models.Model):
    """How each channel did, minute by minute: what waited, how late, how much came.

    Written by whichever worker comes first in a minute; jobs are swept after days.
    """

    _name = "retail.sync.minute"
    _description = "Minute of a Channel"
    _order = "at desc, id desc"
    _rec_name = "at"

    channel_id = LooseMany2one("retail.sync.channel", required=True, readonly=True)
    at = fields.Datetime(string="Minute", required=True, readonly=True)
    depth_urgent = fields.Integer(string="Waiting, near real time", readonly=True)
    depth_frequent = fields.Integer(string="Waiting, frequent", readonly=True)
    depth_batch = fields.Integer(string="Waiting, batch", readonly=True)
    age_urgent = fields.Integer(string="Oldest, near real time (s)", readonly=True)
    age_frequent = fields.Integer(string="Oldest, frequent (s)", readonly=True)
    age_batch = fields.Integer(string="Oldest, batch (s)", readonly=True)
    late_urgent = fields.Float(string="Late, near real time (s)", readonly=True)
    late_frequent = fields.Float(string="Late, frequent (s)", readonly=True)
    late_batch = fields.Float(string="Late, batch (s)", readonly=True)
    orders = fields.Integer(string="New orders", readonly=True)
    levels = fields.Integer(string="Levels told", readonly=True)

    _minute_uniq = models.UniqueIndex("(channel_id, at)", "One row a minute.")

    @api.model
    def _take(self):
        """Write this minute's rows if nobody has; return them.

        What was done and came is that of the minute before, what waits is as of now.
        """
        cr = self.env.cr
        now = cr.now()
        cr.execute(TAKE, {"now": now})
        channels = [channel_id for (channel_id,) in cr.fetchall()]
        if not channels:
            return self.browse()
        self.env.flush_all()
        cr.execute("SELECT date_trunc('minute', %s)", [now])
        (at,) = cr.fetchone()
        for channel_id, values in self._figures(channels, now, at).items():
            columns = SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in values.items()
            )
            cr.execute(
                SQL(
                    """UPDATE retail_sync_minute SET %s
                        WHERE channel_id = %s AND at = %s""",
                    columns,
                    channel_id,
                    at,
                )
            )
        self.invalidate_model()
        return self.search([("channel_id", "in", channels), ("at", "=", at)])

    def _figures(self, channels, now, until):
        """Return {channel id: {column: value}}."""
        since = self._last_before(channels, until)
        args = {"channels": channels, "now": now, "since": since, "until": until}
        figures = {channel: self._nothing() for channel in channels}
        for channel, lane, depth, age_s in self._rows(WAITING, args):
            figures[channel][f"depth_{LANE_NAMES[lane]}"] = depth
            figures[channel][f"age_{LANE_NAMES[lane]}"] = int(age_s)
        for channel, lane, late_s in self._rows(LATENESS, args):
            figures[channel][f"late_{LANE_NAMES[lane]}"] = float(late_s)
        for channel, count in self._rows(ORDERS, {**args, "latest": LATEST_ORDERS}):
            figures[channel]["orders"] = count
        for channel, count in self._rows(LEVELS, args):
            figures[channel]["levels"] = count
        return figures

    def _last_before(self, channels, until):
        """Return since when is counted: a minute that nobody took belongs to this."""
        earliest = fields.Datetime.subtract(until, minutes=LONGEST_GAP)
        within = [("at", ">=", earliest), ("at", "<", until)]
        last = self.search([("channel_id", "in", channels), *within], limit=1)
        return last.at or fields.Datetime.subtract(until, minutes=1)

    def _nothing(self):
        values = dict.fromkeys(("orders", "levels"), 0)
        for lane in LANE_NAMES:
            values.update({f"depth_{lane}": 0, f"age_{lane}": 0, f"late_{lane}": 0.0})
        return values

    def _rows(self, query, args):
        self.env.cr.execute(query, args)
        return self.env.cr.fetchall()

    @api.autovacuum
    def _gc_minutes(self):
        """Forget the minutes that are old."""
        old = self.search([("at", "<", f"-{KEEP_DAYS}d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
