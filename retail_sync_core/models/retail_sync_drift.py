from odoo import api, fields, models

STATES = [
    ("open", "Needs a person"),
    ("told", "Ours told again"),
    ("left", "Left as it is"),
]
REASONS = [
    ("order", "An order of it is not imported yet"),
    ("taken", "Taken there without an order"),
    ("added", "Added there"),
    ("gone", "Not stocked there anymore"),
]


class RetailSyncDrift(models.Model):
    """A level that differs at the channel, and no movement we know explains it."""

    _name = "retail.sync.drift"
    _description = "Difference"
    _order = "id desc"
    _rec_name = "level_id"

    run_id = fields.Many2one(
        "retail.sync.stock.run", readonly=True, ondelete="cascade", index=True
    )
    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    level_id = fields.Many2one(
        "retail.sync.level",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    location_id = fields.Many2one(
        "retail.sync.location", readonly=True, ondelete="cascade"
    )
    expected_qty = fields.Integer(string="It should be", readonly=True, aggregator=None)
    found_qty = fields.Integer(string="It is there", readonly=True, aggregator=None)
    difference = fields.Integer(readonly=True)
    since = fields.Datetime(
        readonly=True, help="When the channel last confirmed what we expected."
    )
    reason = fields.Selection(REASONS, string="Likely why", readonly=True)
    state = fields.Selection(STATES, default="open", required=True, readonly=True)

    @api.model
    def _note(self, level, found):
        """Write down that ``found`` units are there and not what we expect.

        :param found: None where the channel does not stock it anymore
        """
        units = found or 0
        return self.create(
            {
                "run_id": level.suspected_by_id.id,
                "channel_id": level.channel_id.id,
                "level_id": level.id,
                "product_id": level.product_id.id,
                "location_id": level.location_id.id,
                "expected_qty": level.expected_qty,
                "found_qty": units,
                "difference": units - level.expected_qty,
                "since": level.acked_at,
                "reason": self._guess(level, found),
                "state": "open" if level.channel_id.drift_policy == "ask" else "told",
            }
        )

    def _guess(self, level, found):
        if found is None:
            return "gone"
        if found > level.expected_qty:
            return "added"
        waits = self.env["retail.sync.demand"].search_count(
            [("listing_id", "=", level.listing_id.id)], limit=1
        )
        return "order" if waits else "taken"

    def action_tell(self):
        """Tell the channel our figure after all."""
        self.check_access("write")
        still_open = self.filtered(lambda drift: drift.state == "open")
        still_open.level_id.sudo()._tell_again()
        still_open.state = "told"
        self._close_issues()

    def action_leave(self):
        """Leave the channel's figure until the product's stock changes next."""
        self.check_access("write")
        still_open = self.filtered(lambda drift: drift.state == "open")
        still_open.state = "left"
        still_open.level_id.sudo().marked_at = False
        self._close_issues()

    def _close_issues(self):
        """Close the issues of levels that nothing is open of anymore."""
        for level in self.level_id:
            if not self.search_count(
                [("level_id", "=", level.id), ("state", "=", "open")], limit=1
            ):
                self.env["retail.sync.issue"]._close_about(
                    level.channel_id, "stock_drift", (level,)
                )
