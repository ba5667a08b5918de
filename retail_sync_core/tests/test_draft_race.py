from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from ..adapters import base
from ..domain import documents as doc
from ..testing_orders import make_line, make_order
from .race_common import RaceCase

ROUNDS = 4


@tagged("post_install", "-at_install")
class TestDraftRace(RaceCase):
    """A draft and the order it became, told at once on real connections."""

    def setUp(self):
        super().setUp()
        channels = self.registry["retail.sync.channel"]
        drafts = base.DraftOrders(scopes=())
        self.startPatcher(patch.object(channels, "_draft_orders", lambda _self: drafts))
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            channel.write(
                {
                    "order_policy": "quotation",
                    "import_since": False,
                    "draft_policy": "quotation",
                }
            )
            product = env["product.product"].create(
                {"name": "Once", "default_code": "ONCE-ONLY", "type": "service"}
            )
            self.product_id = product.id
            self.currency = channel.company_id.currency_id.name
            channel._charge_product("rounding")
        self.addCleanup(self._clean_orders)

    def _clean_orders(self):
        with self.transaction() as env:
            mine = [("channel_id", "=", self.channel_id)]
            orders = env["retail.sync.order"].search(mine)
            drafts = env["retail.sync.draft"].search(mine)
            sales = orders.order_id | drafts.order_id
            customers = env["retail.sync.customer"].search(mine)
            partners = sales.partner_id | sales.partner_shipping_id
            partners |= customers.partner_id
            drafts.unlink()
            orders.unlink()
            sales._action_cancel()
            sales.unlink()
            customers.unlink()
            partners.unlink()
            env["product.product"].browse(self.product_id).unlink()

    def content(self, external_id, minutes=0, **values):
        line = make_line(sku="ONCE-ONLY", quantity=2, price="9.99")
        made = make_order(external_id, lines=[line], currency=self.currency, **values)
        stamp = made.updated_at + timedelta(minutes=minutes)
        version = stamp.strftime("%Y-%m-%dT%H:%M:%SZ")
        return replace(made, updated_at=stamp, version=version)

    def draft(self, number, minutes=0, order_id=""):
        """Return the step that imports a draft in a version of its own."""
        content = self.content(f"draft-{number}", minutes, external_ref=f"#D{number}")
        document = doc.Draft(content=content, order_id=order_id)

        def step(env):
            channel = env["retail.sync.channel"].browse(self.channel_id)
            env["retail.sync.importer.draft"]._import(channel, document)

        return step

    def order(self, number, draft_id=None):
        """Return the step that imports the order which the draft became.

        :param draft_id: what the channel says it was; "" where it did not know
        """
        draft_id = f"draft-{number}" if draft_id is None else draft_id
        document = replace(
            self.content(f"order-{number}"), from_draft=True, draft_id=draft_id
        )

        def step(env):
            channel = env["retail.sync.channel"].browse(self.channel_id)
            env["retail.sync.importer.order"]._import(channel, document)

        return step

    def check(self, *numbers):
        """Each draft is ordered, and its order has the one sale order that counts."""
        with self.transaction() as env:
            mine = [("channel_id", "=", self.channel_id)]
            drafts = env["retail.sync.draft"].search(mine)
            self.assertEqual(drafts.mapped("state"), ["ordered"] * len(numbers))
            orders = env["retail.sync.order"].search(mine)
            self.assertEqual(len(orders), len(numbers))
            self.assertEqual(len(orders.order_id), len(numbers))
            sales = env["sale.order"].search(
                [
                    ("retail_sync_channel_id", "=", self.channel_id),
                    ("state", "!=", "cancel"),
                ]
            )
            self.assertEqual(sales, orders.order_id)

    def hear_of(self, number):
        """Return the step that notes that there is such an order."""

        def step(env):
            channel = env["retail.sync.channel"].browse(self.channel_id)
            env["retail.sync.order"]._ensure(channel, f"order-{number}")

        return step

    def one_begins_before_the_other_ends(self, first, second):
        """``second`` does not see what ``first`` did: it must begin anew."""
        self.repeat(self.draft(1))
        self.repeat(self.hear_of(1))
        with self.registry.cursor() as late:
            late.execute("SELECT 1")  # what is committed from here on it does not see
            self.repeat(first)
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                second(api.Environment(late, SUPERUSER_ID, {}))
            late.rollback()
        self.repeat(second)
        self.check(1)
        with self.transaction() as env:
            found = env["sale.order"].search(
                [("retail_sync_channel_id", "=", self.channel_id)]
            )
            self.assertEqual(len(found), 1)

    def test_an_order_that_did_not_see_its_draft_become_it_begins_anew(self):
        ordered = self.draft(1, 5, order_id="order-1")
        self.one_begins_before_the_other_ends(ordered, self.order(1, draft_id=""))

    def test_a_draft_that_did_not_see_its_order_come_begins_anew(self):
        ordered = self.draft(1, 5, order_id="order-1")
        self.one_begins_before_the_other_ends(self.order(1), ordered)

    def test_a_quotation_whose_draft_and_order_come_at_once_is_the_order(self):
        for number in range(ROUNDS):
            self.repeat(self.draft(number))
            ordered = self.draft(number, 5, order_id=f"order-{number}")

            self.at_once(ordered, self.order(number), ordered, self.order(number))

        self.check(*range(ROUNDS))
        with self.transaction() as env:
            found = env["sale.order"].search_count(
                [("retail_sync_channel_id", "=", self.channel_id)]
            )
            self.assertEqual(found, ROUNDS, "none was made beside the quotations")

    def test_a_draft_first_told_of_with_its_order_leaves_one_sale_order(self):
        for number in range(ROUNDS):
            first = self.draft(number)
            ordered = self.draft(number, 5, order_id=f"order-{number}")

            self.at_once(first, ordered, self.order(number), first)

        self.check(*range(ROUNDS))
