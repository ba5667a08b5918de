from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..domain import documents as doc
from ..testing_orders import make_address, make_line
from .common_orders import OrdersCommon


@tagged("post_install", "-at_install")
class TestIssueTax(OrdersCommon):
    """Two taxes of one rate: a person must say which, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.make_tax(17, name="Seventeen")
        cls.second = cls.make_tax(17, name="Seventeen again")
        cls.operator = new_test_user(
            cls.env, "operator-t", groups="retail_sync_core.retail_sync_group_operator"
        )

    def wait(self, *ids, **values):
        """Let orders come in that cannot be imported."""
        for external_id in ids or ("order-1",):
            line = make_line(sku="SHIRT", rates=("0.17",))
            self.shop.put(self.order(external_id, lines=[line], **values))
            self.deliver(self.make_notice(external_id))
        self.run_jobs()
        return self.issues("unknown_tax")

    def sale_of(self, external_id="order-1"):
        return (
            self.env["retail.sync.order"]
            .search([("external_id", "=", external_id)])
            .order_id
        )

    def test_one_click_maps_the_tax_and_wakes_all_that_waited(self):
        issue = self.wait("order-1", "order-2")
        self.assertEqual(issue.waiting_count, 2)
        self.assertIn(self.first.name, issue.mend_label)

        issue.with_user(self.operator).action_mend()
        self.run_jobs()

        self.assertEqual(issue.state, "closed")
        self.assertEqual(self.sale_of().order_line.tax_ids, self.first)
        self.assertEqual(self.sale_of("order-2").order_line.tax_ids, self.first)

    def test_the_click_is_written_down(self):
        issue = self.wait()

        issue.with_user(self.operator).action_mend()

        entry = self.env["retail.sync.audit"].search(
            [("action", "=", "tax.mapped")], order="id desc", limit=1
        )
        self.assertEqual(entry.user_id, self.operator)
        self.assertEqual(entry.detail["ours"], self.first.id)
        row = self.env["retail.sync.map.tax"].browse(entry.res_id)
        self.assertRecordValues(
            row,
            [
                {
                    "title": "VAT",
                    "rate": 17.0,
                    "included": False,
                    "country_id": self.env.ref("base.fr").id,
                    "tax_ids": self.first.ids,
                }
            ],
        )

    def test_a_viewer_may_not_click(self):
        issue = self.wait()
        viewer = new_test_user(
            self.env, "viewer-t", groups="retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            issue.with_user(viewer).action_mend()
        self.assertEqual(issue.state, "open")

    def test_the_tax_of_the_country_and_in_the_price_is_suggested_first(self):
        france = self.env.ref("base.fr")
        group = self.env["account.tax.group"].create(
            {"name": "TVA", "country_id": france.id}
        )
        local, _other = (
            self.make_tax(17, name=name, country_id=france.id, tax_group_id=group.id)
            for name in ("Zz local", "Zz other")
        )

        self.assertEqual(self.wait().suggested_tax_id, local)

    def test_without_a_tax_of_that_rate_one_is_asked_for(self):
        (self.first | self.second).active = False

        issue = self.wait()

        self.assertFalse(issue.suggested_tax_id)
        self.assertEqual(issue.mend_label, "Map the tax")
        action = issue.action_mend()
        self.assertEqual(action["res_model"], "retail.sync.map.tax")
        self.assertEqual(action["context"]["default_rate"], 17.0)

    def test_another_tax_may_be_chosen(self):
        issue = self.wait()
        action = issue.action_map_tax()

        self.env["retail.sync.map.tax"].with_context(**action["context"]).create(
            {"tax_ids": self.second.ids}
        )
        self.run_jobs()

        self.assertEqual(self.sale_of().order_line.tax_ids, self.second)

    def test_a_row_without_a_tax_is_filled_by_the_click(self):
        issue = self.wait()
        row = self.map_tax(
            "VAT",
            17,
            False,
            self.env["account.tax"],
            country_id=self.env.ref("base.fr").id,
        )

        issue.action_mend()

        self.assertEqual(row.tax_ids, self.first)

    def test_a_region_has_its_own_tax(self):
        usa, ny = self.env.ref("base.us"), self.env.ref("base.state_us_27")
        self.map_tax("VAT", 17, False, self.first, country_id=usa.id)
        self.map_tax("VAT", 17, False, self.second, country_id=usa.id, state_id=ny.id)
        line = make_line(sku="SHIRT", rates=("0.17",))

        def taxes(number, code):
            address = make_address(country_code="US", state_code=code, city="X")
            document = self.order(number, lines=[line], shipping_address=address)
            return self.import_order(document).order_id.order_line.tax_ids

        self.assertEqual(ny.code, "NY")
        self.assertEqual(taxes("a", "NY"), self.second)
        self.assertEqual(taxes("b", "CA"), self.first)

    def test_a_region_belongs_to_its_country(self):
        with self.assertRaises(ValidationError):
            self.map_tax(
                "VAT",
                18,
                False,
                self.first,
                country_id=self.env.ref("base.fr").id,
                state_id=self.env.ref("base.state_us_27").id,
            )

    def test_what_is_picked_up_is_taxed_where_it_is_picked_up(self):
        germany = self.env.ref("base.de")
        self.map_tax("VAT", 17, False, self.second, country_id=germany.id)
        self.map_tax("VAT", 17, False, self.first)
        place = make_address(name="Store", city="Kiel", country_code="DE")
        line = make_line(sku="SHIRT", rates=("0.17",))

        order = self.import_order(
            self.order(lines=[line], delivery=doc.Delivery(kind="pickup", place=place))
        )

        self.assertEqual(order.order_id.order_line.tax_ids, self.second)
