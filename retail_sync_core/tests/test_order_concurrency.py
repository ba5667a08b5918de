from odoo.tests import tagged

from ..testing_orders import make_line, make_order
from .race_common import RaceCase

CONNECTIONS = 8
ROUNDS = 4


@tagged("post_install", "-at_install")
class TestOneOrderOnce(RaceCase):
    """Real transactions on real connections."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            channel.write({"order_policy": "quotation", "import_since": False})
            product = env["product.product"].create(
                {"name": "Once", "default_code": "ONCE-ONLY", "type": "service"}
            )
            self.product_id = product.id
            self.currency = channel.company_id.currency_id.name
            channel._charge_product("rounding")
        self.addCleanup(self._clean_orders)

    def _clean_orders(self):
        with self.transaction() as env:
            orders = env["retail.sync.order"].search(
                [("channel_id", "=", self.channel_id)]
            )
            sales = orders.order_id
            customers = env["retail.sync.customer"].search(
                [("channel_id", "=", self.channel_id)]
            )
            partners = sales.partner_id | sales.partner_shipping_id
            partners |= customers.partner_id
            orders.unlink()
            sales.unlink()
            customers.unlink()
            partners.unlink()
            env["product.product"].browse(self.product_id).unlink()

    def order(self, external_id, **values):
        line = make_line(sku="ONCE-ONLY", quantity=2, price="9.99")
        return make_order(external_id, lines=[line], currency=self.currency, **values)

    def import_at_once(self, documents):
        """Import each document, or batch, on a connection of its own, at once."""
        self.at_once(*[self.bring(document) for document in documents])

    def bring(self, document):
        def step(env):
            channel = env["retail.sync.channel"].browse(self.channel_id)
            importer = env["retail.sync.importer.order"]
            if isinstance(document, list):
                importer._import_many(channel, document)
            else:
                importer._import(channel, document)

        return step

    def sales(self, env):
        return env["sale.order"].search(
            [("retail_sync_channel_id", "=", self.channel_id)]
        )

    def test_one_order_over_eight_connections_at_once_is_one_sale_order(self):
        for number in range(ROUNDS):
            self.import_at_once([self.order(f"order-{number}")] * CONNECTIONS)

        with self.transaction() as env:
            self.assertEqual(len(self.sales(env)), ROUNDS)

    def test_overlapping_batches_at_once_make_each_order_once(self):
        documents = [self.order(f"order-{number}") for number in range(6)]

        self.import_at_once(
            [documents, documents[::-1], documents[2:], documents[3::-1]]
            + [documents[number] for number in range(4)]
        )

        with self.transaction() as env:
            references = self.sales(env).mapped("client_order_ref")
            self.assertEqual(
                sorted(references), [document.external_ref for document in documents]
            )

    def test_the_newest_of_many_versions_at_once_wins(self):
        documents = [
            self.order("order-1", version=number, note=f"version {number}")
            for number in range(1, CONNECTIONS + 1)
        ]

        self.import_at_once(documents)

        with self.transaction() as env:
            order = env["retail.sync.order"].search(
                [("channel_id", "=", self.channel_id)]
            )
            self.assertEqual(order.version, documents[-1].version)
            self.assertEqual(len(self.sales(env)), 1)

    def test_many_orders_of_a_new_customer_at_once_make_one_contact(self):
        self.import_at_once(
            [self.order(f"order-{number}") for number in range(CONNECTIONS)]
        )

        with self.transaction() as env:
            sales = self.sales(env)
            self.assertEqual(len(sales), CONNECTIONS)
            self.assertEqual(len(sales.partner_id), 1)
