from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from unittest.mock import patch

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import MissingError
from ..testing_orders import make_line
from .common import FakeShopAdapter
from .common_orders import OrdersCommon


class DraftShopAdapter(FakeShopAdapter):
    """A shop where drafts are prepared."""

    capabilities = (
        *FakeShopAdapter.capabilities,
        base.DraftOrders(scopes=("read_drafts",)),
    )
    webhook_topics = MappingProxyType(
        {**FakeShopAdapter.webhook_topics, "drafts/update": doc.Flow.DRAFT}
    )

    def fetch_draft(self, external_id):
        """Return the draft in its newest version."""
        self.shop.ask("fetch_draft", external_id)
        if external_id not in self.shop.drafts:
            # pylint: disable-next=translation-required
            raise MissingError(f"no draft {external_id}", code="not_found")
        return self.shop.drafts[external_id]

    def find_draft(self, order_id, draft_ids):
        """Return which draft became the order."""
        self.shop.ask("find_draft", order_id, draft_ids)
        for draft_id in draft_ids:
            draft = self.shop.drafts.get(draft_id)
            if draft and draft.order_id == order_id:
                return draft_id
        return ""


class DraftCommon(OrdersCommon):
    """A channel whose drafts are quotations, and one draft of it."""

    adapter = DraftShopAdapter

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.draft_policy = "quotation"

    def setUp(self):
        super().setUp()
        self.shop.drafts = {}
        self.startPatcher(patch.object(DraftShopAdapter, "shop", self.shop))
        self.number = 0

    def draft(self, price="19.99", quantity=2, minutes=0, order_id="", **values):
        """Let the shop have a draft in a version of its own."""
        line = make_line("draft-line", sku="SHIRT", quantity=quantity, price=price)
        values.setdefault("lines", [line])
        content = self.order("draft-1", external_ref="#D1", **values)
        stamp = content.updated_at + timedelta(minutes=minutes)
        version = stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
        content = replace(content, updated_at=stamp, version=version)
        draft = doc.Draft(content=content, order_id=order_id)
        self.shop.drafts["draft-1"] = draft
        return draft

    def ordered(self, price="19.99", quantity=2, **values):
        """Let the shop have the order that the draft became."""
        line = make_line("order-line", sku="SHIRT", quantity=quantity, price=price)
        values.setdefault("lines", [line])
        order = self.order("order-1", **values)
        return self.shop.put(replace(order, from_draft=True))

    def hear_draft(self, topic="drafts/update"):
        self.tell(doc.Flow.DRAFT, topic, "draft-1")

    def hear_order(self):
        self.tell(doc.Flow.ORDER, "orders/create", "order-1")

    def tell(self, flow, topic, external_id):
        self.number += 1
        notice = doc.Notice(
            flow=flow,
            topic=topic,
            external_id=external_id,
            event_id=f"event-{self.number}",
        )
        self.env["retail.sync.event"]._receive(self.channel, [notice], "webhook")
        self.env.flush_all()
        self.run_jobs(ahead_s=600)
        self.env.invalidate_all()

    def found(self):
        return self.env["retail.sync.draft"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def sales(self):
        return self.env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel.id)]
        )

    def theirs(self):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def assert_one_order(self, total):
        sale = self.sales()
        self.assertEqual(len(sale), 1)
        self.assertEqual(sale.state, "sale")
        self.assertEqual(self.theirs().order_id, sale)
        self.assertEqual(self.theirs().hold_code, False)
        self.assertAlmostEqual(sale.amount_total, total, 2)
        self.assertEqual(self.found().state, "ordered")
        deliveries = sale.picking_ids.filtered(lambda one: one.state != "cancel")
        self.assertEqual(len(deliveries), 1)
