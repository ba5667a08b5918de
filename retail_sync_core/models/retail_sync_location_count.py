from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# A count that takes longer was forgotten more likely than not.
LONG_COUNT = timedelta(hours=12)
REMIND_AGAIN = timedelta(days=1)


class RetailSyncLocation(models.Model):
    """A location whose stock is being counted: levels stay, less what is sold.

    Stock is counted once, on however many channels it is offered: a count begins and
    ends for all locations that offer some of the same stock.
    """

    _inherit = "retail.sync.location"

    frozen_at = fields.Datetime(string="Being counted since", readonly=True, copy=False)
    frozen_by_id = fields.Many2one(
        "res.users", string="Begun by", readonly=True, copy=False
    )
    # computed once, for counts that began before there was such a field
    is_counted = fields.Boolean(
        string="Being counted",
        compute="_compute_is_counted",
        store=True,
        copy=False,
        help="The count began here; others that offer the same stock wait for it.",
    )
    frozen_after_id = fields.Integer(
        string="Last movement before the count",
        readonly=True,
        copy=False,
        aggregator=None,
        help="The newest stock move when the count began: later ones left meanwhile.",
    )
    reminded_at = fields.Datetime(string="Reminded", readonly=True, copy=False)

    def _compute_is_counted(self):
        for place in self:
            place.is_counted = bool(place.frozen_at)

    def action_freeze(self):
        """Keep the levels as they are while the stock is counted, on every channel.

        What leaves meanwhile, by whatever sale, is still taken off; nothing is added.
        """
        self.check_access("write")
        begun = self.filtered(lambda place: place.state == "mapped")
        # whose stock is counted need not see every channel that offers it
        begun.sudo().write({"is_counted": True, "reminded_at": False})
        mapped = [("state", "=", "mapped"), ("frozen_at", "=", False)]
        kept = self.sudo().search(mapped).filtered(begun._shares_any)
        kept.level_ids._keep_for_count()
        kept._freeze()

    def _freeze(self):
        """Let what leaves from now on be taken off, and nothing be added."""
        # moves tell their time in whole seconds: what leaves within this one counts
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM stock_move")
        self.write(
            {
                "frozen_at": self.env.cr.now().replace(microsecond=0),
                "frozen_by_id": self.env.uid,
                "frozen_after_id": self.env.cr.fetchone()[0],
            }
        )
        self._audit_count("stock.frozen")

    def _settle_counts(self):
        """Join the counts of stock that is offered here now, leave those of other."""
        counted = self.search([("is_counted", "=", True)])
        theirs = self.filtered(counted._shares_any)
        joining = theirs.filtered(
            lambda place: place.state == "mapped" and not place.frozen_at
        )
        if joining:
            joining.level_ids._keep_for_count(begun=True)
            joining._freeze()
        (self.filtered("frozen_at") - theirs - counted)._thaw()

    def action_thaw(self):
        """The count is applied: tell the levels as they are now, all together.

        Who offers stock of another count that goes on waits for that one, too.
        """
        self.check_access("write")
        ended = self.filtered("frozen_at")
        frozen = self.sudo().search([("frozen_at", "!=", False)])
        frozen = frozen.filtered(ended._shares_any)
        frozen.is_counted = False
        going_on = self.sudo().search([("is_counted", "=", True)])
        (frozen - frozen.filtered(going_on._shares_any))._thaw()

    def _thaw(self):
        """Forget what was kept, and have all levels told."""
        self.write({"frozen_at": False, "frozen_by_id": False})
        self.level_ids._forget_count()
        self._mark()
        self._audit_count("stock.thawed")
        for place in self:
            self.env["retail.sync.issue"]._close_about(
                place.channel_id, "count_open", (place,)
            )

    def _shares_any(self, other):
        """Return whether ``other`` is one of these, or offers stock of one."""
        return any(place == other or place._shares_stock_with(other) for place in self)

    def _audit_count(self, action):
        for place in self:
            self.env["retail.sync.audit"]._record(place.channel_id, place, action)

    @api.model
    def _remind_of_counts(self, now):
        """Have somebody asked whether counts that go on for long are at an end."""
        forgotten = self.search(
            [
                ("is_counted", "=", True),
                ("frozen_at", "<", now - LONG_COUNT),
                "|",
                ("reminded_at", "=", False),
                ("reminded_at", "<", now - REMIND_AGAIN),
            ]
        )
        for place in forgotten:
            self.env["retail.sync.issue"]._raise(
                place.channel_id,
                "count_open",
                value=place.display_name,
                params={"since": f"{place.frozen_at:%Y-%m-%d %H:%M} UTC"},
                record=place,
                about=(place,),
            )
        forgotten.reminded_at = now

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        if self.filtered("frozen_at"):
            raise UserError(self.env._("End the count before deleting the location."))
