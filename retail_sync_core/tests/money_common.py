from datetime import datetime, timezone

from ..domain import documents as doc
from ..testing_orders import amount, make_line
from .common_orders import OrdersCommon

PAID_AT = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)


class MoneyCommon(OrdersCommon):
    """A channel that books, with a journal and a clearing account per gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        cls.company.partner_id.tz = "Europe/Paris"
        cls.accounts, cls.journals = {}, {}
        cls.make_gateway("card")
        cls.make_gateway("gift_card", account_type="liability_current")
        cls.channel.write(
            {
                "post_payments": True,
                "invoice_policy": "import",
                "book_since": False,
                "release_on": "always",
            }
        )
        cls.vat = cls.make_tax(20.0, included=True)
        cls.env["retail.sync.map.tax"].create(
            {
                "channel_id": cls.channel.id,
                "title": "VAT",
                "rate": 0.2,
                "included": True,
                "tax_ids": [(6, 0, cls.vat.ids)],
            }
        )

    @classmethod
    def make_gateway(cls, name, *, account_type="asset_current", **values):
        """Map ``name`` to a journal of its own."""
        number = len(cls.accounts)
        account = cls.env["account.account"].create(
            {
                "name": f"{name} clearing",
                "code": f"RSCLR{number}",
                "account_type": account_type,
                "reconcile": True,
            }
        )
        journal = cls.env["account.journal"].create(
            {
                "name": name,
                "code": f"RSC{number}",
                "type": "bank",
                "default_account_id": account.id,
            }
        )
        cls.accounts[name], cls.journals[name] = account, journal
        return cls.env["retail.sync.map.gateway"].create(
            {
                "channel_id": cls.channel.id,
                "gateway": name,
                "journal_id": journal.id,
                **values,
            }
        )

    def pay(self, external_id="pay-1", value="39.98", **values):
        """Return one movement of money as the channel tells it."""
        return doc.Payment(
            **{
                "external_id": external_id,
                "kind": "sale",
                "status": "success",
                "gateway": "card",
                "amount": amount(value),
                "currency": self.currency_name,
                "processed_at": PAID_AT,
                **values,
            }
        )

    def paid_order(self, *payments, **values):
        """Return an order of two shirts at 19.99, VAT in the price."""
        values.setdefault("payment_state", doc.PaymentState.PAID)
        values.setdefault("taxes_included", True)
        values.setdefault(
            "lines",
            [
                make_line(
                    sku="SHIRT", quantity=2, price="19.99", rates=[0.2], included=True
                )
            ],
        )
        return self.order(payments=tuple(payments or (self.pay(),)), **values)

    def settle(self, document):
        """Import ``document``, work off what follows; return the channel's order."""
        order = self.import_order(document)
        self.run_jobs()
        order.invalidate_recordset()
        return order

    def settle_closed(self, document, lock="fiscalyear_lock_date"):
        """Import ``document``, then close its period, then work off what follows."""
        order = self.import_order(document)
        self.company[lock] = "2026-11-21"
        self.run_jobs()
        order.invalidate_recordset()
        return order

    def ask_for_open_day(self, issue):
        """Press the issue's button; return the dialog, as the screen shows it."""
        action = issue.action_mend()
        return issue.env[action["res_model"]].browse(action["res_id"])

    def book_on_open_day(self, issue):
        """Press both buttons that book what waits for a closed period."""
        self.ask_for_open_day(issue).action_book()

    def balance(self, account):
        """Return what stands on ``account``, in its journal items."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)
