"""The Shopify channel of the demonstration, connected to the sandbox."""

from __future__ import annotations

NAME = "Alder & Pine Online (sandbox)"


def connect(env, sandbox_url: str, odoo_url: str) -> int:
    """Make the channel, store its secrets, ask for places and goods; return its id."""
    env["ir.config_parameter"].sudo().set_param("web.base.url", odoo_url)
    env["ir.config_parameter"].sudo().set_param("web.base.url.freeze", "True")
    env["retail.sync.fuse"]._confirm()
    company = env.ref("base.main_company")
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], order="id", limit=1
    )
    channel = env["retail.sync.channel"].create(
        {
            "name": NAME,
            "code": "shopify",
            "environment": "sandbox",
            "base_url": sandbox_url,
            "company_id": company.id,
            "warehouse_id": warehouse.id,
            "owner_id": env.ref("base.user_admin").id,
            "timezone": "Europe/Berlin",
            "release_on": "authorized",
            "import_since": "2000-01-01 00:00:00",
            "settings": {
                "shop": "demo-shop.myshopify.com",
                "client_id": "sandbox-client",
            },
        }
    )
    # a day passes within a minute here
    channel.workflow_ids.filtered(lambda row: row.flow == "stock").gather_s = 2
    env["retail.sync.secret"]._store(channel, "client_secret", "sandbox-secret")
    env.cr.commit()
    return channel.id


def read(env, channel_id: int) -> None:
    """Test the connection and read what the shop has; the workers do it."""
    channel = env["retail.sync.channel"].browse(channel_id)
    channel.action_test_connection()
    for handler in ("places.read", "catalog.page"):
        env["retail.sync.job"]._enqueue(
            channel, handler, order_key=handler, identity=handler, lane=0
        )


def go_live(env, channel_id: int) -> None:
    """Map what a person would map, and start."""
    channel = env["retail.sync.channel"].browse(channel_id)
    for place in channel.location_ids.filtered(lambda p: p.state == "unmapped"):
        place.warehouse_id = env["stock.warehouse"].search(
            [("name", "=", place.name)], limit=1
        )
    channel.action_go_live()
