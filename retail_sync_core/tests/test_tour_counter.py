from odoo.tests import HttpCase, tagged

from .refund_common import RefundCommon


@tagged("post_install", "-at_install")
class TestTourCounter(RefundCommon, HttpCase):
    """A browser takes an order back over the counter and refunds it."""

    def test_a_return_at_the_counter_with_its_refund(self):
        order = self.came_and_left()
        order.external_ref = "#1001"
        order.buyer_id.name = "Maria Silva"
        self.channel.location_ids.filtered(
            lambda place: place.external_id != "web"
        ).state = "ignored"
        before = self.on_web_shelf()

        self.start_tour(
            "/odoo/retail-sync-orders",
            "retail_sync_core_counter",
            login="admin",
            timeout=120,
        )

        refund = order.refund_ids
        self.assertEqual((refund.state, refund.amount), ("asked", 59.97))
        self.assertEqual(refund.place_id.external_id, "web")
        receipt = self.coming_back(order)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.on_web_shelf(), before + 3)
        self.shop.put(self.document)
        self.run_jobs()
        (sent,) = [one.body for one in self.shop.sent if one.kind == "refund"]
        (line,) = sent.lines
        self.assertEqual((line.units, line.how), (3, "put_back"))
        # the channel tells of it: the goods are here already
        self.refund(self.row(units=3), wanted=0)
        self.assertEqual(self.coming_back(order), receipt)
        notes = order.order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self.assertEqual(notes.mapped("amount_total"), [59.97])
        self.assertFalse(any(order.order_id.invoice_ids.mapped("amount_residual")))
