from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .counted_common import CountedFlowCase, CountingAdapter


@tagged("post_install", "-at_install")
class TestCountedFlow(CountedFlowCase):
    """How figures come: a hint and a reading, all in turns, a report."""

    # hints
    def test_a_hint_has_the_level_read(self):
        self.lay(self.mug, 12)

        event = self.hint(self.mug)
        self.settle()

        self.assertEqual(self.held(self.mug), 12)
        self.assertEqual(event.state, "done")

    def test_many_hints_are_one_call(self):
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        for number in range(5):
            self.hint(self.mug, event_id=f"m{number}")
            self.hint(self.shirt, event_id=f"s{number}")

        self.settle()

        self.assertEqual(len(CountingAdapter.asked), 1)
        self.assertEqual(len(CountingAdapter.asked[0]), 2)
        open_events = self.env["retail.sync.event"].search_count(
            [("channel_id", "=", self.channel.id), ("state", "=", "received")]
        )
        self.assertEqual(open_events, 0)

    def test_more_hints_than_a_call_takes_are_all_read(self):
        products = [self.make_counted(f"H{n}") for n in range(5)]
        for product in products:
            self.lay(product, 3)
            self.hint(product)
        module = "odoo.addons.retail_sync_core.models.retail_sync_handler_stock_read"

        with patch(f"{module}.AT_ONCE", 2):
            self.settle()

        self.assertEqual([self.held(p) for p in products], [3] * 5)
        self.assertEqual(len(CountingAdapter.asked), 3)

    def test_a_hint_where_the_number_is_ours_is_left_lying(self):
        self.place.stock_owner = "odoo"

        event = self.hint(self.mug)
        self.settle()

        self.assertEqual((event.state, event.reason), ("ignored", "not_needed"))
        self.assertFalse(CountingAdapter.asked)

    def test_a_hint_about_another_place_reads_nothing(self):
        event = self.hint(self.mug, place="ELSEWHERE")
        self.settle()

        self.assertEqual(event.state, "done")
        self.assertEqual(CountingAdapter.asked, [])

    def test_two_figures_of_one_second_are_read_once_more(self):
        self.say(self.mug, 12, minute=1)
        self.lay(self.mug, 11, minute=1)
        self.hint(self.mug)
        self.settle()
        self.assertEqual(self.held(self.mug), 12)
        self.lay(self.mug, 11, minute=1.1)

        self.run_jobs(ahead_s=5)

        self.assertEqual(self.held(self.mug), 11)

    def test_orders_come_before_stock_goes(self):
        self.say(self.mug, 12)
        self.channel._workflow("order").last_success_at = False
        self.lay(self.mug, 10, minute=6)
        self.hint(self.mug)
        self.run_jobs()
        self.assertEqual(self.held(self.mug), 12)

        self.sell(self.mug, 2, minute=5)
        self.orders_are_in()
        self.run_jobs(ahead_s=30)

        self.assertEqual(self.held(self.mug), 12)
        self.assertEqual(len(self.adjustments(self.mug)), 1)

    def test_orders_that_never_come_are_not_waited_for(self):
        self.say(self.mug, 12)
        self.channel._workflow("order").last_success_at = False
        self.lay(self.mug, 10, minute=6)
        self.hint(self.mug)
        self.run_jobs()
        job = self.jobs("stock.read")[-1]
        self.channel._workflow("order").last_success_at = False
        past = fields.Datetime.now() - timedelta(minutes=3)
        job.payload = {**job.payload, "orders_asked_at": past.isoformat()}

        self.run_jobs(ahead_s=30)

        self.assertEqual(self.held(self.mug), 10)

    # all of it in turns
    def test_all_is_read_page_by_page(self):
        products = [self.make_counted(f"P{n}") for n in range(5)]
        for number, product in enumerate(products):
            self.lay(product, number)

        self.place.action_take()
        self.settle()

        self.assertEqual([self.held(p) for p in products], [0, 1, 2, 3, 4])
        self.assertEqual([c for _p, c in CountingAdapter.asked], ["", "2", "4"])
        self.assertTrue(self.place.taken_at)
        self.assertFalse(self.place.take_cursor)

    def test_a_reading_goes_on_where_it_was(self):
        products = [self.make_counted(f"P{n}") for n in range(5)]
        for product in products:
            self.lay(product, 1)
        self.place.take_cursor = "4"

        self.place.action_take()
        self.settle()

        self.assertEqual([self.held(p) for p in products], [0, 0, 0, 0, 1])

    def test_its_turn_comes_by_the_location(self):
        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertEqual(len(self.jobs("stock.take")), 1)
        left = self.place.next_take_at - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 3600, delta=60)
        self.env["retail.sync.workflow"]._enqueue_due()
        self.assertEqual(len(self.jobs("stock.take")), 1)

    def test_a_paused_stock_workflow_reads_nothing(self):
        self.channel._workflow("stock").state = "paused"

        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertFalse(self.jobs("stock.take"))

    def test_a_warehouse_that_falls_silent_is_noticed(self):
        self.say(self.mug, 12)
        self.reading(self.mug).read_at -= timedelta(days=2)
        self.env["retail.sync.workflow"]._enqueue_due()
        issue = self.issues("count_silent")
        self.assertIn("has not told it since", issue.message)
        self.assertEqual(
            issue.title, "Nothing is heard of the stock at Their warehouse"
        )

        self.say(self.mug, 11, minute=1)
        self.place.next_take_at = False
        self.env["retail.sync.workflow"]._enqueue_due()

        self.assertFalse(self.issues("count_silent"))

    # reports
    def test_a_report_is_taken_in(self):
        event = self.report(self.count(self.mug, 12), self.count(self.shirt, 5))
        self.settle()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (12, 5))
        self.assertEqual(event.state, "done")
        self.assertFalse(event._read_body())
        self.assertEqual(self.reading(self.mug).source, "report")

    def test_a_report_without_a_time_was_so_when_it_came(self):
        first = self.report(self.count(self.mug, 12, as_of=None), name="first")
        second = self.report(self.count(self.mug, 9, as_of=None), name="second")
        first.received_at -= timedelta(minutes=5)
        jobs = self.env["retail.sync.job"].search([("handler", "=", "stock.report")])
        self.assertEqual(set(jobs.mapped("order_key")), {"stock.report"})

        began = self.env.cr.now()
        for minute, event in enumerate((second, first)):  # the first had to wait
            moment = began + timedelta(minutes=minute)
            with patch.object(type(self.env.cr), "now", return_value=moment):
                self.env["retail.sync.handler.stock.report"]._apply(
                    jobs.filtered(lambda job, event=event: job.event_id == event),
                    (event.id, CountingAdapter.reports[event._read_body()]),
                )

        self.assertEqual(self.held(self.mug), 9)

    def test_a_long_report_is_taken_in_parts(self):
        module = "odoo.addons.retail_sync_core.models.retail_sync_handler_stock_report"
        products = [self.make_counted(f"P{n}") for n in range(5)]

        with patch(f"{module}.REPORT_ROWS", 2):
            self.report(*(self.count(p, 3) for p in products))
            self.settle()

        self.assertEqual([self.held(p) for p in products], [3] * 5)

    def test_reports_in_any_order_end_in_the_newest(self):
        self.report(self.count(self.mug, 9, 2, sequence=2), name="r-2")
        self.settle()
        self.report(self.count(self.mug, 12, 1, sequence=1), name="r-1")
        self.settle()
        self.report(self.count(self.mug, 9, 2, sequence=2), name="r-2-again")
        self.settle()

        self.assertEqual(self.held(self.mug), 9)
        self.assertEqual(len(self.adjustments(self.mug)), 1)

    def test_what_a_whole_report_does_not_name_is_gone(self):
        self.report(self.count(self.mug, 12), self.count(self.shirt, 5))
        self.settle()

        self.report(self.count(self.mug, 11, 1), whole=True, name="r-2")
        self.settle()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (11, 0))

    def test_what_a_first_whole_report_does_not_name_is_gone(self):
        """We hold it from before; nobody has ever said how much is there."""
        self.env["stock.quant"]._update_available_quantity(self.shirt, self.stock, 5)

        self.report(self.count(self.mug, 11), whole=True)
        self.settle()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (11, 0))

    def test_what_a_partial_report_does_not_name_is_no_news(self):
        self.report(self.count(self.mug, 12), self.count(self.shirt, 5))
        self.settle()

        self.report(self.count(self.mug, 11, 1), name="r-2")
        self.settle()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (11, 5))

    def test_a_whole_report_that_is_nearly_empty_waits(self):
        self.place.write({"drop_share": 30.0, "drop_units": 20.0})
        self.report(self.count(self.mug, 12), self.count(self.shirt, 500))
        self.settle()

        self.report(self.count(self.mug, 12, 1), whole=True, name="r-2")
        self.settle()

        self.assertEqual(self.held(self.shirt), 500)
        self.assertTrue(self.issues("count_drop"))

    def test_a_report_of_an_unknown_location_waits_until_it_is_mapped(self):
        event = self.report(self.count(self.mug, 12, location_id="NEW"))
        self.settle()
        self.assertEqual(event.state, "parked")
        self.assertEqual(self.issues("unknown_location").value, "NEW")
        other = self.env["stock.location"].create(
            {"name": "New", "location_id": self.house.view_location_id.id}
        )

        place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "NEW",
                "name": "New",
                "stock_owner": "channel",
            }
        )
        self.settle()
        self.assertEqual(self.held(self.mug, other), 0)
        place.location_id = other
        self.settle()

        self.assertEqual(self.held(self.mug, other), 12)
        self.assertEqual(event.state, "done")
        self.assertFalse(self.issues("unknown_location"))

    def test_a_report_where_the_number_is_ours_changes_nothing(self):
        self.place.stock_owner = "odoo"

        event = self.report(self.count(self.mug, 12))
        self.settle()

        self.assertEqual(event.state, "done")
        self.assertEqual(self.held(self.mug), 0)

    # companies
    def test_the_stock_belongs_to_the_channels_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        house = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        channel = self.make_channel(
            name="Second", company_id=company.id, warehouse_id=house.id
        )
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": channel.id,
                "external_id": "W2",
                "name": "W2",
                "warehouse_id": house.id,
                "stock_owner": "channel",
            }
        )
        self.env["retail.sync.listing"].create(
            {
                "channel_id": channel.id,
                "external_id": "item-MUG",
                "title": "Mug",
                "product_id": self.mug.id,
            }
        )
        self.mug.with_company(company).standard_price = 3.0

        readings = self.env["retail.sync.stock.reading"]
        readings._take(place, [self.count(self.mug, 4, location_id="W2")], "report")

        self.assertEqual(self.held(self.mug, house.lot_stock_id), 4)
        row = self.adjustments(self.mug)
        self.assertEqual(row.company_id, company)
        self.assertEqual(row.move_ids.company_id, company)
        self.assertEqual(row.move_ids.value, 12.0)

    def test_a_delivery_told_there_has_the_figure_worked_out_again(self):
        self.kind = "on_hand"
        self.say(self.mug, 12)
        order = self.sell(self.mug, 2, minute=5)
        self.ship(order)
        self.settle()
        now = fields.Datetime.now()
        effect = order._effects()
        self.assertEqual(effect.state, "applied")

        later = now.replace(tzinfo=timezone.utc) + timedelta(hours=2)
        self.say(self.mug, 10, as_of=later)

        self.assertEqual(self.held(self.mug), 10)
