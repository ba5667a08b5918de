"""What the module's tests share: a channel that is a Shopify shop."""

from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

SHOP = "demo-shop.myshopify.com"
SECRET = "a-client-secret"


def make_channel(env, **values):
    """Return a live channel of the shop, whose client secret is known."""
    channel = env["retail.sync.channel"].create(
        {
            "name": "Demo shop",
            "code": ShopifyAdapter.code,
            "state": "live",
            "settings": {"shop": SHOP, "client_id": "app-1"},
            **values,
        }
    )
    env["retail.sync.secret"]._store(channel, "client_secret", SECRET)
    return channel
