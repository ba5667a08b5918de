import base64
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import retail_sync_setup_file_load
from ..wizards import retail_sync_setup_load
from .setup_common import SetupCase

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestSetupLoad(SetupCase):
    """What loading changes: all that was chosen, or nothing."""

    def test_a_second_shop_gets_all_of_the_first(self):
        data = self.exported()
        self.load(data)

        lines = self.setup._compare(self.second, data)
        self.assertEqual({line.effect for line in lines}, {"same"})
        self.assertEqual(self.second.order_policy, "paid")
        place = self.second.location_ids
        self.assertEqual((place.warehouse_id, place.state), (self.depot, "mapped"))
        self.assertEqual(self.second.listing_ids.product_id, self.chair)
        rule = self.env["retail.sync.stock.rule"].search(
            [("channel_id", "=", self.second.id)]
        )
        self.assertEqual((rule.quantity, rule.sun, rule.location_id), (4, False, place))
        # what was not asked for stays
        self.assertEqual((self.second.name, self.second.state), ("Shop Two", "live"))

    def test_a_rule_follows_the_location_that_is_found_by_its_name(self):
        self.second.location_ids.external_id = "other-shop-7"
        self.load(self.exported())

        rule = self.env["retail.sync.stock.rule"].search(
            [("channel_id", "=", self.second.id)]
        )
        self.assertEqual(rule.location_id, self.second.location_ids)

    def test_among_many_rows_the_refused_one_is_named(self):
        data = {**self.exported(), "products": []}
        for number in range(5):
            sku = f"many-{number}"
            self.make_listing(self.second, sku, sku=sku, title=sku)
            cap = -1 if number == 2 else 1
            data["products"].append(
                {"external_id": sku, "sku": sku, "title": sku, "cap_qty": cap}
            )
        with (
            patch.object(retail_sync_setup_file_load, "AT_ONCE", 3),
            self.assertRaisesRegex(UserError, "many-2.*below zero"),
        ):
            self.load(data, pick=lambda line: line.section == "products")
        self.assertFalse(any(self.second.listing_ids.mapped("cap_qty")))

    def test_loading_twice_changes_nothing_more(self):
        data = self.exported()
        self.load(data)

        with self.assertRaisesRegex(UserError, "Choose lines"):
            self.load(data)

    def test_only_the_chosen_lines_are_loaded(self):
        self.load(self.exported(), pick=lambda line: line.name == "Share (%)")

        self.assertEqual((self.second.share, self.second.rank), (80.0, 10))
        self.assertFalse(self.second.location_ids.warehouse_id)

    def test_one_refused_row_leaves_all_as_it_was(self):
        data = self.exported()
        data["workflows"][0]["interval_s"] = 1
        data["policies"]["share"] = 55

        with self.assertRaisesRegex(UserError, "Nothing was loaded"):
            self.load(data)
            self.env.flush_all()

    def test_a_limit_of_the_database_is_said_with_the_row(self):
        data = {"policies": {"share": 400}, "format": 1}
        data = {**self.exported(), **data, "format": "retail-sync-setup"}

        with self.assertRaisesRegex(UserError, "Policies.*between 0 and 100"):
            self.load(data, pick=lambda line: line.section == "policies")

    def test_a_channel_changed_since_is_compared_anew(self):
        data = self.exported()
        seen = {
            line.ref: (line.effect, line.here, line.there)
            for line in self.lines(data, name="Share (%)", section="policies")
        }
        self.second.share = 30

        with self.assertRaisesRegex(UserError, "changed since you compared"):
            self.setup._load(self.second, json.dumps(data).encode(), seen)
        self.assertEqual(self.second.share, 30)

    def test_a_live_channels_levels_are_looked_at_again(self):
        self.load(self.exported(), pick=lambda line: line.section != "policies")
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM retail_sync_stock_mark")
        self.second.share = 60
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM retail_sync_stock_mark")

        self.load(self.exported(), pick=lambda line: line.name == "Share (%)")

        self.env.flush_all()
        marks = self.env["retail.sync.stock.mark"].search(
            [("channel_id", "=", self.second.id)]
        )
        self.assertTrue(marks)

    def test_what_is_left_out_there_is_left_out_here(self):
        self.channel.listing_ids.action_ignore()
        self.channel.location_ids.action_ignore()

        self.load(self.exported())

        self.assertEqual(self.second.listing_ids.state, "ignored")
        self.assertEqual(self.second.location_ids.state, "ignored")
        self.channel.location_ids.action_unignore()
        self.load(self.exported(), pick=lambda line: line.section == "locations")
        self.assertEqual(self.second.location_ids.state, "mapped")

    def test_the_log_and_the_trail_say_who_loaded_what(self):
        self.load(self.exported())

        note = self.second.message_ids[0].body
        self.assertIn("shop.json", note)
        self.assertIn("Taxes", note)
        entry = self.env["retail.sync.audit"].search(
            [("channel_id", "=", self.second.id), ("action", "=", "setup.loaded")]
        )
        self.assertEqual(entry.user_id, self.env.user)
        self.assertEqual(len(entry.detail["sha256"]), 64)
        self.assertEqual(entry.detail["lines"]["taxes"], 1)

    def test_a_hostile_name_is_text_in_the_log(self):
        self.channel.listing_ids.title = "<script>alert(1)</script>"
        self.second.listing_ids.title = "<script>alert(1)</script>"
        self.load(self.exported())

        self.assertNotIn("<script", self.second.message_ids[0].body)

    def test_an_operator_loads_nothing(self):
        operator = new_test_user(
            self.env, login="op", groups=f"{GROUP}operator,stock.group_stock_user"
        )
        data = self.exported()
        content = json.dumps(data).encode()
        with self.assertRaises(AccessError):
            self.setup.with_user(operator)._load(
                self.second.with_user(operator), content, {}
            )


@tagged("post_install", "-at_install")
class TestSetupPage(SetupCase):
    """The page: download, upload, compare, tick, load."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = (
            f"{GROUP}manager,stock.group_stock_manager,account.group_account_manager"
        )
        cls.manager = new_test_user(cls.env, login="sync_mg", groups=groups)

    def open(self, channel=None, user=None, **values):
        """Return the page of a channel, as a manager sees it."""
        channel = (channel or self.second).with_user(user or self.manager)
        action = channel.action_open_setup_file()
        Load = self.env[action["res_model"]].with_user(user or self.manager)
        return Load.with_context(**action["context"]).create(values)

    def compared(self, load):
        """Press Compare; return the lines on the screen."""
        action = load.action_compare()
        Line = self.env[action["res_model"]].with_user(self.manager)
        return Line.with_context(**action["context"]).search(action["domain"])

    def test_the_menus_lead_to_it(self):
        bound = self.env["ir.actions.actions"].with_user(self.manager)
        names = [
            one["name"] for one in bound.get_bindings("retail.sync.channel")["action"]
        ]
        self.assertIn("Export, compare or load the set-up", names)

        page = self.env["retail.sync.setup.load"].with_user(self.manager).new({})
        self.assertFalse(page.channel_id, "there are two: one is chosen")
        self.second.unlink()
        page = self.env["retail.sync.setup.load"].with_user(self.manager).create({})
        self.assertEqual(page.channel_id, self.channel)

    def test_what_is_downloaded_is_what_is_loaded(self):
        page = self.open(self.channel)
        self.assertIn(f"id={page.id}", page.action_download()["url"])
        self.assertEqual(page.own_file_name, "Shop One.retail-sync.json")

        other = self.open(file=page.own_file, file_name=page.own_file_name)
        lines = self.compared(other)
        lines.filtered(lambda line: line.section == "policies").action_load()

        self.assertEqual((self.second.share, self.second.rank), (80.0, 3))
        self.assertFalse(self.second.location_ids.warehouse_id)
        self.assertIn("Shop One.retail-sync.json", self.second.message_ids[0].body)
        lines.invalidate_recordset()
        self.assertIn("loaded", lines.mapped("effect"))

        lines.action_compare_again()
        left = self.env["retail.sync.setup.load.line"].search(other_lines(other))
        left[0].with_user(self.manager).with_context(
            retail_sync_load_id=other.id
        ).action_load_all()
        self.assertEqual(self.second.location_ids.warehouse_id, self.depot)

    def test_more_than_one_request_can_do_is_loaded_in_parts(self):
        page = self.open(source="channel", other_id=self.channel.id)
        lines = self.compared(page)
        able = lines.filtered(lambda line: line.effect in ("add", "change"))
        with patch.object(retail_sync_setup_load, "ROWS_AT_ONCE", 3):
            action = lines.action_load_all()
            lines.invalidate_recordset()
            done = lines.filtered(lambda line: line.effect == "loaded")
            left = len(able) - len(done)
            self.assertTrue(0 < left < len(able))
            self.assertIn(f"are left: {left}", action["params"]["message"])
            for _press in able:
                if lines.filtered(lambda line: line.effect in ("add", "change")):
                    lines.action_load_all()
                    lines.invalidate_recordset()

        same = self.setup._compare(self.second, self.exported())
        self.assertEqual({line.effect for line in same}, {"same"})

    def test_two_channels_are_compared_without_a_file(self):
        page = self.open(source="channel", other_id=self.channel.id)
        lines = self.compared(page)

        self.assertTrue(lines.filtered(lambda line: line.effect == "change"))

    def test_nothing_chosen_is_said(self):
        with self.assertRaisesRegex(UserError, "Choose the file"):
            self.open().action_compare()
        with self.assertRaisesRegex(UserError, "Choose the channel"):
            self.open(source="channel").action_compare()
        page = self.open(source="channel", other_id=self.channel.id)
        lines = self.compared(page)
        same = lines.filtered(lambda line: line.effect == "same")
        with self.assertRaisesRegex(UserError, "would add or change"):
            same.action_load()

    def test_a_file_that_is_too_large_is_not_even_decoded(self):
        page = self.open(file=base64.b64encode(b" " * 17 * 1024 * 1024))

        with self.assertRaisesRegex(UserError, "larger than 16 MB"):
            page.action_compare()

    def test_nobody_loads_from_anothers_page(self):
        page = self.open(source="channel", other_id=self.channel.id)
        lines = self.compared(page)
        groups = f"{GROUP}manager,stock.group_stock_manager"
        other = new_test_user(self.env, login="sync_mg2", groups=groups)

        for verb in ("action_download", "action_compare"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(page.with_user(other), verb)()
        with self.assertRaises(AccessError):
            lines.with_user(other).action_load()

    def test_an_operator_has_no_page(self):
        operator = new_test_user(self.env, login="op", groups=f"{GROUP}operator")
        with self.assertRaises(AccessError):
            self.open(user=operator)


def other_lines(page):
    """Return the domain of the lines of a page."""
    return [("load_id", "=", page.id)]
