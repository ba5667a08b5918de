from datetime import timedelta, timezone

from odoo import fields
from odoo.tests import new_test_user

from ..adapters import base
from ..domain import documents as doc
from ..testing_orders import make_line
from .common_orders import OrdersCommon

ELSEWHERE = "1/2/elsewhere"
GROUP = "retail_sync_core.retail_sync_group_"


class RestoreCommon(OrdersCommon):
    """A channel at work whose database is lost, restored and confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["retail.sync.location"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "place-1",
                "name": "Main",
                "warehouse_id": cls.warehouse.id,
            }
        )
        cls.backup_at = fields.Datetime.now() - timedelta(hours=6)
        cls.lost_at = fields.Datetime.now() - timedelta(hours=1)

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).unlink()

    def restore(self, **given):
        """Have this be a copy that a manager confirms; return the restoration."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE retail_sync_fuse SET identity = %s", [ELSEWHERE])
        self.env["retail.sync.fuse"].invalidate_model()
        moments = {"since": self.backup_at, "until": self.lost_at, **given}
        return self.env["retail.sync.fuse"]._confirm(**moments)

    def manager(self):
        return new_test_user(self.env, "restorer", groups=GROUP + "manager")

    def line(self):
        return self.env["retail.sync.restoration.line"].search(
            [("channel_id", "=", self.channel.id)], order="id desc", limit=1
        )

    def catch_up(self, rounds=4):
        """Work until the channel has caught up, or nothing more happens."""
        for _round in range(rounds):
            self.run_jobs(40, ahead_s=3)
            if self.line().state == "released":
                break
        self.run_jobs(40)

    def placed(self, external_id="order-1", units=2, **values):
        lines = [make_line("line-1", sku="SHIRT", quantity=units)]
        values.setdefault("created_at", self.utc(self.backup_at - timedelta(hours=1)))
        return self.shop.put(self.order(external_id, lines=lines, **values))

    def utc(self, moment):
        return moment.replace(tzinfo=timezone.utc)

    def shipment(self, external_id="F1", units=2, place="place-1", **values):
        values.setdefault("created_at", self.utc(self.lost_at - timedelta(hours=1)))
        return doc.Shipped(
            external_id=external_id,
            state="success",
            location_id=place,
            lines=(("line-1", units),),
            **values,
        )

    def changed(self, *orders):
        """Have the next turn tell that ``orders`` have changed."""
        for order in orders:
            self.shop.put(order)
        notices = tuple(
            self.make_notice(order.external_id, version=order.version)
            for order in orders
        )
        self.shop.pages["order"].append(
            base.Page(documents=notices, as_of=self.shop.now)
        )

    def theirs(self, external_id="order-1"):
        return self.env["retail.sync.order"].search(
            [("channel_id", "=", self.channel.id), ("external_id", "=", external_id)]
        )

    def titles(self, order):
        order.invalidate_recordset(["timeline"])
        return [entry["title"] for entry in order.timeline["entries"]]
