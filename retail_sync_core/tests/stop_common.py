from datetime import datetime, timezone

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..testing_orders import make_address, make_line
from .common_orders import OrdersCommon

CANCELED_AT = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


class StopCommon(OrdersCommon):
    """An order of three shirts whose delivery somebody has begun to pick."""

    def setUp(self):
        super().setUp()
        self.theirs = self.bring(self.three())
        self.picking = self.theirs.order_id.picking_ids
        self.picking.move_ids.picked = True
        self.picker = new_test_user(
            self.env, "stop_picker", groups="stock.group_stock_user"
        )

    def three(self, wanted=3, **values):
        line = make_line(sku="SHIRT", quantity=3, current_quantity=wanted)
        return self.order(lines=[line], **values)

    def bring(self, document):
        """Let the shop have ``document``, and import it as its event does."""
        self.shop.put(document)
        order = self.import_order(document)
        self.env.flush_all()
        return order

    def stops(self, picking=None):
        """Return what the banner says, as the picker's screen reads it."""
        (picking or self.picking).invalidate_recordset(["retail_sync_stop"])
        return (
            (picking or self.picking).with_user(self.picker).retail_sync_stop["stops"]
        )

    def acknowledge(self, picking=None):
        """Press the button of each banner that is there."""
        for stop in self.stops(picking):
            self.assertTrue(self.press(stop, picking))

    def press(self, stop, picking=None):
        """Press the button of ``stop`` as a screen showed it; return the answer."""
        picking = (picking or self.picking).with_user(self.picker)
        answer = picking.retail_sync_action_acknowledge(stop["id"], stop["said"])
        self.env.invalidate_all()
        return answer

    def hints(self):
        """Return how many hints wait to be sent with this transaction."""
        self.env.cr.precommit.run()
        return (
            self.env["bus.bus"]
            .sudo()
            .search_count([("message", "like", "retail_sync_core/refresh")])
        )

    def refuse(self, words):
        with self.assertRaisesRegex(UserError, words):
            self.picking.with_user(self.picker).button_validate()

    def split(self):
        """Return a second delivery of the order, which nobody has begun."""
        other = self.picking.copy({"move_ids": []})
        move = self.picking.move_ids.copy({"picking_id": other.id})
        move._action_confirm(merge=False)
        return other

    def address(self, street, version, wanted=3):
        """Let the buyer want it sent to ``street``."""
        address = make_address(street=street)
        self.bring(self.three(wanted, version=version, shipping_address=address))
