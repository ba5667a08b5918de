from odoo import Command, models


class RetailSyncImporterOrder(models.AbstractModel):
    """Where the goods go and from where, after the order was imported."""

    _inherit = "retail.sync.importer.order"

    def _follow_address(self, order, document, before):
        """Send what nobody has begun to pick to the new address; else ask a person."""
        if order._is_ours(document.shipping_address, before["address_digest"]):
            return
        sale = order.order_id
        told = document.shipping_address or document.delivery.kind == "pickup"
        open_pickings = sale.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        if not told or (sale.picking_ids and not open_pickings):
            return
        contact = self._find_delivery_contact(
            order.channel_id, sale.partner_id, document
        )
        begun = order._begun_deliveries()
        is_known = contact == sale.partner_shipping_id
        # whoever was told of an address that is not wanted anymore
        order._end_stops("address", besides=begun.browse() if is_known else begun)
        if is_known or not begun:
            order._close_changed_issue("address")
        if is_known:
            return
        if begun:
            names = ", ".join(begun.mapped("name"))
            what = self.env._("another address, but %s is being picked", names)
            self._raise_changed(order, what, about="address")
        order._send_to(contact)

    def _follow_place(self, order, document, before):
        """Ship from where the channel now asks for it, while nobody has begun to pick.

        The first version of an order often comes before its places are known.
        """
        if order.order_id.state != "sale" or order._place_ids() == before["place_ids"]:
            return
        places = self._find_order_places(order, document)
        moved = order.line_ids.filtered(
            lambda line: (
                line.external_id in places
                and any(
                    move.state not in ("done", "cancel")
                    for move in line.sale_line_id.move_ids
                )
                and line.sale_line_id.warehouse_id != places[line.external_id]
            )
        )
        if moved and order._is_being_picked():
            titles = ", ".join(moved.mapped("title"))
            what = self.env._("to be shipped from elsewhere: %s", titles)
            self._raise_changed(order, what, about="place")
        elif moved:
            self._reroute(order, moved, places)

    def _reroute(self, order, lines, places):
        """Take the lines' deliveries back and ask the new warehouses for them."""
        sale_lines = lines.sale_line_id
        order._still_to_leave(sale_lines)._action_cancel()
        for line in lines:
            route = places[line.external_id].delivery_route_id
            if not route.sale_selectable:
                route.sudo().sale_selectable = True
            line.sale_line_id.route_ids = [Command.set(route.ids)]
        order._launch_again(sale_lines)
        names = {places[line.external_id].display_name for line in lines}
        order._note("rerouted", warehouses=", ".join(sorted(names)))
