from odoo import api, fields, models
from odoo.exceptions import UserError

NOT_GONE = ("done", "cancel")


class StockPicking(models.Model):
    """Goods that the buyer fetches at our counter: to prepare, ready, fetched."""

    _inherit = "stock.picking"

    retail_sync_is_pickup = fields.Boolean(
        string="Fetched by the buyer",
        compute="_compute_retail_sync_is_pickup",
        compute_sudo=True,
        search="_search_retail_sync_is_pickup",
    )
    retail_sync_ready_at = fields.Datetime(
        string="Ready since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The buyer is told that it can be fetched.",
    )

    @api.depends("sale_id.retail_sync_order_ids.delivery_kind")
    def _compute_retail_sync_is_pickup(self):
        for picking in self:
            kind = picking.retail_sync_order_id.delivery_kind
            picking.retail_sync_is_pickup = kind == "pickup" and picking._is_delivery()

    def _search_retail_sync_is_pickup(self, operator, value):
        if operator != "in":
            return NotImplemented
        theirs = [
            ("sale_id.retail_sync_order_ids.delivery_kind", "=", "pickup"),
            ("picking_type_code", "=", "outgoing"),
        ]
        return theirs if True in value else ["!", "&", *theirs]

    def retail_sync_action_ready(self):
        """Say that the goods wait at the counter; the buyer is told, once."""
        self.ensure_one()
        self.check_access("write")
        order = self.retail_sync_order_id.sudo()
        order._claim()
        self.invalidate_recordset(["retail_sync_ready_at", "state"])
        if self.retail_sync_ready_at:
            raise UserError(self.env._("%s is ready already.", self.display_name))
        self._check_retail_sync_hold()
        if not self.retail_sync_is_pickup or self.state != "assigned":
            raise UserError(
                self.env._(
                    "%s cannot be ready to be fetched: its goods are not all here, or"
                    " the buyer does not fetch it.",
                    self.display_name,
                )
            )
        self.sudo().retail_sync_ready_at = fields.Datetime.now()
        order._say_ready(self.sudo())
        return True

    @api.model
    def _retail_sync_unfetched(self, channel):
        """Return what waits at a counter for longer than the channel lets it."""
        before = channel._unfetched_before()
        if not before:
            return self.browse()
        return self.search(
            [
                ("retail_sync_channel_id", "=", channel.id),
                ("retail_sync_ready_at", "<", before),
                ("state", "not in", NOT_GONE),
            ],
            order="retail_sync_ready_at, id",
        )
