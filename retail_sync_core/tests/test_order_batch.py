from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

BATCH = 10
PENDING = doc.PaymentState.PENDING
# Odoo alone asks some 120 times to make and confirm one such order, 58 in batches of 50
QUERIES_ALONE = 165
QUERIES_TOGETHER = 100


@tagged("post_install", "-at_install")
class TestOrderBatch(OrdersCommon):
    """A backlog is imported several orders a transaction; each as if it were alone."""

    def setUp(self):
        super().setUp()
        self.batches, self.numbers = [], count()
        importers = self.registry["retail.sync.importer.order"]
        import_many = importers._import_many

        def spy(importer, channel, documents):
            self.batches.append(sorted(one.external_id for one in documents))
            return import_many(importer, channel, documents)

        self.startPatcher(patch.object(importers, "_import_many", spy))

    def come(self, *documents):
        """Let the shop tell of ``documents`` and work."""
        for document in documents:
            self.shop.put(document)
            notice = self.make_notice(
                document.external_id, event_id=f"event-{next(self.numbers)}"
            )
            self.deliver(notice)
        self.run_jobs()

    def some(self, count=3, **values):
        return [self.order(f"order-{number}", **values) for number in range(count)]

    def states(self):
        orders = self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)]
        )
        return {order.external_id: order.state for order in orders}

    def test_what_was_read_within_its_second_is_whole_once_a_batch_reads_it_again(self):
        document = self.order("order-1")
        self.come(replace(document, read_at=document.updated_at))
        order = self.found("order-1")
        self.assertFalse(order._is_read_whole())
        later = document.updated_at + timedelta(seconds=1)

        self.env["retail.sync.importer.order"]._import_many(
            self.channel, [replace(document, read_at=later)]
        )

        self.assertTrue(order._is_read_whole())

    def test_discounts_are_kept_in_a_batch_too(self):
        code = doc.Discount(amount=Decimal("2.00"), code="TEN", kind="code")
        line = replace(make_line(sku="SHIRT", price="20.00"), discounts=(code,))
        documents = self.some(lines=[line])

        self.come(*documents)

        rows = self.env["retail.sync.promotion"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual([len(one) for one in self.batches], [3])
        self.assertEqual(rows.mapped("name"), ["TEN"] * 3)
        self.assertEqual(rows.mapped("amount_discount"), [2.0] * 3)

    def found(self, external_id):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id), ("external_id", "=", external_id)]
        )

    def fetched(self):
        return sorted(asked[2] for asked in self.shop.asked if asked[0] == "fetch")

    def picture(self, external_id):
        """Return all that importing an order made, without what numbers it."""
        order = self.found(external_id)
        sale = order.order_id
        return {
            "state": (order.state, sale.state, sale.date_order, sale.client_order_ref),
            "amounts": (sale.amount_total, sale.amount_tax, order.difference),
            "lines": sale.order_line.mapped(
                lambda line: (line.product_id, line.product_uom_qty, line.price_total)
            ),
            "links": order.line_ids.mapped(
                lambda line: (line.external_id, line.sale_line_id.product_id)
            ),
            "moves": sale.picking_ids.move_ids.mapped(
                lambda move: (move.product_id, move.quantity, move.state)
            ),
            "deliveries": len(sale.picking_ids),
            "note": sale.picking_ids.note,
            "people": (sale.partner_id, sale.partner_shipping_id),
            "steps": order.step_ids.sorted("id").mapped("code"),
        }

    def test_an_order_of_a_batch_is_as_if_it_came_alone(self):
        self.come(self.order("order-alone", note="Ring twice"))
        self.assertEqual(self.batches, [])

        self.come(*self.some(note="Ring twice"))

        self.assertEqual(self.batches, [["order-0", "order-1", "order-2"]])
        alone = self.picture("order-alone")
        alone["state"] = (*alone["state"][:3], "#order-1")
        self.assertEqual(self.picture("order-1"), alone)
        self.assertEqual(len({self.found(f"order-{n}").order_id for n in range(3)}), 3)

    def test_orders_that_a_person_must_mend_harm_only_themselves(self):
        good = self.some()
        bad = [
            self.order(f"bad-{n}", lines=[make_line(sku="NOBODY")]) for n in range(2)
        ]

        self.come(bad[0], *good, bad[1])

        self.assertEqual(
            self.states(),
            {
                **dict.fromkeys(("order-0", "order-1", "order-2"), "imported"),
                **dict.fromkeys(("bad-0", "bad-1"), "waiting"),
            },
        )
        everyone = ["bad-0", "bad-1", "order-0", "order-1", "order-2"]
        self.assertEqual(self.batches, [everyone, everyone[2:]])
        self.assertEqual(self.fetched(), everyone, "no call is repeated")
        self.assertEqual(self.issues("unknown_sku").waiting_count, 2)

    def test_an_order_that_cannot_be_confirmed_harms_only_itself(self):
        sales = self.registry["sale.order"]
        confirm = sales.action_confirm

        def refuse(sale):
            if "#order-1" in sale.mapped("client_order_ref"):
                raise UserError("not this one")  # pylint: disable=translation-required
            return confirm(sale)

        with patch.object(sales, "action_confirm", refuse):
            self.come(*self.some())

        self.assertEqual(
            self.states(),
            {"order-0": "imported", "order-1": "waiting", "order-2": "imported"},
        )
        self.assertFalse(self.found("order-1").order_id)
        self.assertEqual(self.fetched(), ["order-0", "order-1", "order-2"])
        self.assertEqual(self.jobs().filtered("issue_id").order_key, "order:order-1")

    def test_changed_orders_among_new_ones_are_followed(self):
        self.come(*self.some(2))

        self.come(
            self.order("order-0", version=2, payment_state=PENDING),
            self.order("new"),
            self.order("new-2"),
        )

        self.assertEqual(
            self.states(),
            {
                "order-0": "hold",
                **dict.fromkeys(("order-1", "new", "new-2"), "imported"),
            },
        )
        self.assertEqual(self.batches[-1], ["new", "new-2"])

    def test_what_is_left_out_or_known_is_no_trouble_for_a_batch(self):
        self.come(*self.some(2))
        before = self.picture("order-0")

        self.come(*self.some(2), self.order("test", test=True), self.order("new"))

        self.assertEqual(self.states()["test"], "ignored")
        self.assertEqual(self.states()["new"], "imported")
        self.assertEqual(self.picture("order-0"), before)

    def test_a_job_that_was_taken_over_meanwhile_is_not_applied(self):
        runner = self.registry["retail.sync.runner"]
        apply_fetched = runner._apply_fetched

        def taken(model, turn, fetched):
            self.env.cr.execute(
                "UPDATE retail_sync_job SET claim = 'another' WHERE id = %s",
                [fetched[0][0].id],
            )
            return apply_fetched(model, turn, fetched)

        with patch.object(runner, "_apply_fetched", taken):
            self.come(*self.some())

        self.assertEqual(
            self.states(),
            {"order-0": "waiting", "order-1": "imported", "order-2": "imported"},
        )
        self.assertEqual(
            self.jobs("order.fetch").mapped("state"), ["running", "done", "done"]
        )

    def queries(self, work, documents):
        """Return how many queries an order takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work(documents)
        self.env.flush_all()
        return (self.env.cr.sql_log_count - before) / len(documents)

    def documents(self, count, prefix):
        skus = ("SHIRT", "MUG", "HAT")
        for sku in skus:
            known = self.env["product.product"].search([("default_code", "=", sku)])
            known or self.make_product(sku, 100, company_id=False)
        lines = [make_line(f"l-{sku}", sku=sku, quantity=1) for sku in skus]
        return [self.order(f"{prefix}-{n}", lines=lines) for n in range(count)]

    def test_importing_asks_the_database_little_more_than_odoo_itself(self):
        importer = self.env["retail.sync.importer.order"]
        self.queries(
            lambda d: importer._import(self.channel, *d), self.documents(1, "w")
        )

        alone = self.queries(
            lambda d: importer._import(self.channel, *d), self.documents(1, "a")
        )
        together = self.queries(
            lambda d: importer._import_many(self.channel, d),
            self.documents(BATCH, "t"),
        )

        self.assertLess(alone, QUERIES_ALONE)
        self.assertLess(together, QUERIES_TOGETHER)
