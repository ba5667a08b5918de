from decimal import Decimal

from odoo import fields, models

from ..adapters import base
from ..domain import documents as doc
from ..domain.decision import Decision


class RetailSyncOrder(models.Model):
    """An order that is canceled here: goods, money and the channel in one decision."""

    _inherit = "retail.sync.order"

    is_rest_cancelled = fields.Boolean(
        string="Rest canceled",
        readonly=True,
        copy=False,
        help="A part was shipped, and nobody wants the rest anymore.",
    )

    not_put_back = fields.Json(
        string="Not put back",
        readonly=True,
        copy=False,
        help="Units by line that were canceled at the channel before they left, and"
        " that it did not put back on its own level.",
    )

    def action_cancel_order(self):
        """Ask what is to become of goods and money, then cancel."""
        self._check_operator()
        return self.order_id.retail_sync_action_cancel()

    def _cancel_decided(self, decision):
        """Cancel all, or what has not left, as a person decided.

        :raises UserError: when everything has left, or is canceled already
        """
        self.ensure_one()
        self._claim()
        lost = [] if decision.restock else self._reserved_goods()
        if self._has_left():
            self._cancel_rest(decision)
        elif self.order_id.state != "cancel":
            self._cancel_sale("cancelled_here")
            self._intend_cancellation(decision)
        if decision.refund and not self._is_refund_under_way():
            self._give_back_alone(decision)
        self._scrap(lost)
        self._judge_refund()
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            "order.cancelled",
            {**decision._asdict(), "note": bool(decision.note)},
        )

    def _cancel_sale(self, code):
        """Cancel the sale order without asking the channel; ``code``: whose wish."""
        sale = self.order_id.with_context(retail_sync_from_channel=True)
        if sale.locked:
            sale.action_unlock()
        if sale.state != "cancel":
            sale._action_cancel()
        self._end_canceled(code)

    def _has_left(self):
        """Return whether any of its goods are gone, from us or from others."""
        return any(
            picking._retail_sync_is_gone() and picking._is_delivery()
            for picking in self.order_id.picking_ids
        ) or any(self._shipped_elsewhere().values())

    def _open_deliveries(self):
        """Return what still has to be picked, packed or shipped; no returns.

        What left over the counter of a till is gone, booked or not.
        """
        return self.order_id.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.retail_sync_at_till
                and not picking.move_ids.origin_returned_move_id
            )
        )

    # the channel
    def _cancellations(self):
        """Return how the channel can cancel, or None."""
        adapter = self.channel_id.sudo()._adapter_class()
        return adapter.capability(base.Cancellations) if adapter else None

    def _intend_cancellation(self, decision=None, rest=None):
        """Append the intent to cancel at the channel, where that is wanted.

        :param decision: a person's; without it the channel's policy counts
        :param rest: {line: units} when only these are canceled
        """
        self.ensure_one()
        can = self._cancellations()
        if decision is None:
            decision = Decision(tell=self.channel_id.cancel_there)
            rest = self._rest() if self._has_left() and can and can.partial else None
        if not decision.tell or self.cancelled_at:
            return
        if not can or (rest and not can.partial):
            self._note_about(self.order_id, "cancel_untold")
            return
        back = decision.back if rest else ()
        document = doc.Cancellation(
            order_id=self.external_id,
            reason=decision.reason,
            restock=decision.restock,
            refund=decision.refund and can.refund,
            notify_customer=decision.notify,
            note=decision.note,
            lines=tuple(
                (line.external_id, Decimal(str(units)))
                for line, units in (rest or {}).items()
            ),
            back=back,
            currency=self.currency_id.name if back else "",
        )
        self._intend_to_cancel(document)
        self._note_about(self.order_id, "rest_asked" if rest else "cancel_asked")

    def _intend_to_cancel(self, document):
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "cancellation",
            self.order_id,
            document,
            self._order_key(),
            handler="order.cancel",
            lane=0,
        )

    def _give_back_alone(self, decision):
        """Give back what is owed where no cancellation does: it is canceled there."""
        owed = self._owed_back()
        if owed:
            self._act_on_money(
                "refund", amount=owed, notify=decision.notify, note=decision.note
            )

    def _fetch_soon(self):
        """Have the newest version fetched, where the channel gives it by its id."""
        if self._gives_newest():
            self.env["retail.sync.job"].sudo()._enqueue(
                self.channel_id,
                "order.fetch",
                order_key=self._order_key(),
                identity=f"order.fetch:{self.external_id}",
                lane=0,
                payload={"external_id": self.external_id},
            )

    def _gives_newest(self):
        """Return whether the channel gives an order's newest version by its id."""
        adapter = self.channel_id.sudo()._adapter_class()
        orders = adapter.capability(base.Orders) if adapter else None
        return bool(orders and orders.by_id)

    # goods that may not be sold again
    def _was_not_restocked(self):
        """Return whether the channel canceled it for us and put nothing back."""
        for effect in self._effects():
            if effect.kind == "cancellation" and effect.state in ("applied", "unknown"):
                document = effect._get_document()
                if not document.restock and not document.lines:
                    return True
        return False

    def _was_scrapped_here(self):
        """Return whether a person here decided that the goods may not be sold again."""
        return any(
            effect.kind == "cancellation" and not effect._get_document().restock
            for effect in self.sudo()._effects()
        )

    def _reserved_goods(self):
        """Return what is set aside for it, by lot and place, before that is undone."""
        lines = self._open_deliveries().move_line_ids.filtered(
            lambda line: line.quantity > 0 and line.location_id.usage == "internal"
        )
        return [
            {
                "product_id": line.product_id.id,
                "product_uom_id": line.product_uom_id.id,
                "scrap_qty": line.quantity,
                "lot_id": line.lot_id.id,
                "package_id": line.package_id.id,
                "owner_id": line.owner_id.id,
                "location_id": line.location_id.id,
                "origin": self.order_id.name,
                "company_id": self.company_id.id,
            }
            for line in lines
        ]

    def _scrap(self, goods):
        """Take ``goods`` out of the stock for good."""
        if not goods:
            return
        # whoever sells need not keep the stock
        scraps = self.env["stock.scrap"].sudo().create(goods)
        scraps.do_scrap()
        self._note_about(
            self.order_id, "scrapped", units=f"{sum(scraps.mapped('scrap_qty')):g}"
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def retail_sync_action_cancel(self):
        """Open the dialog that cancels an order of a channel.

        It is made here and now, so that the channel's answer finds it.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_order_cancel_action"
        )
        dialog = self.env["retail.sync.order.cancel"].create({"sale_id": self.id})
        dialog._ask_channel()
        return {
            **action,
            "res_id": dialog.id,
            "context": {"default_sale_id": self.id},
        }


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "rest_cancelled": (
                "decided",
                self.env._("What had not left was canceled here: %(units)s units."),
            ),
            "rest_asked": (
                "sent",
                self.env._("The channel is asked to cancel what has not left, too."),
            ),
            "rest_told": (
                "answered",
                self.env._("The channel canceled what has not left."),
            ),
            "cancel_untold": (
                "stopped",
                self.env._(
                    "The channel takes no such cancellation from here: cancel it there."
                ),
            ),
            "not_put_back": (
                "came",
                self.env._(
                    "Units canceled at the channel and not put back there:"
                    " %(units)s. They are on hand here and offered again: scrap them if"
                    " they may not be sold."
                ),
            ),
            "scrapped": (
                "decided",
                self.env._("Scrapped, not to be sold again, units: %(units)s."),
            ),
        }
