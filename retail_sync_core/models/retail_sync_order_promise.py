from odoo import fields, models


class RetailSyncOrder(models.Model):
    """When the goods must leave, so that Odoo's own lists put first what is first."""

    _inherit = "retail.sync.order"

    ship_by = fields.Datetime(
        string="To leave by",
        readonly=True,
        help="As the channel says, of what is still to leave: the earliest.",
    )

    def _follow_promise(self, before):
        """Bring the sales order's delivery date to the channel's, if it has it still.

        A date that a person has set stays.

        :param before: what the channel said in the version before
        """
        sale = self.order_id
        if self.ship_by == before or sale.commitment_date != before:
            return
        sale.commitment_date = self.ship_by
        self._note("promise" if self.ship_by else "promise_gone")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _retail_sync_is_urgent(self):
        """Return whether the channel's shipping method is one that leaves first."""
        # whoever sells need not see our channels
        rows = self.sudo().retail_sync_channel_id.map_carrier_ids
        return self.carrier_id in rows.filtered("is_urgent").carrier_id


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_new_picking_values(self):
        """Give each step of what must leave first its priority."""
        values = super()._get_new_picking_values()
        sales = self.sale_line_id.order_id | self.reference_ids.sale_ids
        if any(sale._retail_sync_is_urgent() for sale in sales):
            values["priority"] = "1"
        return values
