from datetime import datetime, timezone

from ..testing_orders import make_line
from .money_common import MoneyCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


class UndoCommon(MoneyCommon):
    """An order of three shirts, paid, and the dialog that cancels it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write({"invoice_policy": "manual", "notify_customer": False})

    def three(self, wanted=3, *payments, **values):
        """Return three shirts at 10.00, of which ``wanted`` are still wanted."""
        line = make_line(
            sku="SHIRT",
            quantity=3,
            current_quantity=wanted,
            price="10.00",
            rates=[0.2],
            included=True,
        )
        paid = payments or (self.pay(value="30.00"),)
        return self.paid_order(*paid, lines=[line], **values)

    def back(self, value, external_id="back-1", **values):
        return self.pay(external_id, value, kind="refund", **values)

    def bring(self, document=None):
        """Import an order and let the shop have it, too."""
        document = document or self.three()
        self.shop.put(document)
        return self.settle(document)

    def dialog(self, order, **values):
        action = order.order_id.retail_sync_action_cancel()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        return wizard.create(values)

    def cancel(self, order, **values):
        self.dialog(order, **values).action_cancel_order()

    def work(self, order, *versions):
        """Work off what waits; the shop has the newest of ``versions`` by then."""
        for version in versions:
            self.shop.put(version)
        self.run_jobs()
        order.invalidate_recordset()

    def documents(self, kind):
        return [effect.body for effect in self.shop.sent if effect.kind == kind]
