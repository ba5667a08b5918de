from odoo import fields, models
from odoo.exceptions import UserError


class RetailSyncOrder(models.Model):
    """Goods that a customer brings to the counter of a store, received at once."""

    _inherit = "retail.sync.order"

    def _take_back_brought(self, rows, place, apart):
        """Receive what was brought, as Odoo's own returns, done now.

        :param rows: [(line, units, condition)]; ``put_back``: on the store's shelf,
            ``check``: put aside, ``lost``: scrapped
        :param place: the store, a mapped location of the channel
        :param apart: where goods that must be looked at are put
        :return: the receipts; one that is not done yet waits for its lots
        """
        receipts = self.env["stock.picking"]
        for line, units, condition in rows:
            sold = line.sale_line_id
            if sold.product_id.type != "consu":
                continue
            self._check_can_come_back(line, units)
            receipts |= self._receive_now(sold, units, condition, place, apart)
        return receipts

    def _check_can_come_back(self, line, units):
        unit = line.sale_line_id.product_uom_id
        found = line.sale_line_id._retail_sync_to_return(units)
        if not found or unit.compare(units, line.units_with_customer) > 0:
            raise UserError(
                self.env._(
                    "%(what)s: customers have %(most)g of it by our own deliveries.",
                    what=line.title or line.sku,
                    most=max(line.units_with_customer, 0.0),
                )
            )

    def _receive_now(self, sold, units, condition, place, apart):
        """Return the receipts of units of one line."""
        back_to = place._back_to(at_once=True)
        if condition == "check":
            back_to["location_dest_id"] = apart.id
        now = fields.Datetime.now()
        pickings = self.env["stock.picking"]._retail_sync_expect(
            sold, units, back_to, False
        )
        if condition == "lost":
            pickings.retail_sync_unfit_at = now
        for picking in pickings:
            if self._finish_return(picking, now):
                self._note_brought(picking, sold, place)
                if condition == "lost":
                    picking._retail_sync_scrap()
        return pickings

    def _note_brought(self, picking, sold, place):
        units = sum(sold._retail_sync_back(picking.move_ids))
        self._note_about(
            picking, "brought_back", units=f"{units:g}", place=place.name or ""
        )
