from unittest.mock import patch

from odoo import fields

from .till_common import SOLD_AT, TillCommon

# after the day of SOLD_AT, and after its orders were read
NEXT_DAY = "2026-11-21 06:00:00"
READ_UNTIL = "2026-11-21 05:00:00"
DAY_S = 86400.0


class DayCommon(TillCommon):
    """A channel whose till receipts share an invoice a day; web orders by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.write(
            {"invoice_policy": "manual", "receipt_policy": "day", "book_since": False}
        )
        cls.env["stock.quant"]._update_available_quantity(cls.shirt, cls.shelf, 1000)
        cls.env["stock.quant"]._update_available_quantity(cls.mug, cls.shelf, 1000)

    def setUp(self):
        super().setUp()
        self.read_until(READ_UNTIL)

    def pay(self, external_id="pay-1", value="39.98", **values):
        """Return money that moved when it was sold."""
        values.setdefault("processed_at", SOLD_AT)
        return super().pay(external_id, value, **values)

    def read_until(self, moment):
        """Let the channel's orders be read up to ``moment`` (UTC)."""
        self.channel._workflow("order").since = moment

    def at(self, moment=NEXT_DAY):
        """Let it be ``moment`` (UTC) for whoever asks whether the day is over."""
        handler = self.env.registry["retail.sync.handler.invoice.day"]
        now = fields.Datetime.to_datetime(moment)
        return patch.object(handler, "_now", lambda _self: now)

    def sell(self, *numbers, **values):
        """Sell at the till, each a receipt of its own; nothing is invoiced yet."""
        orders = self.env["retail.sync.order"]
        for number in numbers:
            orders |= self.import_order(
                self.till_order(external_id=f"sale-{number}", **values)
            )
        self.run_jobs()
        return orders

    def invoice_day(self, moment=NEXT_DAY, limit=1000):
        """Work off what is due by ``moment`` (UTC); return all rows of days."""
        with self.at(moment):
            self.run_jobs(limit, ahead_s=2 * DAY_S)
        self.env.invalidate_all()
        return self.days()

    def days(self):
        return self.env["retail.sync.day"].search(
            [("channel_id", "=", self.channel.id)], order="number, id"
        )

    def day_jobs(self):
        return self.env["retail.sync.job"].search(
            [("channel_id", "=", self.channel.id), ("handler", "=", "invoice.day")]
        )
