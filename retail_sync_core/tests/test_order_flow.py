from odoo.tests import tagged

from ..adapters import base
from ..domain import documents as doc
from ..testing_orders import make_line
from .common import FakeShopAdapter
from .common_orders import OrdersCommon


class FileAdapter(FakeShopAdapter):
    """Orders come whole; none can be fetched by its id."""

    capabilities = (base.Orders(by_id=False), base.Shipments(settle_s=0.0))

    def read(self, flow, body):  # pylint: disable=method-required-super
        """Return the order whose id the body is."""
        return self.shop.orders[body.decode()]


@tagged("post_install", "-at_install")
class TestOrderFlow(OrdersCommon):
    """From the door to the sale order, through the jobs."""

    def orders(self):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_a_notice_brings_the_newest_version(self):
        self.shop.put(self.order())

        self.deliver(self.make_notice(event_id="e-1"))
        self.run_jobs()

        self.assertRecordValues(
            self.orders(), [{"state": "imported", "external_ref": "#order-1"}]
        )

    def test_ten_notices_of_one_order_make_one_sale_order(self):
        self.shop.put(self.order())
        for number in range(10):
            self.deliver(self.make_notice(event_id=f"e-{number % 6}"))
        self.run_jobs()

        self.deliver(self.make_notice(event_id="late"))
        self.run_jobs()

        self.assertEqual(len(self.orders().order_id), 1)

    def test_a_cancellation_that_comes_before_the_order_is_not_undone(self):
        document = self.order(version=3)
        self.shop.put(self.order(version=3, cancelled_at=document.updated_at))

        self.deliver(
            self.make_notice(flow=doc.Flow.CANCELLATION, topic="orders/cancelled")
        )
        self.run_jobs()
        self.deliver(self.make_notice(topic="orders/create"))
        self.run_jobs()

        self.assertRecordValues(
            self.orders(), [{"state": "cancelled", "order_id": False}]
        )

    def test_an_unknown_sku_waits_with_one_issue_and_goes_on_when_it_is_mended(self):
        for number in range(3):
            line = make_line(sku="NEW-HAT", price="5.00")
            self.shop.put(self.order(f"order-{number}", lines=[line]))
            self.deliver(self.make_notice(f"order-{number}"))
        self.run_jobs()

        issue = self.issues("unknown_sku")
        self.assertRecordValues(issue, [{"value": "NEW-HAT", "waiting_count": 3}])
        self.assertEqual(self.orders().mapped("state"), ["waiting"] * 3)
        self.assertIn("NEW-HAT", self.orders()[0].timeline["entries"][-1]["title"])

        self.make_product("NEW-HAT", 5)
        issue._close("made the product")
        self.run_jobs()

        self.assertEqual(self.orders().mapped("state"), ["imported"] * 3)

    def test_what_a_waiting_order_sold_is_offered_no_more(self):
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-7",
                "variant_id": "variant-7",
                "title": "Mug",
                "sku": self.mug.default_code,
                "product_id": self.mug.id,
            }
        )
        lines = [
            make_line("known", item_id="item-7", variant_id="variant-7", quantity=2),
            make_line("new", sku="NEW-HAT"),
        ]
        self.shop.put(self.order(lines=lines))

        self.deliver(self.make_notice())
        self.run_jobs()

        demand = self.env["retail.sync.demand"].search([])
        self.assertRecordValues(
            demand,
            [{"listing_id": listing.id, "quantity": 2.0, "line_external_id": "known"}],
        )
        self.assertEqual(self.orders().state, "waiting")

    def test_one_order_that_cannot_be_mapped_stops_no_other(self):
        self.shop.put(self.order("bad", lines=[make_line(sku="NOBODY")]))
        self.shop.put(self.order("good"))

        self.deliver(self.make_notice("bad"), self.make_notice("good"))
        self.run_jobs()

        states = {order.external_id: order.state for order in self.orders()}
        self.assertEqual(states, {"bad": "waiting", "good": "imported"})

    def test_mapping_a_tax_wakes_what_waited_for_it(self):
        line = make_line(sku="SHIRT", price="10.00", rates=("0.17",))
        self.shop.put(self.order(lines=[line]))
        self.deliver(self.make_notice())
        self.run_jobs()
        self.assertEqual(self.issues("unknown_tax").value, "VAT 17 % (FR)")

        self.map_tax("VAT", 17, False, self.make_tax(17))
        self.run_jobs()

        self.assertFalse(self.issues("unknown_tax"))
        self.assertEqual(self.orders().order_id.amount_total, 11.7)

    def test_matching_a_listing_wakes_what_waited_for_it(self):
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-1",
                "variant_id": "variant-1",
                "title": "Hat",
                "sku": "HAT",
            }
        )
        line = make_line(sku="HAT", item_id="item-1", variant_id="variant-1")
        self.shop.put(self.order(lines=[line]))
        self.deliver(self.make_notice())
        self.run_jobs()
        self.assertEqual(len(self.issues("unknown_sku")), 1)

        listing.product_id = self.shirt
        self.run_jobs()

        self.assertEqual(self.orders().order_id.order_line.product_id, self.shirt)

    def test_an_order_stays_visible_while_the_channel_does_not_find_it(self):
        self.deliver(self.make_notice(external_ref="#77"))

        self.run_jobs()

        self.assertRecordValues(
            self.orders(), [{"state": "waiting", "external_ref": "#77"}]
        )
        self.assertTrue(self.orders().waiting_for)

    def test_an_unchanged_order_costs_no_second_sale_order_line_or_step(self):
        self.shop.put(self.order())
        self.deliver(self.make_notice(event_id="e-1"))
        self.run_jobs()
        steps = len(self.orders().step_ids)

        self.deliver(self.make_notice(event_id="e-2"))
        self.run_jobs()

        self.assertEqual(len(self.orders().step_ids), steps)

    def test_what_was_known_of_an_order_gives_way_to_the_order(self):
        self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-1",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        demand = doc.Demand(
            order_id="order-1", line_id="line-1", item_id="item-1", quantity=2
        )
        line = make_line(sku="SHIRT", quantity=2, item_id="item-1")
        self.shop.put(self.order(lines=[line]))
        domain = [("order_external_id", "=", "order-1")]

        self.deliver(self.make_notice(demand=(demand,)))
        before = self.env["retail.sync.demand"].search_count(domain)
        self.run_jobs()

        self.assertEqual(before, 1)
        self.assertFalse(self.env["retail.sync.demand"].search_count(domain))


@tagged("post_install", "-at_install")
class TestOrdersInFiles(OrdersCommon):
    adapter = FileAdapter

    def test_an_order_that_came_whole_is_imported_from_what_was_kept(self):
        self.shop.put(self.order())

        self.deliver(self.make_notice(body=b"order-1"), source="file")
        self.run_jobs()

        order = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(order.state, "imported")
        self.assertFalse(self.shop.calls("fetch"))

    def test_an_older_file_that_comes_late_changes_nothing(self):
        self.shop.orders = {
            "new": self.order(version=5),
            "old": self.order(version=2, payment_state=doc.PaymentState.PENDING),
        }

        for name in ("new", "old"):
            notice = self.make_notice(body=name.encode(), event_id=name)
            self.deliver(notice, source="file")
        self.run_jobs()

        order = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertRecordValues(order, [{"state": "imported", "payment_state": "paid"}])


@tagged("post_install", "-at_install")
class TestPolicies(OrdersCommon):
    def test_a_relaxed_policy_lets_go_what_waited(self):
        authorized = doc.PaymentState.AUTHORIZED
        order = self.import_order(self.order(payment_state=authorized))
        self.assertEqual(order.hold_code, "payment")

        self.channel.release_on = "authorized"
        self.run_jobs()

        self.assertFalse(order.hold_code)

    def test_a_stricter_policy_holds_what_has_not_left(self):
        self.channel.release_on = "always"
        pending = doc.PaymentState.PENDING
        here = self.import_order(self.order(payment_state=pending))
        gone = self.import_order(self.order("order-2", payment_state=pending))
        self.ship(gone.order_id.picking_ids)

        self.channel.release_on = "paid"
        self.run_jobs()

        self.assertEqual(here.hold_code, "payment")
        self.assertFalse(gone.hold_code)

    def test_a_gateways_new_rule_counts_for_what_waits(self):
        order = self.import_order(self.order(payment_state=doc.PaymentState.PENDING))
        order.gateways = "cod"

        self.env["retail.sync.map.gateway"].create(
            {"channel_id": self.channel.id, "gateway": "cod", "release": "always"}
        )
        self.run_jobs()

        self.assertFalse(order.hold_code)

    def test_an_order_canceled_by_hand_and_taken_up_again_is_judged_anew(self):
        order = self.import_order(self.order(payment_state=doc.PaymentState.PENDING))
        order.order_id._action_cancel()
        self.assertRecordValues(order, [{"state": "cancelled", "hold_code": False}])

        order.order_id.action_draft()

        self.assertRecordValues(order, [{"state": "hold", "hold_code": "payment"}])


@tagged("post_install", "-at_install")
class TestCancelThere(OrdersCommon):
    """A person cancels here; the channel hears of it where the policy says so."""

    def test_it_is_told_when_the_policy_says_so(self):
        self.channel.cancel_there = True
        order = self.import_order(self.order())

        order.order_id._action_cancel()
        self.run_jobs()

        effect = self.effects(order, "cancellation")
        self.assertEqual(effect.state, "applied")
        self.assertEqual(self.shop.sent[0].body, doc.Cancellation(order_id="order-1"))

    def test_it_is_not_told_otherwise(self):
        order = self.import_order(self.order())

        order.order_id._action_cancel()

        self.assertFalse(self.effects(order, "cancellation"))

    def test_a_cancellation_that_came_from_there_is_not_sent_back(self):
        self.channel.cancel_there = True
        order = self.import_order(self.order())
        document = self.order()

        self.import_order(self.order(version=2, cancelled_at=document.updated_at))

        self.assertEqual(order.order_id.state, "cancel")
        self.assertFalse(self.effects(order, "cancellation"))

    def test_a_refusal_is_told_on_the_timeline(self):
        self.channel.cancel_there = True
        order = self.import_order(self.order())
        self.shop.outcomes.append(
            base.Outcome(state="refused", code="SHIPPED", message="already shipped")
        )

        order.order_id._action_cancel()
        self.run_jobs()

        self.assertIn("already shipped", order.timeline["entries"][-1]["title"])
