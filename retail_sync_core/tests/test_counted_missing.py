from unittest.mock import patch

from odoo.tests import tagged

from ..domain import documents as doc
from .counted_common import CountedFlowCase, CountingAdapter

MODELS = "odoo.addons.retail_sync_core.models."


@tagged("post_install", "-at_install")
class TestCountedMissing(CountedFlowCase):
    """What a complete reading does not name is not stocked there anymore."""

    def take_all(self):
        """Have all read now, whatever must be waited for."""
        self.place.action_take()
        self.run_jobs(ahead_s=60)
        self.env.invalidate_all()

    def lift(self, product):
        """Let the shop stock the product there no more."""
        del CountingAdapter.shelf[self.ref(product)]

    def ref(self, product):
        return doc.LevelRef(item_id=f"item-{product.default_code}", location_id="W")

    def test_what_is_not_stocked_there_anymore_is_none(self):
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        self.take_all()
        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (12, 5))
        self.lift(self.shirt)

        self.take_all()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (12, 0))
        self.assertIn((self.ref(self.shirt),), CountingAdapter.asked)
        self.assertFalse(self.place.take_pages_read)

    def test_what_we_hold_from_before_and_they_do_not_stock_is_none(self):
        self.env["stock.quant"]._update_available_quantity(self.shirt, self.stock, 5)
        self.lay(self.mug, 12)

        self.take_all()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (12, 0))

    def test_what_is_none_is_asked_for_once(self):
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        self.take_all()
        self.lift(self.shirt)
        self.take_all()
        CountingAdapter.asked.clear()

        self.take_all()

        self.assertEqual(CountingAdapter.asked, [("W", "")])

    def test_what_a_page_passed_over_keeps_its_figure(self):
        """It came between two pages: it is there when it is asked for by its name."""
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        self.take_all()
        self.lay(self.mug, 11, minute=1)
        self.lay(self.shirt, 4, minute=1)
        pages = CountingAdapter.fetch_counts

        def without_shirt(adapter, location_id, cursor):
            page = pages(adapter, location_id, cursor)
            kept = [c for c in page.documents if c.item_id != "item-SHIRT"]
            return page.__class__(documents=tuple(kept), more=page.more)

        with patch.object(CountingAdapter, "fetch_counts", without_shirt):
            self.take_all()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (11, 4))

    def test_what_nobody_counts_there_keeps_its_figure(self):
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        self.take_all()
        self.lay(self.shirt, None, no_news=True)

        self.take_all()

        self.assertEqual(self.held(self.shirt), 5)

    def test_a_location_that_is_emptied_waits_for_a_person(self):
        self.place.write({"drop_share": 30.0, "drop_units": 3.0})
        self.lay(self.mug, 12)
        self.lay(self.shirt, 5)
        self.take_all()
        CountingAdapter.shelf.clear()

        self.take_all()
        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (12, 5))
        self.issues("count_drop").action_mend()

        self.assertEqual((self.held(self.mug), self.held(self.shirt)), (0, 0))

    def test_many_are_asked_for_in_turns(self):
        products = [self.make_counted(f"P{n}") for n in range(5)]
        for product in products:
            self.lay(product, 3)
        self.take_all()
        for product in products:
            self.lift(product)

        with patch(f"{MODELS}retail_sync_handler_stock_take.MISSING_AT_ONCE", 2):
            self.take_all()

        self.assertEqual([self.held(p) for p in products], [0] * 5)
        asked = [len(refs) for refs in CountingAdapter.asked if refs != ("W", "")]
        self.assertEqual(asked[-3:], [2, 2, 1])

    def test_what_a_long_report_does_not_name_goes_in_parts(self):
        products = [self.make_counted(f"P{n}") for n in range(5)]
        self.report(*(self.count(p, 3) for p in products), self.count(self.mug, 12))
        self.settle()
        readings = type(self.env["retail.sync.stock.reading"])
        take, sizes = readings._take, []

        def noting(model, place, counts, source, **values):
            sizes.append(len(counts))
            return take(model, place, counts, source, **values)

        with (
            patch(f"{MODELS}retail_sync_handler_stock_report.MISSING_ROWS", 2),
            patch.object(readings, "_take", noting),
        ):
            self.report(self.count(self.mug, 12, 1), whole=True, name="r-2")
            self.settle()

        self.assertEqual([self.held(p) for p in products], [0] * 5)
        self.assertLessEqual(max(sizes), 2)

    def test_a_long_report_is_read_once(self):
        counts = [self.count(self.make_counted(f"P{n}"), 3) for n in range(5)]
        read, bodies = CountingAdapter.read, []

        def noting(adapter, flow, body):
            bodies.append(body)
            return read(adapter, flow, body)

        with (
            patch(f"{MODELS}retail_sync_handler_stock_report.REPORT_ROWS", 2),
            patch.object(CountingAdapter, "read", noting),
        ):
            self.report(*counts)
            self.settle()

        self.assertEqual(len(bodies), 1)

    def test_a_report_that_this_process_has_not_read_goes_on_where_it_was(self):
        module = f"{MODELS}retail_sync_handler_stock_report"
        products = [self.make_counted(f"P{n}") for n in range(5)]
        with patch(f"{module}.REPORT_ROWS", 2), patch(f"{module}._READ", {}) as read:
            event = self.report(*(self.count(p, 3) for p in products))
            self.run_jobs(limit=1)
            self.assertTrue(read)
            read.clear()  # another process

            self.settle()

        self.assertEqual([self.held(p) for p in products], [3] * 5)
        self.assertEqual(event.state, "done")


@tagged("post_install", "-at_install")
class TestCountedTwice(CountedFlowCase):
    """Two different figures of one moment: the last counts, and a person is told."""

    def test_two_reports_of_one_number(self):
        self.report(self.count(self.mug, 12, sequence=1))
        self.settle()

        self.report(self.count(self.mug, 9, sequence=1), name="r-1-again")
        self.settle()

        self.assertEqual(self.held(self.mug), 9)
        issue = self.issues("count_twice")
        self.assertIn("[MUG] Mug: 12, then 9", issue.message)
        self.assertIn("The one that came last is booked", issue.message)
        self.assertTrue(issue.suggestion)

    def test_a_product_named_twice_in_one_report(self):
        self.report(self.count(self.mug, 12), self.count(self.mug, 7))
        self.settle()

        self.assertEqual(self.held(self.mug), 7)
        self.assertIn("[MUG] Mug: 12, then 7", self.issues("count_twice").message)

    def test_the_same_figure_again_is_no_issue(self):
        self.report(self.count(self.mug, 12), self.count(self.mug, 12))
        self.report(self.count(self.mug, 12), name="r-2")
        self.settle()

        self.assertFalse(self.issues("count_twice"))

    def test_a_clock_that_stands_still_is_not_read_for_ever(self):
        self.say(self.mug, 12, minute=1)
        self.lay(self.mug, 11, minute=1)
        event = self.hint(self.mug)

        ran = self.run_jobs(limit=50, ahead_s=60)

        self.assertLess(ran, 15)
        self.assertEqual((self.held(self.mug), event.state), (11, "done"))
        self.assertIn("[MUG] Mug: 12, then 11", self.issues("count_twice").message)

    def test_a_page_of_the_same_second_is_read_again(self):
        self.say(self.mug, 12, minute=1)
        self.lay(self.mug, 11, minute=1)
        self.place.action_take()
        self.run_jobs()
        self.assertEqual(self.held(self.mug), 12)
        self.lay(self.mug, 10, minute=2)

        self.run_jobs(ahead_s=60)

        self.assertEqual(self.held(self.mug), 10)
        self.assertFalse(self.issues("count_twice"))
