"""A channel unlike the others runs through the same core.

Orders come as files, page by page, and cannot be fetched again; stock is a feed that is
taken first and confirmed, or refused in part, later; nothing is compared before it is
written; nothing takes an idempotency key.
"""

import json
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from ..domain.errors import InDoubtError
from ..testing_folder import FolderAdapter
from .folder_common import FolderCase


@tagged("post_install", "-at_install")
class TestFolderChannel(FolderCase):
    """Files in a folder are a channel like any other."""

    def setUp(self):
        super().setUp()
        self.vat = self.make_tax(20, included=True)
        for included in (True, False):
            self.map_tax("20 %", 20, included, self.vat)

    # the shop's side of the folder
    def put(self, name, data):
        self.folder.write(name, json.dumps(data).encode())

    def put_orders(self, token, *orders, following=""):
        self.put(f"orders/{token}.json", {"next": following, "orders": list(orders)})

    def order_file(self, number, *, changed="2026-11-20T12:00:00+00:00", **values):
        line = {"id": f"{number}-1", "sku": "SHIRT", "units": "2", "price": "1.234,50"}
        return {
            "id": f"f-{number}",
            "number": f"F{number}",
            "changed": changed,
            "currency": self.currency_name,
            "total": "2.469,00",
            "tax": "411,50",
            "lines": [{**line, "tax_rate": 20, "tax": "411,50"}],
            "customer": {"name": "Camille Durand", "email": "camille@example.com"},
            **values,
        }

    def put_catalog(self, **levels):
        """Offer both products at one place that bears our warehouse's name."""
        self.put("places.json", [{"external_id": "P", "name": self.warehouse.name}])
        self.put(
            "items.json",
            [
                {
                    "external_id": f"i-{product.default_code}",
                    "sku": product.default_code,
                }
                for product in (self.shirt, self.mug)
            ],
        )
        self.put("levels.json", {"P": levels or {"i-SHIRT": 5, "i-MUG": 5}})

    def reports(self, **words):
        """Confirm the feeds that lie there; a word other than ``ok`` refuses."""
        for name in self.folder.list("feeds"):
            report = {f"i-{sku}": word for sku, word in words.items()}
            self.put(f"reports/{name}", report)

    def feeds(self):
        """Return [{item: units}] of what was written, a feed an entry."""
        bodies = [
            json.loads(self.folder.read(f"feeds/{name}"))
            for name in self.folder.list("feeds")
        ]
        return [
            {level["ref"]["item_id"]: level["quantity"] for level in body["levels"]}
            for body in bodies
        ]

    # ours
    def poll(self):
        self.channel._workflow("order")._enqueue_poll()
        self.run_jobs()

    def orders(self):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id)], order="external_id"
        )

    def connect_stock(self):
        jobs = self.env["retail.sync.job"]
        for handler in ("places.read", "catalog.page"):
            jobs._enqueue(self.channel, handler)
        self.run_jobs(marks=False)

    def levels(self):
        self.env.invalidate_all()
        levels = self.env["retail.sync.level"].search(
            [("channel_id", "=", self.channel.id)]
        )
        return {level.listing_id.sku: level for level in levels}

    def test_orders_are_read_page_by_page_and_imported_to_the_cent(self):
        self.put_orders("first", self.order_file(1), self.order_file(2), following="b")
        self.put_orders("b", self.order_file(3))

        self.poll()

        orders = self.orders()
        self.assertEqual(orders.mapped("external_id"), ["f-1", "f-2", "f-3"])
        self.assertEqual(set(orders.mapped("state")), {"imported"})
        for sale in orders.order_id:
            self.assertEqual(sale.state, "sale")
            self.assertAlmostEqual(sale.amount_total, 2469.00, places=2)
            self.assertAlmostEqual(sale.amount_tax, 411.50, places=2)
        self.assertFalse(self.issues())

    def test_the_token_is_where_the_next_turn_goes_on(self):
        self.put_orders("first", self.order_file(1), following="b")
        self.poll()
        self.assertEqual(self.orders().mapped("external_id"), ["f-1"])

        self.put_orders("b", self.order_file(2))
        self.poll()

        self.assertEqual(self.orders().mapped("external_id"), ["f-1", "f-2"])
        self.assertEqual(self.channel._workflow("order").cursor, "b")

    def test_a_page_that_is_read_again_changes_nothing(self):
        self.put_orders("first", self.order_file(1))
        self.poll()
        jobs = self.jobs("order.import")

        self.poll()

        self.assertEqual(self.jobs("order.import"), jobs)
        self.assertEqual(len(self.orders().order_id), 1)

    def test_bodies_are_kept_sealed_and_go_when_the_order_is_in(self):
        self.run_jobs()
        self.put_orders("first", self.order_file(1))
        self.channel._workflow("order")._enqueue_poll()
        self.run_jobs(limit=1)
        bodies = self.env["retail.sync.event.body"].search(
            [("channel_id", "=", self.channel.id)]
        )
        self.assertEqual(len(bodies), 1)
        self.assertNotIn(b"Camille", bodies.sudo().data)

        self.run_jobs()

        self.assertFalse(bodies.exists())
        self.assertEqual(self.orders().state, "imported")

    def test_a_newer_version_in_a_later_file_changes_the_order(self):
        self.put_orders("first", self.order_file(1), following="b")
        self.poll()

        later = "2026-11-20T13:00:00+00:00"
        self.put_orders("b", self.order_file(1, changed=later, cancelled=True))
        self.poll()

        self.assertEqual(self.orders().order_id.state, "cancel")

    def test_a_file_nobody_can_read_waits_for_a_person_and_the_others_go_on(self):
        broken = self.order_file(1, total="about ten")
        self.put_orders("first", broken, self.order_file(2))

        self.poll()

        states = dict(self.orders().mapped(lambda o: (o.external_id, o.state)))
        self.assertEqual(states, {"f-1": "waiting", "f-2": "imported"})
        self.assertEqual(len(self.issues()), 1)
        (job,) = self.jobs("order.import").filtered(lambda j: j.state == "parked")
        self.assertEqual(job.order_key, "order:f-1")

    def test_what_waits_for_a_person_is_not_taken_in_again_by_each_turn(self):
        line = {"id": "1", "sku": "NEVER-SEEN", "units": "1", "price": "10,00"}
        order = self.order_file(1, lines=[line], total="10,00", tax="0")
        self.put_orders("first", order)
        self.poll()
        self.assertEqual(self.jobs("order.import").state, "parked")

        with patch("odoo.addons.retail_sync_core.models.retail_sync_door.WINDOW_S", 7):
            self.poll()

        self.assertEqual(len(self.jobs("order.import")), 1)
        self.assertEqual(self.issues("unknown_sku").waiting_count, 1)

    def test_a_feed_is_taken_first_and_counts_when_it_is_confirmed(self):
        self.put_catalog()
        self.connect_stock()
        self.run_jobs(ahead_s=60)
        self.assertEqual(self.feeds(), [{"i-SHIRT": 100, "i-MUG": 100}])
        self.assertEqual({x.state for x in self.levels().values()}, {"sent"})
        self.assertEqual({x.acked_qty for x in self.levels().values()}, {5})

        self.reports(SHIRT="ok", MUG="ok")
        self.run_jobs(ahead_s=600)

        self.assertEqual({x.state for x in self.levels().values()}, {"acknowledged"})
        self.assertEqual({x.acked_qty for x in self.levels().values()}, {100})
        self.assertEqual(len(self.feeds()), 1)
        self.assertFalse(self.issues())

    def test_a_level_that_is_refused_is_an_issue_and_the_others_count(self):
        self.put_catalog()
        self.connect_stock()
        self.run_jobs(ahead_s=60)

        self.reports(SHIRT="ok", MUG="the item is locked")
        self.run_jobs(ahead_s=600)

        levels = self.levels()
        self.assertEqual(levels["SHIRT"].state, "acknowledged")
        self.assertEqual(levels["SHIRT"].acked_qty, 100)
        self.assertEqual(levels["MUG"].state, "refused")
        self.assertEqual(levels["MUG"].last_error, "the item is locked")
        (issue,) = self.issues()
        self.assertEqual(issue.kind, "effect_refused")
        self.assertIn("the item is locked", issue.message)

    def test_nothing_is_compared_so_orders_come_before_stock(self):
        self.put_catalog()
        self.put_orders("first", self.order_file(1))
        self.connect_stock()

        self.run_jobs(ahead_s=60)

        self.assertEqual(self.orders().state, "imported")
        self.assertEqual(self.feeds(), [{"i-SHIRT": 98, "i-MUG": 100}])

    def test_a_feed_in_doubt_is_looked_for_and_not_written_twice(self):
        self.put_catalog()
        self.connect_stock()
        real = FolderAdapter.send

        def send_and_break(adapter, effect):
            real(adapter, effect)
            raise InDoubtError("the disk was full, or was it", code="no_answer")

        with patch.object(FolderAdapter, "send", send_and_break):
            self.run_jobs(ahead_s=60)
        self.reports(SHIRT="ok", MUG="ok")
        self.run_jobs(ahead_s=600)

        self.assertEqual(len(self.feeds()), 1)
        self.assertEqual({x.state for x in self.levels().values()}, {"acknowledged"})

    def test_a_shipment_is_one_file_however_often_the_answer_is_lost(self):
        self.put_orders("first", self.order_file(1))
        self.poll()
        real = FolderAdapter.send
        calls = []

        def send_and_break(adapter, effect):
            calls.append(effect.key)
            real(adapter, effect)
            raise InDoubtError("no answer", code="no_answer")

        self.ship(self.orders().order_id.picking_ids)
        with patch.object(FolderAdapter, "send", send_and_break):
            self.run_jobs(ahead_s=60)

        (name,) = self.folder.list("shipments")
        body = json.loads(self.folder.read(f"shipments/{name}"))
        self.assertEqual(body["lines"], [["1-1", "2"]])
        self.assertEqual(len(calls), 1)
        self.assertEqual(self.effects(self.orders()).state, "applied")

    def test_a_folder_that_is_gone_is_said_when_it_is_tested(self):
        self.channel.settings = {"folder": str(Path(self.folder.root) / "gone")}
        self.env["retail.sync.job"]._enqueue(self.channel, "connection.test")

        self.run_jobs()

        self.assertFalse(self.channel.last_test_ok)
