from odoo import api, fields, models
from odoo.tools import SQL


class RetailSyncLevel(models.Model):
    """When a level was read, by the channel's clock and by ours.

    Sales have the time of the channel's clock, so whether one is in the figure that
    was read is asked of that clock; when we came to know of it, of ours.
    """

    _inherit = "retail.sync.level"

    read_at = fields.Datetime(
        string="Read",
        readonly=True,
        help="When the channel's figure was last read, by our clock.",
    )

    @api.model
    def _write_clocks(self, times):
        """Note when levels were read.

        :param times: {level id: by the channel's clock, UTC, or None where it tells
            none: then ours is the best there is}
        """
        if not times:
            return
        self.env.flush_all()
        # ORM: a time for each of many levels in one statement
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_level l
                      SET read_at = %(now)s, based_at = COALESCE(v.at, %(now)s)
                     FROM unnest(%(ids)s::int[], %(times)s::timestamp[])
                          AS v (id, at)
                    WHERE l.id = v.id""",
                now=self.env.cr.now(),
                ids=list(times),
                times=list(times.values()),
            )
        )
        self.invalidate_model(["read_at", "based_at"])
