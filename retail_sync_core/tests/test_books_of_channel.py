from decimal import Decimal

from odoo.tests import Form, tagged

from ..testing_orders import make_charge
from .day_common import DayCommon


@tagged("post_install", "-at_install")
class TestBooksOfChannel(DayCommon):
    """Sales team, analytic account and fiscal position are the channel's, on whatever
    is booked."""

    def setUp(self):
        super().setUp()
        plan = self.env["account.analytic.plan"].create({"name": "Channels"})
        self.analytic = self.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        self.team = self.env["crm.team"].create(
            {"name": "Web", "company_id": self.company.id}
        )
        self.position = self.env["account.fiscal.position"].create(
            {"name": "Web", "company_id": self.company.id}
        )
        # of somebody who is in another team
        other = self.env["crm.team"].create({"name": "Shops"})
        self.channel.user_id.sale_team_id = other
        self.channel.write(
            {
                "analytic_account_id": self.analytic.id,
                "team_id": self.team.id,
                "fiscal_position_id": self.position.id,
                "invoice_policy": "import",
            }
        )

    def check(self, move):
        lines = move.invoice_line_ids.filtered(
            lambda one: one.display_type == "product"
        )
        share = {str(self.analytic.id): 100.0}
        self.assertEqual(lines.mapped("analytic_distribution"), [share] * len(lines))
        self.assertEqual(move.team_id, self.team)
        self.assertEqual(move.fiscal_position_id, self.position)
        return lines

    def test_on_invoice_and_credit_note_with_shipping_and_rounding(self):
        order = self.settle(
            self.paid_order(
                self.pay(value="44.89"),
                charges=[make_charge(rates=[0.2], included=True)],
                total=Decimal("44.89"),
            )
        )
        sale = order.order_id

        self.assertEqual(sale.team_id, self.team)
        self.assertEqual(sale.fiscal_position_id, self.position)
        kinds = set(sale.order_line.mapped("retail_sync_kind"))
        self.assertTrue({"shipping", "rounding"} <= kinds)
        self.assertEqual(len(self.check(sale.invoice_ids)), len(sale.order_line))
        note = order._credit_all("Canceled", order.placed_at)
        self.assertEqual(len(self.check(note)), len(sale.order_line))

    def test_on_the_invoice_of_a_day_and_what_comes_back_of_it(self):
        orders = self.sell(1, 2)

        move = self.invoice_day().move_id

        self.assertEqual(orders.order_id.team_id, self.team)
        self.assertEqual(len(self.check(move)), 2)
        note = orders[:1]._credit_all("Canceled", orders[:1].placed_at)
        self.assertEqual(len(self.check(note)), 1)

    def test_another_address_offers_no_other_taxes(self):
        """Odoo's own position changes with the address; the channel's does not."""
        self.channel.order_policy = "quotation"
        sale = self.import_order(self.order("fp-1")).order_id
        other = self.env["account.fiscal.position"].create(
            {"name": "By hand", "company_id": self.company.id}
        )
        partner = self.env["res.partner"].create(
            {"name": "Elsewhere", "property_account_position_id": other.id}
        )

        with Form(sale) as form:
            form.partner_id = partner
            self.assertFalse(form.show_update_fpos)

        self.assertEqual(sale.fiscal_position_id, self.position)
