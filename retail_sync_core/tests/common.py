"""What tests share: a company, a live channel on a shop that plays along, and stock."""

import base64
import json
from collections import defaultdict
from datetime import datetime, timezone
from types import MappingProxyType
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase

from ..adapters import base, capabilities
from ..adapters.registry import ADAPTERS
from ..domain import documents as doc
from ..domain.errors import MissingError
from ..domain.signature import sign_hmac_sha256, verify_hmac_sha256

SECRET = "the-shops-signing-secret"


class FakeShop:
    """The outside system of a test: what it has, what it answers, what it was asked.

    :ivar problems: errors that the next calls raise, first come first served
    :ivar orders: orders by their id; ``pages`` by flow, served in turn
    :ivar sent: effects that arrived; ``outcomes`` what becomes of them (applied)
    :ivar read_backs: answers to "did it happen"; ``levels`` units by (item, place)
    """

    def __init__(self):
        self.info = base.ChannelInfo(name="Test shop", account_id="shop-1")
        self.now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
        self.asked = []
        self.problems = []
        self.orders = {}
        self.pages = defaultdict(list)
        self.levels = {}
        self.sent = []
        self.outcomes = []
        self.read_backs = []
        self.subscriptions = []
        self.expires_in_s = None

    def ask(self, what, *args):
        """Note a call; raise the next problem if there is one."""
        self.asked.append((what, *args))
        if self.problems:
            raise self.problems.pop(0)

    def calls(self, what):
        """Return the arguments of the calls of this name."""
        return [args for name, *args in self.asked if name == what]

    def put(self, order):
        """Let the shop have ``order`` in this version."""
        self.orders[order.external_id] = order
        return order


class FakeShopAdapter(base.Adapter):
    """Speaks with a :class:`FakeShop`; implements every port."""

    code = "manual"
    label = "Fake shop"
    credentials = (
        base.Credential(name="shop", label="Shop", secret=False, required=False),
        base.Credential(name="webhook_secret", label="Webhook secret"),
    )
    scopes = ("read_orders", "write_stock")
    capabilities = (
        base.Stock(batch=250, cas=True, idempotent=True),
        base.Orders(by_id=True, webhooks=True, overlap_s=300),
        base.Shipments(tracking=True, settle_s=0.0),
        base.Cancellations(partial=True, refund=True, settle_s=0.0),
        base.Payments(actions=("capture", "void", "mark_paid", "refund"), settle_s=0.0),
        capabilities.Holds(settle_s=0.0),
        capabilities.Addresses(settle_s=0.0),
        capabilities.Places(settle_s=0.0),
        capabilities.Pickups(settle_s=0.0),
        base.Refunds(beyond=True, settle_s=0.0),
        capabilities.Returns(made=True, settle_s=0.0),
    )
    rate = base.RateSpec(capacity=10000.0, per_s=1000.0)
    webhook_topics = MappingProxyType(
        {
            "orders/create": doc.Flow.ORDER,
            "orders/updated": doc.Flow.ORDER,
            "orders/cancelled": doc.Flow.CANCELLATION,
        }
    )
    shop = None

    def test(self):
        """Return who answered."""
        self.shop.ask("test")
        return self.shop.info

    def renewal_due(self):
        """Return False: nothing expires."""
        return False

    def renew(self):
        """Return a fresh token."""
        self.shop.ask("renew")
        return base.Renewal(name="access_token", value="fresh")

    def receive(self, request):
        """Return the verdict on a signed JSON body."""
        secrets = self.account.secrets.get("webhook_secret", ())
        given = request.headers.get("x-signature")
        if not verify_hmac_sha256(request.body, given, secrets):
            return base.Reception(verdict="refused", status=401)
        topic = request.headers.get("x-topic", "")
        event_id = request.headers.get("x-event-id", "")
        flow = self.webhook_topics.get(topic)
        if flow is None:
            return base.Reception(verdict="accepted")
        try:
            notice = self._notice(flow, topic, event_id, json.loads(request.body))
            return base.Reception(verdict="accepted", notices=(notice,))
        except (ValueError, KeyError, TypeError) as exc:
            notice = doc.Notice(
                flow=flow,
                topic=topic,
                external_id="",
                event_id=event_id,
                body=request.body,
            )
            problem = f"the body cannot be read ({type(exc).__name__})"
            return base.Reception(
                verdict="accepted", notices=(notice,), problem=problem
            )

    def _notice(self, flow, topic, event_id, payload):
        return doc.Notice(
            flow=flow,
            topic=topic,
            external_id=payload["id"],
            external_ref=payload.get("name", ""),
            event_id=event_id,
            version=payload.get("version", ""),
            demand=tuple(
                doc.Demand(order_id=payload["id"], **line)
                for line in payload.get("demand", ())
            ),
        )

    def fetch_page(self, flow, cursor, since):
        """Return the next page that the test laid ready; then empty ones."""
        self.shop.ask("fetch_page", flow, cursor, since)
        if self.shop.pages[flow]:
            return self.shop.pages[flow].pop(0)
        return base.Page(documents=(), as_of=self.shop.now)

    def fetch(self, flow, external_id):
        """Return the order in its newest version."""
        self.shop.ask("fetch", flow, external_id)
        if external_id not in self.shop.orders:
            # pylint: disable-next=translation-required
            raise MissingError(f"no order {external_id}", code="not_found")
        return self.shop.orders[external_id]

    def read_levels(self, refs):
        """Return what the shop has of each ref."""
        self.shop.ask("read_levels", refs)
        return tuple(
            doc.LevelReading(
                ref=ref, available=self.shop.levels.get((ref.item_id, ref.location_id))
            )
            for ref in refs
        )

    def send(self, effect):
        """Do it."""
        self.shop.ask("send", effect)
        self.shop.sent.append(effect)
        if self.shop.outcomes:
            return self.shop.outcomes.pop(0)
        return base.Outcome(state="applied", external_id=effect.key)

    def read_back(self, effect):
        """Return whether it happened."""
        self.shop.ask("read_back", effect)
        if self.shop.read_backs:
            return self.shop.read_backs.pop(0)
        known = any(sent.key == effect.key for sent in self.shop.sent)
        return base.Outcome(state="applied" if known else "not_found")

    def poll(self, effect):
        """Return how far it is."""
        self.shop.ask("poll", effect)
        return self.shop.outcomes.pop(0)

    def list_subscriptions(self):
        """Return the webhook subscriptions."""
        self.shop.ask("list_subscriptions")
        return tuple(self.shop.subscriptions)

    def subscribe(self, topic, uri):
        """Create one."""
        self.shop.ask("subscribe", topic, uri)
        number = f"sub-{len(self.shop.asked)}"
        made = base.Subscription(external_id=number, topic=topic, uri=uri)
        self.shop.subscriptions.append(made)
        return made

    def unsubscribe(self, external_id):
        """Remove one."""
        self.shop.ask("unsubscribe", external_id)
        kept = [s for s in self.shop.subscriptions if s.external_id != external_id]
        self.shop.subscriptions[:] = kept


class RetailSyncCommon(TransactionCase):
    """A live channel whose shop is ``self.shop``, and products with stock."""

    adapter = FakeShopAdapter

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.adapter:
            cls.startClassPatcher(patch.dict(ADAPTERS, {cls.adapter.code: cls.adapter}))
        key = base64.urlsafe_b64encode(b"k" * 32).decode()
        cls.startClassPatcher(
            patch.dict("os.environ", {"RETAIL_SYNC_SECRET_KEYS": key})
        )
        cls.env["retail.sync.fuse"]._confirm()
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.channel = cls.make_channel()

    def setUp(self):
        super().setUp()
        self.shop = FakeShop()
        self.startPatcher(patch.object(FakeShopAdapter, "shop", self.shop))

    @classmethod
    def make_channel(cls, **values):
        """Make a live channel with an ample budget and a signing secret."""
        channel = cls.env["retail.sync.channel"].create(
            {
                "name": "Test channel",
                "code": cls.adapter.code if cls.adapter else "manual",
                "company_id": cls.company.id,
                "warehouse_id": cls.warehouse.id,
                "import_since": False,
                "state": "live",
                **values,
            }
        )
        cls.env["retail.sync.secret"]._store(channel, "webhook_secret", SECRET)
        cls.env["retail.sync.bucket"]._ensure()
        cls.env.flush_all()
        cls.env.cr.execute(
            "DELETE FROM retail_sync_job WHERE channel_id = %s", [channel.id]
        )
        channel._workflow("stock").gather_s = 0
        # no turn of its own comes due in the middle of a test
        channel.workflow_ids.next_poll_at = fields.Datetime.now().replace(year=2099)
        return channel

    @classmethod
    def make_product(cls, sku, on_hand=0, **values):
        """Make a storable product with ``on_hand`` units in the warehouse."""
        product = cls.env["product.product"].create(
            {
                "name": sku.capitalize(),
                "default_code": sku,
                "type": "consu",
                "is_storable": True,
                "list_price": 99.0,
                **values,
            }
        )
        if on_hand:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, on_hand
            )
        return product

    def run_jobs(self, limit=1000, *, ahead_s=0.0, marks=True):
        """Work off what is due; return how many jobs ran.

        :param ahead_s: also run what is due only in so many seconds
        """
        with self.enter_registry_test_mode():
            return self.env["retail.sync.job"]._work_off(
                limit, ahead_s=ahead_s, marks=marks
            )

    def jobs(self, handler=None, channel=None):
        """Return the channel's jobs, oldest first, of one handler or all."""
        domain = [("channel_id", "=", (channel or self.channel).id)]
        if handler:
            domain.append(("handler", "=", handler))
        self.env["retail.sync.job"].invalidate_model()
        return self.env["retail.sync.job"].search(domain, order="id")

    def issues(self, kind=None, channel=None):
        """Return the channel's open issues."""
        domain = [
            ("channel_id", "=", (channel or self.channel).id),
            ("state", "=", "open"),
        ]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["retail.sync.issue"].search(domain)

    def make_notice(self, external_id="order-1", **values):
        """Return a notice that an order changed."""
        values.setdefault("flow", doc.Flow.ORDER)
        values.setdefault("topic", "orders/updated")
        return doc.Notice(external_id=external_id, **values)

    def deliver(self, *notices, channel=None, source="webhook"):
        """Let ``notices`` come in at the door, already verified."""
        return self.env["retail.sync.event"]._receive(
            channel or self.channel, notices, source
        )

    @staticmethod
    def signed(payload, topic="orders/updated", event_id="", secret=SECRET):
        """Return (body, headers) of a webhook as the shop sends it."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Topic": topic,
            "X-Event-Id": event_id,
            "X-Signature": sign_hmac_sha256(body, secret),
        }
        return body, headers
