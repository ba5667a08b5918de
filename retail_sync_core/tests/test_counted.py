from datetime import timedelta, timezone

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .counted_common import CountedCase, CountingAdapter, at


@tagged("post_install", "-at_install")
class TestCounted(CountedCase):
    """Which word counts: the newest by the source's time or number, once."""

    def test_a_figure_becomes_our_stock_with_a_reason(self):
        self.say(self.mug, 12)

        self.assertEqual(self.held(self.mug), 12)
        row = self.adjustments(self.mug)
        self.assertEqual((row.before_qty, row.after_qty, row.figure), (0, 12, 12))
        self.assertTrue(row.move_ids.is_inventory)
        self.assertIn("Test channel counts Their warehouse: 12", row.move_ids.reference)
        self.assertIn("12 free to sell there", row.explanation)

    def test_a_repeated_figure_changes_nothing(self):
        self.say(self.mug, 12)

        self.assertEqual(self.say(self.mug, 12), 0)

        self.assertEqual(len(self.adjustments(self.mug)), 1)

    def test_an_older_figure_that_comes_later_changes_nothing(self):
        self.say(self.mug, 12, minute=10)

        self.assertEqual(self.say(self.mug, 40, minute=9), 0)

        self.assertEqual(self.held(self.mug), 12)
        self.assertEqual(self.reading(self.mug).quantity, 12)

    def test_the_sources_number_decides_before_its_time(self):
        self.say(self.mug, 12, minute=10, sequence=7)

        older = self.say(self.mug, 40, minute=11, sequence=6)
        newer = self.say(self.mug, 9, minute=9, sequence=8)

        self.assertEqual((older, newer), (0, 1))
        self.assertEqual(self.held(self.mug), 9)

    def test_a_wrong_clock_does_not_make_all_that_follows_look_old(self):
        self.say(self.mug, 12, as_of=at(0).replace(year=2999))
        self.assertEqual(self.held(self.mug), 12)
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)

        self.say(self.mug, 9, as_of=now + timedelta(minutes=1))

        self.assertEqual(self.held(self.mug), 9)

    def test_the_newest_of_one_report_counts(self):
        self.take(self.count(self.mug, 5, 2), self.count(self.mug, 8, 1))

        self.assertEqual(self.held(self.mug), 5)

    def test_not_stocked_there_is_no_news(self):
        self.say(self.mug, 12)

        self.assertEqual(self.say(self.mug, None, minute=5), 0)

        self.assertEqual(self.held(self.mug), 12)

    def test_less_and_more_are_booked_with_their_value(self):
        self.mug.standard_price = 4.0
        self.mug.categ_id.property_cost_method = "average"
        self.say(self.mug, 10)
        self.say(self.mug, 7, minute=1)

        values = self.adjustments(self.mug).move_ids.sorted("id").mapped("value")

        self.assertEqual(values, [40.0, 12.0])
        self.assertEqual(self.held(self.mug), 7)
        self.assertEqual(self.mug.with_company(self.company).total_value, 28.0)

    def test_a_pack_is_counted_in_our_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.listing(self.mug).uom_id = dozen

        self.say(self.mug, 2)

        self.assertEqual(self.held(self.mug), 24)

    def test_two_listings_of_one_product_share_its_stock(self):
        six = self.env["uom.uom"].create(
            {
                "name": "Six",
                "relative_factor": 6,
                "relative_uom_id": self.mug.uom_id.id,
            }
        )
        self.list_product(
            self.mug, external_id="item-SIX", variant_id="v-six", uom_id=six.id
        )

        self.take(self.count(self.mug, 5), self.count(None, 2, item_id="item-SIX"))
        self.say(self.mug, 4, minute=1)

        self.assertEqual(self.held(self.mug), 16)

    def test_what_lies_below_the_location_is_taken_off_too(self):
        shelf = self.env["stock.location"].create(
            {"name": "A1", "location_id": self.stock.id}
        )
        self.say(self.mug, 3)
        self.env["stock.quant"]._update_available_quantity(self.mug, shelf, 4)
        self.assertEqual(self.held(self.mug), 7)

        self.say(self.mug, 2, minute=1)

        self.assertEqual(self.held(self.mug), 2)
        self.assertEqual(self.held(self.mug, shelf), 2)

    def test_goods_of_other_owners_are_not_ours_to_count(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        self.env["stock.quant"]._update_available_quantity(
            self.mug, self.stock, 5, owner_id=owner
        )

        self.say(self.mug, 2)

        self.assertEqual(self.held(self.mug), 7)

    def test_a_count_of_a_person_here_does_not_add_to_theirs(self):
        self.say(self.mug, 12, minute=0)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.mug.id), ("location_id", "=", self.stock.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 50
        quant._apply_inventory()

        self.settle()

        self.assertEqual(self.held(self.mug), 12)

    # the location
    def test_nothing_is_told_where_the_number_is_not_ours(self):
        self.say(self.mug, 12)
        self.settle()

        self.assertFalse(self.place._may_be_told())
        self.assertFalse(self.place.level_ids)
        self.assertFalse(CountingAdapter.sent)

    def test_a_change_of_the_owner_says_before_what_is_lost(self):
        self.say(self.mug, 12)
        changed = self.place.new({"stock_owner": "odoo"}, origin=self.place)

        warning = changed._onchange_stock_owner()["warning"]

        self.assertIn("1 readings", warning["message"])
        self.assertIn("Their warehouse", warning["message"])
        self.place.stock_owner = "odoo"
        self.assertTrue(self.adjustments(self.mug))
        self.assertIsNone(changed._onchange_stock_owner())

    def test_a_change_of_the_owner_forgets_what_the_other_way_knew(self):
        self.say(self.mug, 12)
        self.place.stock_owner = "odoo"
        self.settle()
        self.assertTrue(self.place.level_ids)
        self.assertFalse(self.reading(self.mug))
        self.assertEqual(self.held(self.mug), 12)

        self.place.stock_owner = "channel"

        self.assertFalse(self.place.level_ids)

    def test_what_another_service_keeps_is_counted_there_from_the_start(self):
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "FBX",
                "name": "Fulfillment service",
                "managed_by_others": True,
            }
        )

        self.assertEqual(place.stock_owner, "channel")

    def test_two_cannot_count_the_same_stock(self):
        other = self.make_channel(name="Other")
        with self.assertRaises(ValidationError):
            self.env["retail.sync.location"].create(
                {
                    "channel_id": other.id,
                    "external_id": "X",
                    "name": "X",
                    "location_id": self.stock.id,
                    "stock_owner": "channel",
                }
            )

    def test_while_it_is_counted_here_their_figures_wait(self):
        self.say(self.mug, 12)
        self.place.action_freeze()
        self.say(self.mug, 7, minute=1)
        self.assertEqual(self.held(self.mug), 12)
        self.assertEqual(self.reading(self.mug).state, "waiting")

        self.place.action_thaw()
        self.settle()

        self.assertEqual(self.held(self.mug), 7)

    def test_another_channel_sells_the_stock_that_is_counted_there(self):
        shop = self.make_channel(name="Shop")
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": shop.id,
                "external_id": "S",
                "name": "S",
                "location_id": self.stock.id,
            }
        )
        self.env["retail.sync.listing"].create(
            {
                "channel_id": shop.id,
                "external_id": "m",
                "title": "Mug",
                "product_id": self.mug.id,
            }
        )
        self.settle()
        level = self.env["retail.sync.level"].search([("location_id", "=", place.id)])
        generation = level.wanted_generation

        self.say(self.mug, 12)
        self.settle()

        self.assertGreater(level.wanted_generation, generation)
        self.assertEqual(level._terms(level)[level.id].offered, 12)

    def test_the_daily_shares_of_a_day_are_listed(self):
        self.say(self.mug, 12)
        self.say(self.mug, 9, minute=1)

        self.assertEqual(self.place.adjustment_count, 2)
        self.assertEqual(self.place.reading_count, 1)
        self.assertTrue(self.place.heard_at)

    def test_the_times_of_a_shop_in_another_zone_are_understood(self):
        zone = at(0).astimezone().tzinfo
        late = at(5).astimezone(zone) + timedelta(0)
        self.say(self.mug, 5, as_of=late)

        self.assertEqual(self.reading(self.mug).as_of, at(5).replace(tzinfo=None))
