"""What the tests of refunds over the web share: an order that has left, and makers."""

from dataclasses import replace
from decimal import Decimal

from ..domain import documents as doc
from .till_common import BACK_AT, TillCommon


class RefundCommon(TillCommon):
    """Three shirts at 19.99, paid by card, shipped from the web warehouse."""

    def setUp(self):
        super().setUp()
        self.version = 1
        self.sold = 3
        self.document = self.order(
            lines=[self.shirts(self.sold)],
            taxes_included=True,
            payments=(self.pay(value="59.97"),),
            payment_state=doc.PaymentState.PAID,
        )

    def come(self, **values):
        """Import the order; return it."""
        self.document = replace(self.document, **values)
        return self.settle(self.document)

    def came_and_left(self, units=None, **values):
        """Import the order and ship it, or ``units`` of it."""
        order = self.come(**values)
        pickings = self.pickings(order)
        self.ship(pickings, **({"SHIRT": units} if units else {}))
        self.run_jobs()
        return order

    def row(self, number=1, units=1, **values):
        """Return refunded units, put back at the web warehouse."""
        return self.back(
            units=units,
            **{
                "external_id": f"refund-{number}",
                "location_id": "web",
                "at_till": False,
                **values,
            },
        )

    def refund(self, *rows, money=None, wanted=None, remaining=None, **values):
        """Tell a newer version in which these units were refunded, and the money."""
        self.version += 1
        rows = (*self.document.returns, *rows)
        left = self.sold - sum(int(row.units) for row in rows)
        left = left if wanted is None else wanted
        back = amount = (
            Decimal("19.99") * (self.sold - left) if money is None else Decimal(money)
        )
        known = sum(
            one.amount for one in self.document.payments if one.kind == "refund"
        )
        payments = self.document.payments
        if amount - known:
            payments = (
                *payments,
                self.pay(
                    f"pay-{self.version}",
                    str(amount - known),
                    kind="refund",
                    processed_at=BACK_AT,
                ),
            )
        requests = ()
        if remaining is not None:
            requests = (self.asked("line-1", self.sold, "web", remaining=remaining),)
        self.document = replace(
            self.document,
            version=f"2026-11-{20 + self.version}T10:00:00+00:00",
            updated_at=BACK_AT,
            lines=(self.shirts(self.sold, current_quantity=left),),
            current_total=Decimal("59.97") - back,
            returns=rows,
            payments=payments,
            shipment_orders=requests,
            payment_state=doc.PaymentState.PARTIALLY_REFUNDED,
            **values,
        )
        return self.settle(self.document)

    def coming_back(self, order):
        """Return the receipts of what comes back, canceled ones too."""
        return self.pickings(order).filtered(
            lambda one: one.move_ids.origin_returned_move_id
        )

    def on_web_shelf(self, product=None):
        return self.on_shelf(product, self.warehouse.lot_stock_id)

    def return_by_hand(self, delivery, units):
        """Receive what came back as a person does, before anybody refunded it."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=delivery.id,
                active_ids=delivery.ids,
                active_model="stock.picking",
            )
            .create({"picking_id": delivery.id})
        )
        wizard.product_return_moves.quantity = units
        picking = wizard._create_return()
        self.ship(picking)
        return picking
