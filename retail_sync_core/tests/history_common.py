from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import new_test_user

from ..adapters import base
from ..domain import documents as doc
from ..testing_orders import make_address, make_line
from .common import FakeShopAdapter
from .common_orders import OrdersCommon

GROUP = "retail_sync_core.retail_sync_group_"
FIRST = datetime(2026, 6, 1, tzinfo=timezone.utc)
LAST_YEAR = datetime(2025, 9, 14, 17, 30, tzinfo=timezone.utc)


class PastShopAdapter(FakeShopAdapter):
    """A shop that lists its past orders, three to a page."""

    page_size = 3
    visible_since = None

    def count_past(self, since, until):
        """Count what was placed in a time, as far as the shop shows it."""
        self.shop.ask("count_past", since, until)
        return base.PastOrders(
            count=len(self._placed(since, until)),
            visible_since=self.visible_since,
            missing_scope="read_all_orders" if self.visible_since else "",
        )

    def fetch_past(self, cursor, since, until):
        """List the next of them, oldest first."""
        self.shop.ask("fetch_past", cursor)
        rows = self._placed(since, until)
        start = int(cursor or 0)
        end = start + self.page_size
        return base.Page(
            documents=tuple(
                doc.Notice(
                    flow=doc.Flow.ORDER,
                    topic="history",
                    external_id=order.external_id,
                    external_ref=order.external_ref,
                    version=order.version,
                    occurred_at=order.created_at,
                )
                for order in rows[start:end]
            ),
            cursor=str(end) if end < len(rows) else "",
            more=end < len(rows),
        )

    def _placed(self, since, until):
        rows = [o for o in self.shop.orders.values() if since <= o.created_at < until]
        return sorted(rows, key=lambda o: (o.created_at, o.external_id))


class HistoryCommon(OrdersCommon):
    """A live channel that imports orders since June 2026, and has older ones."""

    adapter = PastShopAdapter

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "historian", groups=GROUP + "manager,sales_team.group_sale_manager"
        )
        cls.channel.import_since = FIRST.replace(tzinfo=None)

    def past(self, external_id="order-1", at=LAST_YEAR, **values):
        """Let the shop have an order of last year."""
        values.setdefault("shipping_address", make_address())
        order = self.order(external_id, created_at=at, updated_at=at, **values)
        return self.shop.put(order)

    def ask(self, **answers):
        """Press the button and answer the dialog; return the run."""
        channel = self.channel.with_user(self.manager)
        action = channel.action_import_history()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create(answers)
        shown = wizard.action_count()
        return (
            self.env[shown["res_model"]].with_user(self.manager).browse(shown["res_id"])
        )

    def run_history(self, **answers):
        """Count, begin, and work until nothing is due."""
        run = self.ask(**answers)
        self.run_jobs()
        run.action_begin()
        self.work(run)
        return run

    def work(self, run):
        self.run_jobs(ahead_s=60)
        run.invalidate_recordset()

    def theirs(self, external_id="order-1"):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id), ("external_id", "=", external_id)]
        )

    def line_of(self, run, external_id="order-1"):
        return run.line_ids.filtered(lambda line: line.external_id == external_id)

    def change(self, external_id="order-1", **values):
        """Let the shop have a later version of a past order, and tell of it."""
        values.setdefault("lines", [make_line(sku="SHIRT", quantity=2, price="19.99")])
        values.setdefault("version", 2)
        order = self.order(
            external_id,
            created_at=LAST_YEAR,
            updated_at=LAST_YEAR + timedelta(days=400),
            **values,
        )
        self.shop.put(order)
        event_id = f"change-{values['version']}"
        self.deliver(self.make_notice(external_id, event_id=event_id))
        self.run_jobs()
        return order

    def refund(self, amount, **values):
        return doc.Payment(
            external_id="refund-1",
            kind="refund",
            status="success",
            gateway="card",
            amount=Decimal(amount),
            currency=self.currency_name,
            processed_at=LAST_YEAR + timedelta(days=400),
            **values,
        )
