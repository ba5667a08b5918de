from odoo import api, fields, models

from .retail_sync_order_payment import MONEY_IN


class RetailSyncOrder(models.Model):
    """Payment, goods and returns of an order, a line each, for whoever answers."""

    _inherit = "retail.sync.order"

    money_line = fields.Char(
        string="Paid so far", compute="_compute_summary", compute_sudo=True
    )
    goods_line = fields.Char(
        string="Goods so far", compute="_compute_summary", compute_sudo=True
    )
    returns_line = fields.Char(
        string="Returns so far", compute="_compute_summary", compute_sudo=True
    )
    can_return_goods = fields.Boolean(
        string="Can return goods", compute="_compute_summary", compute_sudo=True
    )

    @api.depends_context("lang")
    def _compute_summary(self):
        for order in self:
            order.money_line = order._say_money()
            order.goods_line = order._say_goods()
            order.returns_line = order._say_returns()
            order.can_return_goods = bool(order._returnable_deliveries())

    def _say_money(self):
        """Return what was paid and what went back, and how."""
        states = dict(self._fields["payment_state"]._description_selection(self.env))
        rows = self.payment_ids.filtered(lambda row: row.status == "success")
        paid = sum(rows.filtered(lambda row: row.kind in MONEY_IN).mapped("amount"))
        back = sum(rows.filtered(lambda row: row.kind == "refund").mapped("amount"))
        parts = [states.get(self.payment_state) or ""]
        if self.currency_id and self.placed_at:
            parts.append(
                self.env._(
                    "%(paid)s of %(total)s",
                    paid=self.currency_id.format(paid),
                    total=self.currency_id.format(self.amount_total),
                )
            )
        if back:
            parts.append(self.env._("paid back: %s", self.currency_id.format(back)))
        return " · ".join(filter(None, [*parts, self.paid_by]))

    def _say_goods(self):
        """Return how many units were ordered, have left and are to leave."""
        lines = self._lines_of_goods()
        left = sum(line._units_gone() for line in lines)
        ordered = sum(lines.mapped("current_quantity"))
        canceled = sum(lines.mapped("quantity")) - ordered
        is_open = self.state not in ("cancelled", "ignored") and not self.cancelled_at
        parts = [
            self.env._("%g ordered", ordered),
            self.env._("%g shipped", left),
            is_open and left < ordered and self.env._("%g to ship", ordered - left),
            canceled > 0 and self.env._("%g canceled", canceled),
        ]
        return " · ".join(filter(None, parts)) if lines else False

    def _say_returns(self):
        """Return how many units came back, and how many are awaited."""
        lines = self._lines_of_goods()
        came = sum(line._units_back() for line in lines)
        awaited = sum(self._awaited_back().mapped("product_uom_qty"))
        wished = sum(self._returns_in("requested").mapped("units"))
        parts = [
            wished and self.env._("%g asked for", wished),
            came and self.env._("%g came back", came),
            awaited and self.env._("%g awaited", awaited),
        ]
        return " · ".join(filter(None, parts)) or self.env._("None")

    def _lines_of_goods(self):
        """Return the lines of what is carried: no services, no charges."""
        return self.unit_line_ids.filtered(
            lambda line: line.sale_line_id.product_id.type != "service"
        )

    def _awaited_back(self):
        """Return the moves of goods that are expected back and are not here."""
        return self.order_id.picking_ids.move_ids.filtered(
            lambda move: (
                move.location_id.usage == "customer"
                and move.state not in ("done", "cancel", "draft")
            )
        )

    def _returnable_deliveries(self):
        """Return the deliveries of which customers have goods."""
        with_customer = any(
            line.units_with_customer > 0 for line in self._lines_of_goods()
        )
        return self.order_id.picking_ids.filtered(
            lambda one: with_customer and one.state == "done" and one._is_delivery()
        )

    def action_return_goods(self):
        """Open Odoo's own dialog for goods that come back, of the one delivery."""
        deliveries = self.sudo()._returnable_deliveries().with_env(self.env)
        if len(deliveries) == 1:
            return {
                **self.env["ir.actions.act_window"]._for_xml_id(
                    "stock.act_stock_return_picking"
                ),
                "context": {
                    "active_id": deliveries.id,
                    "active_ids": deliveries.ids,
                    "active_model": deliveries._name,
                },
            }
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "stock.action_picking_tree_all"
            ),
            "domain": [("id", "in", deliveries.ids)],
            "context": {},
        }


class RetailSyncOrderLine(models.Model):
    _inherit = "retail.sync.order.line"

    def _units_gone(self):
        """Return the units that left, ours and others'; what came back, too.

        What the channel knows already, and what it was not told yet, overlap.
        """
        return max(self.units_shipped, self.units_with_customer + self._units_here())

    def _units_back(self):
        return max(self.units_returned, self._units_here())

    def _units_here(self):
        """Return the units that came back by our own receipts."""
        sold = self.sale_line_id
        return sold._retail_sync_most_of(sold._retail_sync_receipts()) if sold else 0.0
