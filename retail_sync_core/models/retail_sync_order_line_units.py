from odoo import api, fields, models

from ..domain.units import Units

NO_UNITS = (
    *("tip", "shipping", "duty", "fee", "back", "channel_tax", "rounding"),
    "correction",
)


class RetailSyncOrder(models.Model):
    _inherit = "retail.sync.order"

    unit_line_ids = fields.One2many(
        "retail.sync.order.line",
        "order_id",
        string="Units",
        domain=[("kind", "not in", NO_UNITS)],
    )


class RetailSyncOrderLine(models.Model):
    """Where the units of a line are: by the channel's ledger, and by our moves."""

    _inherit = "retail.sync.order.line"

    delta_ids = fields.One2many(
        "retail.sync.order.delta", "line_id", string="Changes of units", readonly=True
    )
    units_canceled = fields.Float(string="Canceled", compute="_compute_units")
    units_open = fields.Float(
        string="To ship",
        compute="_compute_units",
        help="Neither canceled nor shipped yet, as the channel says.",
    )
    units_shipped = fields.Float(
        string="Shipped", compute="_compute_units", help="As the channel says, by all."
    )
    units_delivered = fields.Float(
        string="Delivered",
        compute="_compute_units",
        help="Known to have arrived, where the carrier tells the channel.",
    )
    units_returned = fields.Float(string="Came back", compute="_compute_units")
    units_restocked = fields.Float(
        string="Restocked",
        compute="_compute_units",
        help="Put back on the shelf, as the channel says.",
    )
    units_refunded = fields.Float(string="Refunded", compute="_compute_units")
    units_with_customer = fields.Float(
        string="With the customer, here",
        compute="_compute_units_here",
        compute_sudo=True,
        help="Left here and did not come back, by our own deliveries and receipts.",
    )
    units_quarantined = fields.Float(
        string="In quarantine, here",
        compute="_compute_units_here",
        compute_sudo=True,
        help="Came back to a place that is not the warehouse's stock.",
    )
    units_scrapped = fields.Float(
        string="Scrapped, here",
        compute="_compute_units_here",
        compute_sudo=True,
        help="Came back and was scrapped from there.",
    )

    @api.depends("delta_ids.units", "delta_ids.kind")
    def _compute_units(self):
        for line in self:
            units = line._units_there()
            line.units_canceled = units.canceled
            line.units_open = units.open
            line.units_shipped = units.shipped
            line.units_delivered = units.delivered
            line.units_returned = units.returned
            line.units_restocked = units.restocked
            line.units_refunded = units.refunded

    def _units_there(self):
        """Return the ``Units`` of this line, as the ledger adds them up."""
        sums = {}
        for delta in self.sudo().delta_ids:
            sums[delta.kind] = sums.get(delta.kind, 0.0) + delta.units
        return Units.of(sums)

    def _compute_units_here(self):
        for line in self:
            sold = line.sale_line_id
            line.units_with_customer = sold._retail_sync_with_customer()
            line.units_quarantined = sold._retail_sync_in_quarantine(line.channel_id)
            line.units_scrapped = sold._retail_sync_scrapped()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _retail_sync_receipts(self):
        """Return the moves by which units of this line came back to us."""
        return self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.location_id.usage == "customer"
                and move.location_dest_id.usage == "internal"
            )
        )

    def _retail_sync_in_quarantine(self, channel):
        """Return the units that came back to where ``channel`` sells nothing from."""
        moves = self._retail_sync_receipts()
        apart = [one for one in moves if not channel._sells_from(one.location_dest_id)]
        return self._retail_sync_most_of(moves.browse([one.id for one in apart]))

    def _retail_sync_scrapped(self, moves=None):
        """Return the units that came back and were scrapped with their receipt.

        Where several lines came back with one receipt, the first one's go first.

        :param moves: some of its receipts; without, all of them
        """
        per_product = {}
        receipts = self._retail_sync_receipts()
        for move in receipts if moves is None else receipts & moves:
            units = self._retail_sync_units_of(move, move._retail_sync_scrapped())
            product = move.product_id
            per_product[product] = per_product.get(product, 0.0) + units
        return max(per_product.values(), default=0.0)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _retail_sync_scrapped(self):
        """Return how much of this receipt, in its product's unit, was scrapped."""
        picking = self.picking_id
        scraps = self.env["stock.scrap"].search(
            [
                ("state", "=", "done"),
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                "|",
                ("picking_id", "=", picking.id),
                ("origin", "=", picking.name),
            ]
        )
        earlier = picking.move_ids.filtered(
            lambda move: (
                move.product_id == self.product_id
                and move.state == "done"
                and move.id < self.id
            )
        )
        count = sum(scraps.move_ids.mapped("product_qty"))
        rest = count - sum(earlier.mapped("product_qty"))
        return min(max(rest, 0.0), self.product_qty)


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    def _sells_from(self, location):
        """Return whether stock at ``location`` may be offered by this channel."""
        path = location.parent_path or ""
        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", self.id), ("state", "=", "mapped")]
        )
        if not places.location_id:
            return path.startswith(location.warehouse_id.lot_stock_id.parent_path)

        def is_in(roots):
            return any(path.startswith(root.parent_path) for root in roots)

        return any(
            is_in(place.location_id | place.also_ids) and not is_in(place.left_out_ids)
            for place in places.sudo()
        )
