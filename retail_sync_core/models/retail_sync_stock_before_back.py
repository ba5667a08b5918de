from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..adapters import base
from ..domain import sentence
from .retail_sync_level_ledger import TELLABLE

# what was kept of levels that are told from here
KEPT = """
  FROM retail_sync_stock_before b
  JOIN retail_sync_level l ON l.id = b.level_id
  JOIN retail_sync_listing i ON i.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
 WHERE b.channel_id = %(channel)s AND b.kept_at IS NOT NULL AND p.state = 'mapped'
   AND p.stock_owner = 'odoo' AND l.state <> 'inactive'
   AND i.state = 'matched' AND i.published AND i.tracked
"""
# A level that somebody else keeps open: it is on its way, or the orders come first.
OPEN = f"""
SELECT count(*) {KEPT}
   AND (l.wanted_generation > l.sent_generation OR l.state = 'sent')
"""
# How many levels putting back would change now; all that is on its way counts.
TO_CHANGE = f"""
SELECT count(*) {KEPT}
   AND (GREATEST(0, b.theirs_qty + COALESCE(l.moved_qty, 0)) <> l.expected_qty
        OR l.state = 'sent' OR NOT b.stocked AND %(takes_off)s
        OR l.wanted_generation > l.sent_generation AND NOT %(paused)s)
"""
# Not stocked there before: put back to 0, and not taken off the location yet.
TO_TAKE_OFF = """
  FROM retail_sync_stock_before b
  JOIN retail_sync_level l ON l.id = b.level_id
  JOIN retail_sync_location p ON p.id = l.location_id
 WHERE b.channel_id = %(channel)s AND b.kept_at IS NOT NULL AND NOT b.stocked
   AND p.state = 'mapped' AND p.stock_owner = 'odoo' AND l.state = 'acknowledged'
   AND l.acked_qty = 0 AND l.expected_qty = 0
   AND l.wanted_generation <= l.sent_generation
"""
COUNT_TO_TAKE_OFF = f"SELECT count(*) {TO_TAKE_OFF}"
FIND_TO_TAKE_OFF = f"""
SELECT l.id {TO_TAKE_OFF}
   AND (%(place)s IS NULL OR p.id = %(place)s)
 ORDER BY l.id LIMIT %(limit)s
"""
TO_TELL = """
SELECT l.id, COALESCE(l.expected_qty, 0)
  FROM retail_sync_level l
  JOIN retail_sync_listing i ON i.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
 WHERE p.channel_id = %s AND p.state = 'mapped' AND p.stock_owner = 'odoo'
   AND l.wanted_generation > l.sent_generation AND %s
 ORDER BY l.id
"""
# not stocked there; or open already, behind the orders that are asked for
LEFT_ALONE = ("inactive", "conflict")


class RetailSyncChannel(models.Model):
    """The channel's own levels, as they were before ours, are put back there.

    The usual pushes do it, with their comparison, their order and their ledger: only
    the figures come from what was kept. Afterwards the stock flow is paused.
    """

    _inherit = "retail.sync.channel"

    stock_restoring = fields.Boolean(
        string="Putting levels back", readonly=True, copy=False
    )
    stock_put_back_at = fields.Datetime(
        string="Levels put back",
        readonly=True,
        copy=False,
        help="Since then stock is paused. Resumed, the channel is told our levels.",
    )
    before_count = fields.Integer(
        string="Levels before", compute="_compute_before_count"
    )
    to_put_back_count = fields.Integer(
        string="Levels to put back", compute="_compute_to_put_back_count"
    )
    restoring_words = fields.Char(
        string="How far putting back is", compute="_compute_restoring_words"
    )

    @api.depends("before_count", "stock_restoring")
    def _compute_to_put_back_count(self):
        for channel in self:
            if channel.stock_restoring or not channel.before_count:
                channel.to_put_back_count = 0
                continue
            channel.to_put_back_count = channel._count_kept(
                TO_CHANGE,
                takes_off=channel._takes_off(),
                paused=channel.sudo()._workflow("stock").state == "paused",
            )

    @api.depends("stock_restoring")
    @api.depends_context("lang")
    def _compute_restoring_words(self):
        """Say how far putting back is, while it goes on."""
        for channel in self:
            channel.restoring_words = channel.stock_restoring and self.env._(
                "Levels of before that are not confirmed yet: %s. Afterwards stock is"
                " paused.",
                channel._count_open_levels() + channel._count_to_take_off(),
            )

    def _compute_before_count(self):
        counts = self._counts("retail.sync.stock.before", [("kept_at", "!=", False)])
        for channel in self:
            channel.before_count = counts.get(channel.id, 0)

    def action_open_before(self):
        """Show the levels that the channel had before ours."""
        self.ensure_one()
        return self._open("retail_sync_stock_before_action", search_default_kept=1)

    def action_put_back(self):
        """Ask, with a list of what would change, whether the levels are put back."""
        self.ensure_one()
        self._check_group("manager")
        return self.env["retail.sync.put.back"]._open(self)

    def _takes_off(self):
        """Return whether the channel lets a product be taken off a location."""
        adapter = self._adapter_class()
        stock = adapter.capability(base.Stock) if adapter else None
        return bool(stock and stock.takes_off)

    def _to_take_off(self, place=None, limit=1):
        """Return ids of levels that are back at 0 and were not stocked before."""
        if not self._takes_off():
            return []
        self.env.flush_all()
        place_id = place.id if place else None
        rows = self.env.execute_query(
            SQL(FIND_TO_TAKE_OFF, channel=self.id, place=place_id, limit=limit)
        )
        return [level_id for (level_id,) in rows]

    def _count_to_take_off(self):
        """Return how many levels are back at 0 and leave the location still."""
        return self._count_kept(COUNT_TO_TAKE_OFF) if self._takes_off() else 0

    def _put_back(self, reason):
        """Begin to put the levels of before back."""
        self._check_group("manager")
        reason = self._check_reason(reason)
        if self.state != "live":
            raise UserError(
                self.env._(
                    "Resume the channel first: nothing leaves while it is paused."
                )
            )
        if not self.before_count:
            raise UserError(
                self.env._(
                    "Nothing was kept: this channel has been told before levels were"
                    " kept, or it does not tell which stock it has."
                )
            )
        channel_sudo = self.sudo()
        channel_sudo.stock_restoring = True
        self._post_pause(
            self.env._("Putting the levels of before back begins:"), reason
        )
        self.env["retail.sync.audit"]._record(self, self, "stock.put_back")
        levels = (
            self.env["retail.sync.stock.before"].sudo()._kept(channel_sudo).level_id
        )
        workflow = channel_sudo._workflow("stock")
        channel_sudo.stock_put_back_at = False
        if workflow.state == "paused":
            workflow._resume()
        # all of them: our figure may be on its way to one that seems unchanged
        again = levels.filtered(lambda level: level.state not in LEFT_ALONE)
        self.env["retail.sync.level"].sudo()._write_again(again.ids)
        self.env["retail.sync.stock.mark"].sudo()._enqueue_pushes(levels.location_id)

    @api.model
    def _end_put_backs(self):
        """Pause the stock flow of those channels whose levels are back."""
        for channel in self.sudo().search(
            [("stock_restoring", "=", True), ("state", "=", "live")]
        ):
            if channel._count_open_levels() or channel._to_take_off():
                continue
            channel._end_put_back(
                sentence._(
                    "The levels of before are back. Resumed, the channel is told ours"
                    " again."
                )
            )

    def _count_open_levels(self):
        """Return how many levels are on their way back."""
        return self._count_kept(OPEN)

    def _count_kept(self, query, **values):
        """Return what the counting ``query`` finds of what was kept."""
        self.env.flush_all()
        query = SQL(query, channel=self._origin.id or None, **values)
        return self.env.execute_query(query)[0][0]

    def _end_put_back(self, reason, user=None):
        """Pause stock; ours are to be told again when somebody resumes it."""
        self.write({"stock_restoring": False, "stock_put_back_at": self.env.cr.now()})
        self._workflow("stock")._pause(reason, user)
        rows = self.env["retail.sync.stock.before"]._kept(self)
        off = rows.filtered(
            lambda row: not row.stocked and row.location_id.activates
        ).level_id.filtered(lambda level: level.state == "inactive")
        there = rows.level_id.filtered(lambda level: level.state != "inactive")
        self.env["retail.sync.level"]._write_again(there.ids)
        self.env["retail.sync.level"]._write_again(off.ids, "inactive")

    def action_stop_put_back(self):
        """Leave the levels as they are now; the stock flow is paused."""
        self._check_group("manager")
        for channel in self.sudo().filtered("stock_restoring"):
            channel._end_put_back(
                self.env._("Putting the levels back was stopped by a person."),
                self.env.user,
            )
        return True

    def _disconnect(self):
        """What was put back, or is being, was so at the system of before."""
        self.sudo().write({"stock_restoring": False, "stock_put_back_at": False})
        return super()._disconnect()

    def _levels_to_tell(self):
        """Return {id: units there now} of the levels told once stock is resumed."""
        self.env.flush_all()
        # ORM: no domain compares two columns
        return dict(self.env.execute_query(SQL(TO_TELL, self.id or None, TELLABLE)))

    def _judge_health(self):
        """Say that levels are put back, before what merely runs late."""
        health, note, step = super()._judge_health()
        if self.state != "live" or health not in ("busy", "good"):
            return health, note, step
        if not self.stock_restoring:
            return health, note, step
        return "busy", self.env._("Its own levels are being put back."), ""
