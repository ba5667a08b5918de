from odoo.tests import tagged
from psycopg2.errors import SerializationFailure

from ..adapters import base
from ..domain import documents as doc
from .engine_common import ScriptedAdapter
from .race_common import RaceCase


class CorrectingAdapter(ScriptedAdapter):
    """Takes corrections of parcels, too."""

    capabilities = (base.Shipments(tracking=True, settle_s=0.0),)


@tagged("post_install", "-at_install")
class TestTrackingRace(RaceCase):
    """A number is corrected in the very moment in which the shipment is sent."""

    adapter_class = CorrectingAdapter

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean_delivery)
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            order = env["retail.sync.order"]._ensure(channel, "order-1", "#1")
            warehouse = env.ref("stock.warehouse0")
            picking = env["stock.picking"].create(
                {
                    "picking_type_id": warehouse.out_type_id.id,
                    "carrier_tracking_ref": "JD01",
                }
            )
            effect = env["retail.sync.effect"]._intend(
                channel,
                "shipment",
                picking,
                doc.Shipment(
                    order_id="order-1",
                    reference=picking.name,
                    tracking=(doc.Tracking(number="JD01"),),
                ),
                order._order_key(),
                handler="shipment.push",
            )
            self.order_id, self.picking_id = order.id, picking.id
            self.effect_id = effect.id

    def _clean_delivery(self):
        with self.transaction() as env:
            env["retail.sync.order"].browse(self.order_id).unlink()
            env["stock.picking"].browse(self.picking_id).unlink()

    def correct(self, env):
        picking = env["stock.picking"].browse(self.picking_id)
        picking.carrier_tracking_ref = "JD02"
        env["retail.sync.order"].browse(self.order_id)._intend_tracking(picking)
        env.flush_all()

    def send(self):
        """Do what a worker does in the transaction before its call."""
        with self.transaction() as env:
            effect = env["retail.sync.effect"].browse(self.effect_id)
            handler = env["retail.sync.handler.shipment.push"]
            return handler._plan(effect.job_id).effect.body

    def numbers(self):
        """Return [(kind, number)] of what the channel was or is to be told."""
        with self.transaction() as env:
            order = env["retail.sync.order"].browse(self.order_id)
            tellings = order._tellings_of(env["stock.picking"].browse(self.picking_id))
            return [
                (one.kind, one._get_document().tracking[0].number) for one in tellings
            ]

    def test_who_corrects_what_is_sent_meanwhile_looks_again(self):
        with self.assertRaises(SerializationFailure), self.transaction() as late:
            late["retail.sync.effect"].browse(self.effect_id).mapped("state")
            sent = self.send()
            self.correct(late)

        self.repeat(self.correct)

        self.assertEqual(sent.tracking[0].number, "JD01")
        self.assertEqual(self.numbers(), [("shipment", "JD01"), ("tracking", "JD02")])

    def test_what_is_sent_after_the_correction_has_the_new_number(self):
        self.repeat(self.correct)

        self.assertEqual(self.send().tracking[0].number, "JD02")
        self.assertEqual(self.numbers(), [("shipment", "JD02")])
