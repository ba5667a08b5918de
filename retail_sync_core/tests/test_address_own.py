from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from ..domain.errors import InDoubtError
from ..testing_orders import make_address, make_line
from .common_orders import OrdersCommon

SALES = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
NEW = {"street": "12 quai Perrache", "zip": "69002"}


@tagged("post_install", "-at_install")
class TestAddressOwn(OrdersCommon):
    """A person sends an order elsewhere: here at once, at the channel soon after."""

    def setUp(self):
        super().setUp()
        self.seller = new_test_user(self.env, "address_seller", groups=SALES)
        self.theirs = self.bring()
        self.sale = self.theirs.order_id
        self.picking = self.sale.picking_ids

    def bring(self, version=1, risk=doc.RiskLevel.NONE, **address):
        document = self.order(
            lines=[make_line(sku="SHIRT", quantity=3)],
            version=version,
            risk=risk,
            shipping_address=make_address(**address),
        )
        order = self.import_order(self.shop.put(document))
        order.invalidate_recordset()
        return order

    def change(self, user=None, **answers):
        """Answer the dialog of the sales order as ``user`` does."""
        self.env.invalidate_all()
        action = self.sale.with_user(
            user or self.seller
        ).retail_sync_action_change_address()
        dialog = (
            self.env[action["res_model"]]
            .with_user(user or self.seller)
            .with_context(**action["context"])
            .create({})
        )
        dialog.write(answers or NEW)
        dialog.action_change()

    def sent(self):
        return [one.body.address for one in self.shop.sent if one.kind == "address"]

    def streets(self):
        return (self.sale.partner_shipping_id.street, self.picking.partner_id.street)

    def test_it_goes_there_at_once_and_the_channel_is_told(self):
        before = self.sale.partner_shipping_id
        kept = before.read(["street", "zip"])

        self.change()

        self.assertEqual(self.streets(), ("12 quai Perrache",) * 2)
        self.assertEqual(before.read(["street", "zip"]), kept)
        self.assertFalse(self.sent())
        self.run_jobs()
        (told,) = self.sent()
        self.assertEqual(
            (told.name, told.street, told.zip, told.city, told.country_code),
            ("Camille Durand", "12 quai Perrache", "69002", "Lyon", "FR"),
        )
        effect = self.effects(self.theirs, "address")
        self.assertNotIn("Perrache", str(effect.body))

    def test_the_echo_changes_nothing(self):
        self.change()
        self.run_jobs()
        contact = self.sale.partner_shipping_id

        # the shop writes it its own way
        self.bring(2, street="12 QUAI PERRACHE", zip="69002", phone="+33123456789")

        self.assertEqual(self.sale.partner_shipping_id, contact)
        self.assertFalse(self.theirs.own_address_id)

    def test_an_older_address_of_the_channel_does_not_come_back(self):
        self.change()

        self.bring(2, risk=doc.RiskLevel.ACCEPT)

        self.assertEqual(self.streets(), ("12 quai Perrache",) * 2)
        self.run_jobs()
        self.assertEqual(len(self.sent()), 1)

    def test_the_buyers_next_change_is_followed(self):
        self.change()
        self.run_jobs()
        self.bring(2, **NEW)

        self.bring(3)

        self.assertEqual(self.streets(), ("5 rue de la Paix",) * 2)

    def test_the_buyers_change_meanwhile_is_the_newest_wish(self):
        self.change()

        self.bring(2, street="9 cours Gambetta")
        self.run_jobs()

        self.assertEqual(self.streets(), ("9 cours Gambetta",) * 2)
        self.assertFalse(self.sent())

    def test_of_two_changes_the_first_ones_echo_is_not_followed(self):
        self.change()
        self.run_jobs()
        self.change(street="1 place Bellecour")

        self.bring(2, **NEW)

        self.assertEqual(self.streets(), ("1 place Bellecour",) * 2)
        self.run_jobs()
        self.assertEqual(self.sent()[-1].street, "1 place Bellecour")

    def test_a_picker_stops_and_sends_it_there_afterwards(self):
        self.picking.move_ids.picked = True

        self.change()
        stop = self.picking.retail_sync_stop_ids
        self.assertEqual(stop.kind, "address")
        self.assertIn("12 quai Perrache", stop.params["address"])
        self.assertEqual(self.picking.partner_id.street, "5 rue de la Paix")
        stop._acknowledge()

        self.assertEqual(self.streets(), ("12 quai Perrache",) * 2)

    def test_what_has_left_keeps_its_address(self):
        self.ship(self.picking, SHIRT=1)
        rest = self.sale.picking_ids - self.picking

        self.change()

        self.assertEqual(self.picking.partner_id.street, "5 rue de la Paix")
        self.assertEqual(rest.partner_id.street, "12 quai Perrache")

    def test_when_all_has_left_there_is_nothing_to_change(self):
        self.assertTrue(self.theirs.can_change_address)
        self.ship(self.picking)
        self.theirs.invalidate_recordset(["can_change_address"])

        self.assertFalse(self.theirs.can_change_address)
        with self.assertRaisesRegex(UserError, "its address stays"):
            self.change()

    def test_the_address_it_has_already_is_no_change(self):
        with self.assertRaisesRegex(UserError, "goes there already"):
            self.change(street="5 rue de la Paix")

    def test_a_refusal_is_asked_about_and_ours_stays(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        self.change()
        self.run_jobs()

        self.assertEqual(self.issues("address_refused").params["answer"], "Nein.")
        self.bring(2, risk=doc.RiskLevel.ACCEPT)
        self.assertEqual(self.streets(), ("12 quai Perrache",) * 2)
        self.ship(self.picking)
        self.run_jobs()
        self.assertEqual(self.shop.sent[-1].kind, "shipment")

    def test_a_lost_answer_is_read_back_and_not_repeated(self):
        self.shop.problems.append(InDoubtError("no answer"))
        self.shop.read_backs.append(base.Outcome(state="applied"))

        self.change()
        self.run_jobs(ahead_s=60)
        self.run_jobs(ahead_s=60)

        self.assertFalse(self.sent())
        self.assertEqual(self.effects(self.theirs, "address").state, "applied")

    def test_a_picker_may_not(self):
        picker = new_test_user(
            self.env, "address_picker", groups="stock.group_stock_user"
        )
        with self.assertRaises(AccessError):
            self.change(picker)
