from dataclasses import replace
from decimal import Decimal

from odoo.tests import Form, new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from .return_common import ReturnCommon


@tagged("post_install", "-at_install")
class TestReturnDispose(ReturnCommon):
    """What the warehouse received of a return is told, receipt by receipt."""

    def setUp(self):
        super().setUp()
        self.come_back = self.came_and_left()
        self.tell(self.ask(3, state="open"))
        self.asked = self.come_back.return_ids
        self.receipt = self.coming_back(self.come_back)
        self.apart = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )

    def told(self):
        """Return [(kind, units, place)] of each disposition that was sent."""
        return [
            [(one.kind, int(one.units), one.location_id) for one in body.lines]
            for body in self.sent("disposition")
        ]

    def receive(self, units, location=None, picking=None):
        picking = picking or self.open_receipts(self.come_back)
        if location:
            picking.location_dest_id = location
            picking.move_ids.location_dest_id = location
            picking.move_line_ids.location_dest_id = location
        self.ship(picking, SHIRT=units)
        return picking

    def test_what_lies_on_a_shelf_that_is_sold_from_is_put_back(self):
        self.receive(3)
        self.work()

        self.assertEqual(self.told(), [[("restocked", 3, "web")]])
        self.assertIn("return_told", self.come_back.step_ids.mapped("code"))

    def test_each_part_is_told_once_with_its_place(self):
        self.receive(1)
        self.work()
        self.receive(1, self.shelf)
        self.receive(1, self.apart)
        self.work()

        self.assertEqual(
            self.told(),
            [
                [("restocked", 1, "web")],
                [("restocked", 1, "store")],
                [("processing", 1, "")],
            ],
        )

    def test_what_is_received_as_scrap_is_not_put_back(self):
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )

        self.receive(3, scrap)
        self.work()

        self.assertEqual(self.told(), [[("not_restocked", 3, "")]])

    def scrap(self, picking, units):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.shirt.id,
                "scrap_qty": units,
                "picking_id": picking.id,
                "location_id": picking.location_dest_id.id,
            }
        )
        self.assertTrue(scrap.action_validate())

    def test_what_becomes_of_it_afterwards_is_said_and_not_told(self):
        apart = self.receive(2, self.apart)
        self.work()
        told = [
            self.disposed(units=2, kind="processing"),
        ]
        self.assertFalse(self.come_back.units_not_told)
        self.tell(self.ask(3, state="open", disposed=told))
        self.assertIn("2 are being looked at", self.come_back.units_not_told)

        self.scrap(apart, 1)
        self.work()

        self.come_back.invalidate_recordset()
        said = self.come_back.units_not_told
        self.assertIn("1 scrapped here", said)
        self.assertIn("1 are being looked at", said)
        self.assertEqual(len(self.told()), 1)
        (line,) = self.come_back.line_ids.filtered("sale_line_id")
        self.assertEqual((line.units_scrapped, line.units_quarantined), (1, 2))

    def test_scrapped_from_the_shelf_it_is_said_and_nothing_else(self):
        shelf = self.receive(3)
        self.work()
        self.tell(self.ask(3, state="open", disposed=[self.disposed(units=3)]))
        self.assertFalse(self.come_back.units_not_told)

        self.scrap(shelf, 2)

        self.come_back.invalidate_recordset()
        said = self.come_back.units_not_told
        self.assertIn("2 scrapped here", said)
        self.assertNotIn("looked at", said)

    def test_what_does_not_come_is_missing(self):
        self.receipt.move_ids.write({"quantity": 2, "picked": True})
        action = self.receipt.button_validate()
        wizard = Form(
            self.env[action["res_model"]].with_context(**action["context"])
        ).save()
        wizard.process_cancel_backorder()
        self.work()

        self.assertEqual(self.told(), [[("restocked", 2, "web"), ("missing", 1, "")]])

    def test_what_others_told_already_is_not_told_again(self):
        self.tell(self.ask(3, state="open", disposed=[self.disposed(units=2)]))

        self.receive(3)
        self.work()

        self.assertEqual(self.told(), [[("restocked", 1, "web")]])

    def test_our_own_word_comes_back_and_changes_nothing(self):
        before = self.on_web_shelf()
        self.channel.return_policy = "book"
        self.receive(1)
        self.work()
        effect = self.effects(self.come_back, "disposition")
        told = self.disposed(effect.external_id)
        ours = type(told)(
            external_id=effect.external_id,
            kind=told.kind,
            units=Decimal(1),
            location_id="web",
            at=told.at,
        )

        for _time in range(2):
            self.tell(
                self.ask(3, state="open", disposed=[ours]), note=f"{self.version}"
            )

        self.assertEqual(self.on_web_shelf(), before + 1)
        self.assertEqual(self.open_receipts(self.come_back).move_ids.product_qty, 2)
        self.receive(2)
        self.work()
        self.assertEqual(
            self.told(), [[("restocked", 1, "web")], [("restocked", 2, "web")]]
        )
        known = self.sent("disposition")[1].known
        self.assertIn(effect.external_id, known)

    def test_a_lost_answer_is_read_back_and_not_repeated(self):
        self.shop.outcomes.append(base.Outcome(state="unknown"))

        self.receive(3)
        self.work()

        self.assertEqual(len(self.told()), 1)
        effect = self.effects(self.come_back, "disposition")
        self.assertEqual(effect.state, "applied")

    def test_a_refusal_asks_a_person_and_stops_nothing_else(self):
        self.shop.outcomes.append(base.Outcome(state="refused", message="Nein."))
        self.receive(1)
        self.work()
        self.assertIn("Nein.", self.issues("disposition_refused").message)

        self.receive(2)
        self.work()

        self.assertEqual(len(self.told()), 2)

    def test_who_receives_needs_no_right_of_retail_sync(self):
        packer = new_test_user(self.env, "returns-packer", "stock.group_stock_user")

        self.ship(self.receipt.with_user(packer))
        self.work()

        self.assertEqual(self.told(), [[("restocked", 3, "web")]])

    def test_the_level_is_expected_to_rise(self):
        self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-SHIRT",
                "sku": "SHIRT",
                "variant_id": "variant-SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        sold = tuple(replace(one, item_id="item-SHIRT") for one in self.document.lines)
        asked = self.ask(3, state="open", disposed=[self.disposed(units=2)])
        self.tell(asked, lines=sold)

        moved = self.env["retail.sync.movement"].search(
            [("external_id", "=like", "disposed:%")]
        )

        self.assertEqual(
            [(int(one.quantity), one.location_external_id) for one in moved],
            [(2, "web")],
        )

    def test_the_units_agree_at_every_step(self):
        lines = self.come_back.line_ids.filtered("sale_line_id")
        told = self.effects(self.come_back)
        shipments = (
            doc.Shipped(external_id=told.external_id, lines=(("line-1", Decimal(3)),)),
        )
        document = self.newer(
            return_requests=(self.ask(3, state="open"),), shipments=shipments
        )
        self.settle(document)
        self.assertEqual(self.come_back._units_rows(lines, document), [])
        self.receive(2)
        self.work()
        document = self.newer(
            return_requests=(
                self.ask(3, state="open", disposed=[self.disposed(units=2)]),
            )
        )
        self.settle(document)

        lines.invalidate_recordset()
        self.assertEqual(self.come_back._units_rows(lines, document), [])
        self.assertEqual(lines._units_there().restocked, 2)
