from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .place_common import PlaceCommon


@tagged("post_install", "-at_install")
class TestStoreStaff(PlaceCommon):
    """A store's staff see their own deliveries; nobody else sees less."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "stock.group_stock_user"
        cls.staff = new_test_user(cls.env, "store", groups=groups)
        cls.other = new_test_user(cls.env, "packer", groups=groups)
        cls.chief = new_test_user(cls.env, "chief", groups="stock.group_stock_manager")
        cls.staff.retail_sync_store_ids = cls.london.warehouse_id

    def setUp(self):
        super().setUp()
        self.stock(London=2, Leeds=2)
        self.here = self.delivery(self.buy(1, units=2), "London")
        self.there = self.delivery(self.buy(2, units=2), "Leeds")

    def seen(self, user):
        own = [("retail_sync_channel_id", "=", self.channel.id)]
        return self.env["stock.picking"].with_user(user).search(own)

    def test_each_sees_what_is_his(self):
        self.assertEqual(self.seen(self.staff), self.here)
        for user in (self.other, self.chief, self.env.user):
            self.assertEqual(self.seen(user), self.here | self.there)

    def test_another_stores_delivery_cannot_be_opened(self):
        with self.assertRaises(AccessError):
            self.there.with_user(self.staff).read(["name"])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.there.with_user(self.staff).retail_sync_action_give_back()

    def test_a_store_that_is_added_or_taken_away_counts_at_once(self):
        self.staff.retail_sync_store_ids += self.leeds.warehouse_id
        self.assertEqual(self.seen(self.staff), self.here | self.there)

        self.staff.retail_sync_store_ids = False
        self.assertEqual(self.seen(self.staff), self.here | self.there)

    def test_staff_ship_and_give_back_what_is_theirs(self):
        own = self.here.with_user(self.staff)
        own.move_ids.picked = True
        own.button_validate()
        self.assertEqual(self.here.state, "done")

        self.staff.retail_sync_store_ids = self.leeds.warehouse_id
        self.stock(York=5)
        action = self.there.with_user(self.staff).retail_sync_action_give_back()
        dialog = self.env["retail.sync.give.back"].with_user(self.staff)
        dialog = dialog.browse(action["res_id"])
        dialog.reason = "busy"
        dialog.action_give_back()

        order = self.there.retail_sync_order_id
        self.assertEqual(self.deliveries(order), {"York": 2})
