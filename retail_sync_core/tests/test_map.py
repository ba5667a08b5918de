from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestMaps(OrdersCommon):
    def lookup(self, title="VAT", rate="0.17", amount="1.70", included=False):
        tax = doc.Tax(title=title, rate=Decimal(rate), amount=Decimal(amount))
        MapTax = self.env["retail.sync.map.tax"]
        return MapTax._lookup(self.channel, tax, included, self.env.ref("base.fr"))

    def test_a_changed_row_counts_at_once(self):
        first, second = self.make_tax(17), self.make_tax(16)
        row = self.map_tax("VAT", 17, False, first)
        self.assertEqual(self.lookup(), first)

        row.tax_ids = second

        self.assertEqual(self.lookup(), second)

    def test_a_deleted_row_counts_no_longer(self):
        row = self.map_tax("VAT", 16.5, False, self.make_tax(15))

        row.unlink()

        self.assertIsNone(self.lookup(rate="0.165"))

    def test_the_title_is_found_in_any_case(self):
        ours = self.make_tax(17)
        self.map_tax("Vat ", 17, False, ours)

        self.assertEqual(self.lookup("vAT"), ours)

    def test_a_row_for_prices_with_tax_is_none_for_prices_without(self):
        self.map_tax("VAT", 17, True, self.make_tax(17, True))

        self.assertIsNone(self.lookup())

    def test_a_tax_of_nothing_needs_no_row(self):
        self.assertEqual(self.lookup(rate="0", amount="0"), self.env["account.tax"])

    def test_an_odd_rate_is_found(self):
        ours = self.make_tax(9.975)

        self.assertEqual(self.lookup(rate="0.09975"), ours)

    def test_another_channels_row_is_not_ours(self):
        other = self.make_channel(name="Other")
        self.env["retail.sync.map.tax"].create(
            {
                "channel_id": other.id,
                "title": "VAT",
                "rate": 17,
                "tax_ids": self.make_tax(3).ids,
            }
        )

        self.assertIsNone(self.lookup())

    def test_the_strictest_of_several_gateways_decides(self):
        Gateway = self.env["retail.sync.map.gateway"]
        Gateway.create(
            [
                {"channel_id": self.channel.id, "gateway": "cod", "release": "always"},
                {"channel_id": self.channel.id, "gateway": "bank", "release": "paid"},
            ]
        )

        self.assertEqual(Gateway._release_on(self.channel, ["COD"]), "always")
        self.assertEqual(Gateway._release_on(self.channel, ["cod", "bank"]), "paid")
        self.assertEqual(Gateway._release_on(self.channel, ["other"]), "paid")
        self.assertEqual(Gateway._release_on(self.channel, []), "paid")

    def test_an_operator_mends_a_mapping_and_a_viewer_only_looks(self):
        tax = self.make_tax(17)
        operator = new_test_user(
            self.env, "map_operator", "retail_sync_core.retail_sync_group_operator"
        )
        viewer = new_test_user(
            self.env, "map_viewer", "retail_sync_core.retail_sync_group_viewer"
        )

        row = self.map_tax("VAT", 17, False, tax).with_user(operator)
        row.write({"no_tax": True})

        self.assertTrue(row.with_user(viewer).no_tax)
        with self.assertRaises(AccessError):
            row.with_user(viewer).write({"no_tax": False})

    def test_orders_of_another_company_are_not_seen(self):
        order = self.import_order(self.order())
        other = self.env["res.company"].create({"name": "Another company"})
        viewer = new_test_user(
            self.env,
            "other_company_viewer",
            "retail_sync_core.retail_sync_group_viewer",
            company_id=other.id,
            company_ids=other.ids,
        )

        for record in (order, order.line_ids, order.step_ids):
            model = record.with_user(viewer).browse()
            self.assertFalse(model.search([("id", "in", record.ids)]), record._name)
