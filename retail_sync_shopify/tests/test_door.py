import json

from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256
from odoo.tests import HttpCase, tagged

from .common import SECRET, SHOP, make_channel

ORDER = "gid://shopify/Order/820982911946154508"
BODY = json.dumps(
    {
        "id": 820982911946154508,
        "admin_graphql_api_id": ORDER,
        "name": "#9999",
        "updated_at": "2026-11-20T07:00:00-05:00",
        "line_items": [
            {"id": 1, "variant_id": 2, "sku": "NOT-OURS", "quantity": 3},
        ],
    }
).encode()


@tagged("post_install", "-at_install")
class TestDoor(HttpCase):
    def setUp(self):
        super().setUp()
        self.channel = make_channel(self.env)
        self.env.flush_all()

    def deliver(self, body=BODY, secret=SECRET, webhook_id="w-1", shop=SHOP):
        return self.url_open(
            f"/retail_sync/shopify/{self.channel.token}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Shopify-Topic": "orders/create",
                "X-Shopify-Hmac-Sha256": sign_hmac_sha256(body, secret),
                "X-Shopify-Shop-Domain": shop,
                "X-Shopify-Webhook-Id": webhook_id,
                "X-Shopify-API-Version": "2026-10",
            },
        )

    def events(self):
        return self.env["retail.sync.event"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_a_signed_webhook_is_kept_once(self):
        answers = [self.deliver().status_code, self.deliver().status_code]

        self.assertEqual(answers, [200, 200])
        self.assertRecordValues(
            self.events(),
            [
                {
                    "topic": "orders/create",
                    "external_id": ORDER,
                    "external_ref": "#9999",
                    "event_id": "w-1",
                    "version": "2026-11-20T12:00:00.000Z",
                }
            ],
        )

    def test_what_is_not_signed_by_the_shop_is_refused(self):
        forged = self.deliver(secret="guessed")
        other = self.deliver(shop="other.myshopify.com")

        self.assertEqual({forged.status_code, other.status_code}, {forged.status_code})
        self.assertGreaterEqual(forged.status_code, 400)
        self.assertFalse(self.events())

    def test_a_signed_body_nobody_can_read_crashes_nothing(self):
        answer = self.deliver(body=b'{"id": ', webhook_id="w-2")

        self.assertEqual(answer.status_code, 200)
        self.assertRecordValues(self.events(), [{"state": "parked", "external_id": ""}])
