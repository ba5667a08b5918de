from odoo import Command, fields, models


class RetailSyncLocation(models.Model):
    """Where units are kept that a place did not find, until somebody counts them."""

    _inherit = "retail.sync.location"

    def _set_aside(self, spots, order):
        """Take what is missing or damaged off the shelf, and ask for a count of it.

        It is moved below the warehouse, out of what is offered, so that every channel
        is told less at once. Counted there as none it is lost; found, it is moved back.

        :param spots: [(quant, units)]
        """
        aside = self._aside()
        Quant = self.env["stock.quant"].sudo()
        for quant, units in spots:
            move = (
                self.env["stock.move"]
                .sudo()
                .create(self._prepare_aside(quant, units, aside, order))
            )
            move._action_confirm(merge=False)
            move._action_done()
            found = Quant.search(
                [
                    ("location_id", "=", aside.id),
                    ("product_id", "=", quant.product_id.id),
                    ("lot_id", "=", quant.lot_id.id),
                ]
            )
            found.with_context(inventory_mode=True).write(
                {"inventory_date": fields.Date.context_today(self)}
            )

    def _prepare_aside(self, quant, units, aside, order):
        product = quant.product_id
        line = {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": units,
            "location_id": quant.location_id.id,
            "location_dest_id": aside.id,
            "lot_id": quant.lot_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "picked": True,
        }
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": units,
            "location_id": quant.location_id.id,
            "location_dest_id": aside.id,
            "company_id": self.company_id.id,
            "origin": order.display_name,
            "move_line_ids": [Command.create(line)],
            "picked": True,
        }

    def _aside(self):
        """Return the warehouse's location for what is to be looked for; made once."""
        warehouse = self._ship_warehouse().sudo()
        Location = self.env["stock.location"].sudo()
        barcode = f"RETAIL-SYNC-ASIDE-{warehouse.id}"
        found = Location.search([("barcode", "=", barcode)], limit=1)
        if not found:
            found = Location.create(
                {
                    "name": self.env._("Not found"),
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                    "company_id": warehouse.company_id.id,
                    "barcode": barcode,
                }
            )
        offers_all = found.parent_path.startswith(self.location_id.parent_path)
        if offers_all and found not in self.left_out_ids:
            self.sudo().left_out_ids = [Command.link(found.id)]
        return found
