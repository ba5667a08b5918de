"""Both sides of a channel compared: what differs stands until it is equal."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

OPERATOR = "retail_sync_core.retail_sync_group_operator"
VIEWER = "retail_sync_core.retail_sync_group_viewer"


@tagged("post_install", "-at_install")
class TestReconciliation(OrdersCommon):
    def setUp(self):
        super().setUp()
        self.lines = self.env["retail.sync.reconciliation.line"]
        self.runs = self.env["retail.sync.reconciliation"]

    def put(self, external_id="order-1", *, here=True, **values):
        """Let the shop have an order, and us as well unless told otherwise."""
        now = datetime.now(timezone.utc).replace(microsecond=0)
        line = make_line(sku="SHIRT", quantity=2, price="10.00")
        document = self.order(
            external_id,
            lines=[line],
            **{"updated_at": now - timedelta(hours=1), **values},
        )
        self.shop.orders[external_id] = document
        return (document, self.import_order(document)) if here else (document, None)

    def change(self, document, **values):
        """Let the shop's order say something else, in the version we hold."""
        self.shop.orders[document.external_id] = replace(document, **values)

    def reconcile(self, *notices):
        """Reconcile by hand and work until it is done; return the run."""
        self.shop.pages["order"] = [base.Page(documents=notices)]
        run = self.runs._start(self.channel, by_hand=False)
        self.run_jobs()
        self.env.invalidate_all()
        return run

    def open(self):
        self.env.invalidate_all()
        domain = [("channel_id", "=", self.channel.id), ("state", "=", "open")]
        return self.lines.search(domain, order="id")

    def refund(self, amount, external_id="t9"):
        return doc.Payment(
            external_id=external_id,
            kind="refund",
            status="success",
            gateway="x",
            amount=Decimal(amount),
            currency=self.currency_name,
        )

    def test_two_sides_that_agree(self):
        self.put("a")
        self.put("b")

        run = self.reconcile()

        self.assertEqual((run.state, run.done), ("done", 2))
        self.assertFalse(self.open())
        self.assertIn("both sides agree", run.summary)

    def test_a_cent_of_the_total_is_a_mismatch_until_it_is_equal(self):
        document, order = self.put()
        self.change(document, total=document.total + Decimal("0.01"))
        self.reconcile()

        (line,) = self.open()
        self.assertEqual((line.kind, line.order_id), ("total", order))
        self.assertEqual(line.difference, 0.01)
        self.assertEqual(line.action_mend()["res_id"], order.id)

        self.change(document)
        self.reconcile()

        self.assertFalse(self.open())
        self.assertEqual(line.state, "equal")
        self.assertTrue(line.closed_at)

    def test_found_twice_it_is_one_row(self):
        document, _order = self.put()
        self.change(document, total=document.total + 1)
        self.reconcile()
        self.change(document, total=document.total + 2)

        self.reconcile()

        (line,) = self.open()
        self.assertEqual(line.difference, 2)

    def test_what_was_given_back_there_and_is_not_here(self):
        document, _order = self.put()
        back = (*document.payments, self.refund("3.50"))
        self.change(document, payments=back)

        self.reconcile()

        (line,) = self.open()
        self.assertEqual((line.kind, line.there, line.here), ("refund", 3.5, 0.0))

    def test_units_that_left_there_and_not_here(self):
        document, order = self.put()
        (line,) = document.lines
        gone = doc.Shipped(
            external_id="f1", lines=((line.external_id, Decimal(1)),), state="success"
        )
        self.change(document, shipments=(gone,))

        self.reconcile()

        found = {(row.kind, row.there, row.here) for row in self.open()}
        self.assertEqual(found, {("units", 1.0, 0.0), ("shipment", 1.0, 0.0)})
        self.assertEqual(self.open().order_id, order)

    def test_a_delivery_that_left_a_while_ago_and_was_not_told(self):
        _document, order = self.put()
        self.ship(order.order_id.picking_ids)
        order._effects().write({"state": "abandoned"})
        order.order_id.picking_ids.date_done = fields.Datetime.now() - timedelta(
            hours=2
        )

        self.reconcile()

        untold = self.open().filtered(lambda row: row.kind == "untold")
        self.assertEqual(untold.detail, order.order_id.picking_ids.name)
        self.assertEqual((untold.there, untold.here), (0.0, 2.0))

    def test_an_order_that_is_not_here_can_be_fetched(self):
        document, _none = self.put("lost", here=False)
        notice = self.make_notice(
            "lost", external_ref="#1", occurred_at=document.updated_at
        )
        self.reconcile(notice)
        (line,) = self.open()
        self.assertEqual((line.kind, line.name, line.detail), ("missing", "#1", False))

        line.action_mend()
        self.run_jobs()
        self.reconcile()

        self.assertFalse(self.open())
        self.assertTrue(
            self.env["retail.sync.order"].search([("external_id", "=", "lost")])
        )

    def test_one_that_changed_a_moment_ago_may_be_on_its_way(self):
        self.put("fresh", here=False)
        now = datetime.now(timezone.utc)

        self.reconcile(self.make_notice("fresh", occurred_at=now))

        self.assertFalse(self.open())

    def test_a_newer_version_is_fetched_and_then_equal(self):
        document, order = self.put()
        version = document.version.replace(":01:", ":02:")
        newer = replace(document, version=version, note="Ring twice")
        self.shop.orders["order-1"] = newer

        self.reconcile()
        self.assertEqual(self.open().mapped("kind"), ["older"])
        self.run_jobs()
        self.assertEqual(order.version, newer.version)

        self.reconcile()
        self.assertFalse(self.open())

    def test_a_newer_version_that_says_the_same_is_no_mismatch(self):
        document, _order = self.put()
        version = document.version.replace(":01:", ":02:")
        self.change(document, version=version)

        self.reconcile()

        self.assertFalse(self.open())

    def test_an_order_that_the_channel_does_not_have_anymore(self):
        self.put()
        del self.shop.orders["order-1"]

        self.reconcile()

        self.assertEqual(self.open().mapped("kind"), ["gone"])

    def test_a_person_has_one_looked_at_again(self):
        document, _order = self.put()
        self.change(document, total=document.total + 1)
        self.reconcile()
        self.change(document)

        self.open().action_look_again()
        self.run_jobs()

        self.assertFalse(self.open())

    def test_stopped_it_goes_on_where_it_was(self):
        for number in range(7):
            self.put(f"order-{number}")
        self.shop.pages["order"] = [base.Page(documents=())]
        run = self.runs._start(self.channel, by_hand=False)
        while not run.done:
            self.run_jobs(limit=1)
            self.env.invalidate_all()
        self.assertEqual((run.state, run.done), ("running", 5))
        run.action_stop()
        self.run_jobs()
        self.assertEqual(run.done, 5)

        run.action_go_on()
        self.run_jobs()
        self.env.invalidate_all()

        self.assertEqual((run.state, run.done), ("done", 7))
        fetched = [external for _flow, external in self.shop.calls("fetch")]
        self.assertEqual(len(fetched), len(set(fetched)), "none was fetched twice")

    def test_the_next_one_begins_where_the_last_ended_with_an_overlap(self):
        first = self.reconcile()
        second = self.reconcile()

        self.assertEqual(second.since, first.until - timedelta(hours=2))

    def test_once_a_day_where_the_channel_wants_it(self):
        self.runs._start_due(self.channel)
        self.runs._start_due(self.channel)
        self.assertEqual(len(self.runs.search([])), 1)

        other = self.make_channel(name="Another", reconcile_daily=False)
        self.runs._start_due(other)
        self.assertFalse(self.runs.search([("channel_id", "=", other.id)]))

    def test_stock_that_waits_for_a_person_stands_among_the_rest(self):
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "p",
                "name": "Main",
                "warehouse_id": self.warehouse.id,
            }
        )
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "v",
                "sku": "SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        level = self.env["retail.sync.level"].create(
            {"listing_id": listing.id, "location_id": place.id}
        )
        self.channel.drift_policy = "ask"
        drift = self.env["retail.sync.drift"]._note(level, 4)
        (line,) = self.open()
        self.assertEqual((line.kind, line.there, line.here), ("stock", 4.0, 0.0))

        line.action_mend()

        self.assertEqual(drift.state, "told")
        self.assertFalse(self.open())

    def test_operators_begin_it_and_viewers_read(self):
        operator = new_test_user(self.env, "operator-of-books", OPERATOR)
        viewer = new_test_user(self.env, "viewer-of-books", VIEWER)
        self.channel.with_user(operator).action_reconcile()
        self.run_jobs()
        document, _order = self.put()
        self.change(document, total=document.total + 1)
        self.reconcile()

        line = self.open()
        self.assertEqual(line.with_user(viewer).there_text, line.there_text)
        with self.assertRaises(AccessError):
            self.channel.with_user(viewer).action_reconcile()
        with self.assertRaises(AccessError):
            line.with_user(viewer).action_mend()
        self.assertTrue(line.with_user(operator).action_mend())

    def test_another_companys_mismatches_are_not_seen(self):
        document, _order = self.put()
        self.change(document, total=document.total + 1)
        self.reconcile()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger-to-books",
            OPERATOR,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

        self.assertFalse(self.lines.with_user(stranger).search([]))
        self.assertFalse(self.runs.with_user(stranger).search([]))

    def test_a_channel_that_gives_no_order_by_its_number_says_so(self):
        self.patch(type(self.channel), "_can_reconcile", lambda _self: False)

        with self.assertRaisesRegex(UserError, "gives no order by its number"):
            self.channel.action_reconcile()
