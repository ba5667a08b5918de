from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

STOCK_FIELDS = {"state", "stock_push", "buffer_qty", "share", "active"}
# they change what other channels may offer, too
RANK_FIELDS = {"rank", "first_units", "state", "active"}


class RetailSyncChannel(models.Model):
    """What a channel offers, and where."""

    _inherit = "retail.sync.channel"

    compare_daily = fields.Boolean(
        string="Compare stock every day",
        default=True,
        help="All levels are compared with the channel's in quiet hours.",
    )
    drift_policy = fields.Selection(
        [("repair", "Tell ours again"), ("ask", "Ask a person")],
        string="Stock that differs",
        default="repair",
        required=True,
        help="What is done about a level that differs for no reason we know. It is"
        " written down in any case.",
    )
    rank = fields.Integer(
        default=10,
        help="Which channel comes first for the last units: 1 before 2.",
    )
    first_units = fields.Float(
        string="Its first units",
        digits="Product Unit",
        help="So many units of each product are left to this channel by all channels"
        " of a lower rank that offer the same location.",
    )
    has_first_units = fields.Boolean(
        string="Has first units", compute="_compute_has_first_units"
    )
    stale_count = fields.Integer(
        string="Stale stock",
        compute="_compute_stale",
        help="Levels that the channel has not confirmed for longer than the stock"
        " workflow's target.",
    )
    stale_since = fields.Datetime(string="Oldest since", compute="_compute_stale")
    location_ids = fields.One2many("retail.sync.location", "channel_id", "Locations")
    listing_ids = fields.One2many("retail.sync.listing", "channel_id", "Products")

    def write(self, vals):
        result = super().write(vals)
        if STOCK_FIELDS & vals.keys():
            self._mark_stock()
            self._mark_held_back()
        if "warehouse_id" in vals:
            self.env["retail.sync.demand"].sudo()._mark_sold(self)
        ranked = RANK_FIELDS & vals.keys() and any(self.mapped("has_first_units"))
        if ranked or "first_units" in vals:
            self._mark_all_channels()
        return result

    def unlink(self):
        """Have others look again at what these channels came first for."""
        self.filtered("has_first_units")._mark_all_channels()
        self._mark_held_back()
        return super().unlink()

    @api.depends("first_units", "location_ids.first_units")
    def _compute_has_first_units(self):
        for channel in self:
            own = channel.sudo().location_ids.mapped("first_units")
            channel.has_first_units = any((channel.first_units, *own))

    def _mark_all_channels(self):
        """Have the levels of all channels of these companies looked at again."""
        if self:
            self.sudo().search(
                [("company_id", "in", self.company_id.ids)]
            )._mark_stock()

    def _mark_held_back(self):
        """Have others look again that wait for what these channels show."""
        held = (
            self.env["retail.sync.level"]
            .sudo()
            .search(
                [
                    ("held_back", "=", True),
                    ("company_id", "in", self.company_id.ids),
                    ("channel_id", "not in", self.ids),
                ]
            )
        )
        held.channel_id._mark_stock()

    def _mark_stock(self):
        """Have all levels of the channel looked at again."""
        self.env["retail.sync.stock.mark"].sudo()._append(
            [(None, None, channel.id) for channel in self]
        )

    def _compute_stale(self):
        Level = self.env["retail.sync.level"]
        for channel in self:
            domain = channel._stale_domain()
            channel.stale_count = Level.search_count(domain)
            oldest = channel.stale_count and Level.search(
                domain, order="marked_at", limit=1
            )
            channel.stale_since = oldest.marked_at if oldest else False

    def _stale_domain(self):
        """Return the domain of levels that should have been confirmed by now."""
        self.ensure_one()
        if self.state == "draft" or self._only_looks():
            return Domain.FALSE  # nothing is told, so nothing can be late
        workflow = self._workflow("stock")
        target_s = workflow.target_s or 60
        before = fields.Datetime.now() - timedelta(seconds=target_s)
        went_on = workflow._went_on_at()
        if workflow.state == "paused" or (went_on and went_on > before):
            return Domain.FALSE  # nor was there time to tell anything
        gathered = Domain("near_zero", "=", False) & Domain("due_at", ">", before)
        return (
            Domain("channel_id", "=", self.id)
            & Domain("state", "!=", "inactive")
            & Domain("marked_at", "<", before)
            & ~gathered
        )

    def action_open_stale(self):
        """Show the levels that the channel has not confirmed in time."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_level_action"
        )
        domain = list(self._stale_domain())
        return {**action, "domain": domain, "context": {}}

    def action_publish_stock(self):
        """Have all stock of the channel told anew."""
        return self._start_run("publish")

    def action_compare_stock(self):
        """Have all stock of the channel compared now."""
        return self._start_run("compare")

    def _start_run(self, kind):
        self.ensure_one()
        self.check_access("read")
        run = self.env["retail.sync.stock.run"]._start(self, kind)
        return run.get_formview_action()
