import dataclasses
import runpy
from datetime import UTC, datetime
from decimal import Decimal

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path, mute_logger

from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

MIGRATION = "retail_sync_core/migrations/19.0.1.1.0/post-units.py"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@tagged("post_install", "-at_install")
class TestUnits(OrdersCommon):
    """The unit ledger: by the channel's ids, repeated without harm, compared."""

    def version(self, number, *, wanted=3, **values):
        line = make_line(
            sku="SHIRT", quantity=3, price="10.00", current_quantity=wanted
        )
        self.line_id = line.external_id
        return self.order(lines=[line], version=number, **values)

    def shipped(self, units, external_id="f1", **values):
        return doc.Shipped(
            external_id=external_id, lines=((self.line_id, Decimal(units)),), **values
        )

    def back(self, units, external_id="r1"):
        """Return (what came back, what was refunded) of one refund's row."""
        values = {
            "external_id": external_id,
            "line_id": self.line_id,
            "units": Decimal(units),
        }
        return (
            doc.Returned(**values, restocked=True, returned_at=NOW),
            doc.Refunded(**values, amount=Decimal("10.00"), refunded_at=NOW),
        )

    def units(self, order):
        (line,) = order.unit_line_ids
        line.invalidate_recordset()
        return {
            name: getattr(line, f"units_{name}")
            for name in ("open", "shipped", "delivered", "returned", "refunded")
            if getattr(line, f"units_{name}")
        }

    def test_an_order_begins_with_what_was_ordered(self):
        order = self.import_order(self.version(1))

        self.assertEqual(self.units(order), {"open": 3})
        (delta,) = order.unit_line_ids.delta_ids
        self.assertEqual((delta.kind, delta.units, delta.turn), ("ordered", 3, 0))
        self.assertEqual(delta.key, self.line_id)

    def test_each_version_adds_what_is_new_and_a_repeat_adds_nothing(self):
        order = self.import_order(self.version(1))
        one = (self.shipped(1),)
        two = (*one, self.shipped(2, "f2", delivered_at=NOW))

        for number, shipments in ((2, one), (3, two), (3, two), (2, one), (4, two)):
            self.import_order(self.version(number, shipments=shipments))

        self.assertEqual(self.units(order), {"shipped": 3, "delivered": 2})
        rows = order.unit_line_ids.delta_ids
        self.assertEqual(rows.mapped("key"), [self.line_id, "f1", "f2", "f2"])

    def test_a_shipment_that_is_taken_back_is_one_more_row_of_its_id(self):
        order = self.import_order(self.version(1, shipments=()))
        self.import_order(self.version(2, shipments=(self.shipped(2),)))
        gone = self.shipped(2, state="cancelled")

        self.import_order(self.version(3, shipments=(gone,)))

        self.assertEqual(self.units(order), {"open": 3})
        rows = order.unit_line_ids.delta_ids.filtered(lambda row: row.key == "f1")
        self.assertEqual(rows.mapped("units"), [2.0, -2.0])
        self.assertEqual(rows.mapped("turn"), [0, 1])

    def test_a_refund_says_units_and_what_they_were_worth(self):
        order = self.import_order(self.version(1))
        self.ship(order.order_id.picking_ids)
        shipments, (returned, refunded) = (self.shipped(3),), self.back(1)

        self.import_order(
            self.version(
                2,
                wanted=2,
                shipments=shipments,
                returns=(returned,),
                refunded=(refunded,),
            )
        )

        self.assertEqual(
            self.units(order), {"shipped": 3, "returned": 1, "refunded": 1}
        )
        row = order.unit_line_ids.delta_ids.filtered(lambda row: row.kind == "refunded")
        self.assertEqual((row.key, row.amount), ("r1", 10.0))
        self.assertEqual(row.told_at, NOW.replace(tzinfo=None))

    def test_two_at_once_never_note_the_same_change_twice(self):
        order = self.import_order(self.version(1))
        (delta,) = order.unit_line_ids.delta_ids

        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            delta.sudo().copy()

    def test_a_batch_notes_the_units_of_each_order(self):
        importer = self.env["retail.sync.importer.order"].with_user(
            self.channel.user_id
        )
        channel = self.channel.with_user(self.channel.user_id)

        orders = importer._import_many(channel, [self.order("a"), self.order("b")])

        self.assertEqual(orders.line_ids.delta_ids.mapped("units"), [2.0, 2.0])

    def test_the_ledger_of_orders_from_before_begins_with_what_is_known(self):
        """As the importer would have written it, but for what refunds were worth."""
        order = self.import_order(self.version(1))
        self.ship(order.order_id.picking_ids)
        returned, _refunded = self.back(1)
        unfit = dataclasses.replace(
            returned, external_id="r2", restocked=False, at_till=True
        )
        shipments = (self.shipped(2), self.shipped(1, "f2", state="cancelled"))
        self.import_order(
            self.version(2, wanted=0, shipments=shipments, returns=(returned, unfit))
        )
        rows = order.unit_line_ids.delta_ids
        written = sorted(rows.mapped(lambda row: (row.kind, row.key, row.units)))
        self.assertEqual(
            [kind for kind, _key, _units in written],
            ["canceled", "ordered", "restocked", "returned", "returned", "shipped"],
        )
        rows.sudo().unlink()
        order.cancelled_at = False
        self.env.flush_all()

        begin = runpy.run_path(file_path(MIGRATION))["migrate"]
        for _again in range(2):
            begin(self.env.cr, "19.0.1.0.0")

        self.env.invalidate_all()
        rows = order.unit_line_ids.delta_ids
        begun = sorted(rows.mapped(lambda row: (row.kind, row.key, row.units)))
        self.assertEqual(begun, written)

    # compared
    def compare(self, order, document):
        order.units_asked = True
        self.import_order(document)
        return order.units_report

    def test_what_agrees_is_said_so(self):
        order = self.import_order(self.version(1))

        self.assertFalse(self.compare(order, self.version(1)))

        self.assertTrue(order.units_compared_at)
        self.assertFalse(order.units_asked)
        self.assertIn("units_agree", order.step_ids.mapped("code"))

    def test_nothing_is_compared_that_nobody_asked_for(self):
        order = self.import_order(self.version(1))

        self.import_order(self.version(2))

        self.assertFalse(order.units_compared_at)

    def test_an_older_version_that_comes_late_is_not_what_is_compared(self):
        order = self.import_order(self.version(1))
        self.import_order(self.version(3, shipments=(self.shipped(1),)))

        self.assertFalse(self.compare(order, self.version(2)))

        self.assertTrue(order.units_asked, "the newest is still to come")
        self.assertFalse(order.units_compared_at)

    def test_a_channel_that_gives_no_order_by_its_number_says_so(self):
        order = self.import_order(self.version(1))
        self.patch(type(order), "_gives_newest", lambda _self: False)

        with self.assertRaisesRegex(UserError, "gives no order by its number"):
            order.action_compare_units()

        self.assertFalse(order.units_asked)

    def test_what_others_shipped_and_we_did_not_is_told_until_it_agrees(self):
        order = self.import_order(self.version(1))
        gone = (self.shipped(1),)

        report = self.compare(order, self.version(2, shipments=gone))

        self.assertIn("the customer has 1 as the channel says, 0 by our", report)
        issue = self.env["retail.sync.issue"].search([("kind", "=", "units_differ")])
        self.assertEqual(issue.state, "open")

        self.assertFalse(self.compare(order, self.version(3)))
        self.assertEqual(issue.state, "closed")

    def test_what_is_on_its_way_to_the_channel_is_no_difference(self):
        order = self.import_order(self.version(1))
        self.ship(order.order_id.picking_ids)

        self.assertFalse(self.compare(order, self.version(2)))

    def test_what_is_expected_back_here_is_no_difference(self):
        order = self.import_order(self.version(1))
        self.ship(order.order_id.picking_ids)
        place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "place",
                "name": "Place",
                "warehouse_id": self.warehouse.id,
                "state": "mapped",
            }
        )
        returned, refunded = self.back(1)
        returned = dataclasses.replace(returned, location_id=place.external_id)
        version = self.version(
            2,
            wanted=2,
            shipments=(self.shipped(3),),
            returns=(returned,),
            refunded=(refunded,),
        )
        self.import_order(version)
        effect = self.effects(order)
        effect.sudo().state = "applied"

        self.assertFalse(self.compare(order, version))

        (line,) = order.unit_line_ids
        self.assertEqual(line.sale_line_id._retail_sync_back(), (0, 1))

    def test_a_ledger_that_lost_a_row_is_told(self):
        order = self.import_order(self.version(1, shipments=()))
        self.ship(order.order_id.picking_ids)
        gone = (self.shipped(3),)
        self.import_order(self.version(2, shipments=gone))
        rows = order.unit_line_ids.delta_ids.filtered(lambda row: row.key == "f1")
        rows.sudo().unlink()

        report = self.compare(order, self.version(2, shipments=gone))

        self.assertIn("Shipped: 3 there, 0 in our ledger", report)

    def test_units_that_cannot_be_are_told(self):
        order = self.import_order(self.version(1))
        gone = (self.shipped(3), self.shipped(1, "f2"))

        report = self.compare(order, self.version(2, shipments=gone))

        self.assertIn("more was shipped or canceled than ordered", report)

    def test_only_an_operator_may_ask(self):
        order = self.import_order(self.version(1))

        viewer = new_test_user(
            self.env, "units-viewer", "retail_sync_core.retail_sync_group_viewer"
        )

        with self.assertRaises(AccessError):
            order.with_user(viewer).action_compare_units()
