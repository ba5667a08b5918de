from collections import Counter
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import retail_sync_worker
from ..models.retail_sync_door_minor import MOST
from ..models.retail_sync_worker import Turn
from ..testing_orders import PLACED_AT
from .common_orders import OrdersCommon

MANY = 1000
FETCH_S = 4.2  # 420 points, of which the smallest plan gives 100 a second


@tagged("post_install", "-at_install")
class TestBulkTags(OrdersCommon):
    """Somebody tags a thousand orders; a customer orders in the middle of it."""

    def setUp(self):
        super().setUp()
        sale = self.import_order(self.order("first")).order_id
        self.env["retail.sync.order"].create(
            [
                {
                    "channel_id": self.channel.id,
                    "external_id": f"tagged-{number}",
                    "order_id": sale.id,
                    "state": "imported",
                    "version": "2026-11-20T12:01:00+00:00",
                    "changed_at": "2026-11-20 12:01:00",
                    "read_at": "2026-11-20 12:05:00",
                }
                for number in range(MANY)
            ]
        )
        self.env.cr.execute(
            "DELETE FROM retail_sync_job WHERE channel_id = %s", [self.channel.id]
        )

    def tag(self, numbers, times=1, **values):
        """Let the channel tell that these orders were updated."""
        notices = [
            self.make_notice(
                f"tagged-{number}",
                event_id=f"{number}-{time}",
                minor=True,
                topic="orders/updated",
                **{"version": "2026-11-28T09:00:00+00:00", **values},
            )
            for number in numbers
            for time in range(times)
        ]
        for notice in notices:
            self.deliver(notice)

    def jobs(self):
        return self.env["retail.sync.job"].search(
            [
                ("channel_id", "=", self.channel.id),
                ("handler", "=", "order.fetch"),
                ("state", "=", "pending"),
            ]
        )

    def tagged(self, number):
        return self.env["retail.sync.order"]._find_by_key(
            self.channel, f"order:tagged-{number}"
        )

    def stage(self):
        """Settle order and identity of what was appended, as the worker does."""
        while self.env["retail.sync.queue"]._stage():
            pass
        self.env.invalidate_all()

    def test_each_is_fetched_at_most_once_and_few_in_the_frequent_lane(self):
        self.tag(range(MANY), times=2)
        self.stage()

        jobs = self.jobs()
        self.assertEqual(len(jobs), MANY)
        self.assertEqual(set(Counter(jobs.mapped("order_key")).values()), {1})
        lanes = Counter(jobs.mapped("lane"))
        self.assertLessEqual(lanes[1], MOST)
        self.assertEqual(lanes[1] + lanes[2], MANY)

    def test_a_new_order_waits_for_few_of_them(self):
        self.tag(range(MANY))
        self.deliver(self.make_notice("new-1", event_id="new", topic="orders/create"))
        self.stage()

        frequent = self.jobs().filtered(lambda job: job.lane == 1)
        frequent = frequent.sorted(lambda job: (job.scheduled_at, job.id))

        self.assertLessEqual(len(frequent), MOST + 1)
        self.assertEqual(frequent[-1].order_key, "order:new-1")

    def test_a_new_order_is_fetched_within_its_target(self):
        """By the whole engine, each fetch as dear as an order can be on Shopify."""
        self.tag(range(MANY))
        self.shop.put(self.order("new-1"))
        for number in range(MANY):  # tagged only: nothing to be written
            self.shop.put(self.order(f"tagged-{number}", updated_at=PLACED_AT))
        self.deliver(self.make_notice("new-1", event_id="new", topic="orders/create"))
        # a fetch takes longer than what a worker takes at once: it takes one
        one = patch.object(Turn, "batch_size", lambda _turn, _lane: 1)
        look = patch.object(retail_sync_worker, "LOOK_S", 0.0)

        with one, look, mute_logger("odoo.addons.retail_sync_core"):
            self.run_jobs(40)

        asked = [external_id for _flow, external_id in self.shop.calls("fetch")]
        before = asked.index("new-1")
        target = self.channel._workflow("order").target_s
        self.assertEqual(len(asked), len(set(asked)), "each at most once")
        self.assertLess((before + 1) * FETCH_S, target, f"{before} before it")
        order = self.env["retail.sync.order"]._find_by_key(self.channel, "order:new-1")
        self.assertEqual(order.state, "imported")

    def test_what_matters_of_a_tagged_order_is_not_behind(self):
        self.tag(range(MANY))
        self.deliver(
            self.make_notice("tagged-999", event_id="edit", topic="orders/edited")
        )
        self.stage()

        job = self.jobs().filtered(lambda one: one.order_key == "order:tagged-999")
        self.assertEqual((len(job), job.lane), (1, 1))

    def test_what_the_turn_finds_of_them_is_eased_too(self):
        notices = [
            self.make_notice(
                f"tagged-{number}",
                topic="poll",
                version="2026-11-28T09:00:00+00:00",
            )
            for number in range(250)
        ]
        self.env["retail.sync.event"]._receive(self.channel, notices, "poll")
        self.stage()

        lanes = Counter(self.jobs().mapped("lane"))
        self.assertEqual((lanes[1], lanes[2]), (MOST, 250 - MOST))

    def test_an_order_nobody_knows_yet_is_never_eased(self):
        for number in range(MOST + 5):
            self.deliver(
                self.make_notice(
                    f"unknown-{number}",
                    event_id=f"u-{number}",
                    minor=True,
                    topic="orders/updated",
                )
            )

        self.assertEqual(set(self.jobs().mapped("lane")), {1})

    def test_a_version_that_we_hold_is_not_fetched_again(self):
        self.tag([1], version="2026-11-20T12:01:00+00:00")
        self.tag([2], version="2026-11-20T11:00:00+00:00")

        self.assertFalse(self.jobs())

    def test_a_version_read_within_its_second_is_fetched_again(self):
        order = self.tagged(1)
        order.read_at = order.changed_at
        self.env.flush_all()

        self.tag([1], version=order.version)

        self.assertEqual(self.jobs().order_key, "order:tagged-1")

    def test_one_second_fetch_is_all_that_the_second_costs(self):
        order = self.tagged(1)
        notice = self.make_notice("tagged-1", topic="poll", version=order.version)
        door = self.env["retail.sync.door"]
        for read_at, again in (
            (order.changed_at + timedelta(seconds=0.9), True),
            (order.changed_at + timedelta(seconds=1), False),
        ):
            order.read_at = read_at
            self.env.flush_all()
            with self.subTest(read_at=read_at):
                self.assertEqual(bool(door._unknown_of(self.channel, [notice])), again)
                told = replace(notice, event_id=f"{read_at}", minor=True)
                self.deliver(told)
                self.assertEqual(len(self.jobs()), 1, "of the first reading alone")

    def test_the_turn_reads_again_what_was_read_within_its_second(self):
        document = self.order("second")
        document = replace(document, read_at=document.updated_at)
        notice = self.make_notice("second", topic="poll", version=document.version)
        self.deliver(notice, source="poll")
        order = self.import_order(document)
        self.env.flush_all()
        door = self.env["retail.sync.door"]

        (again,) = door._unknown_of(self.channel, [notice])

        self.assertTrue(self.deliver(again, source="poll"))
        later = document.updated_at + timedelta(seconds=1)
        self.import_order(replace(document, read_at=later))
        self.assertEqual(order.read_at, later.replace(tzinfo=None))
        self.env.flush_all()
        self.assertFalse(door._unknown_of(self.channel, [notice]))

    def test_a_change_of_the_same_second_is_followed(self):
        document = self.order("second")
        order = self.import_order(document)

        self.import_order(replace(document, cancelled_at=document.updated_at))

        self.assertEqual(order.state, "cancelled")
