{
    "name": "Retail Sync: Shopify",
    "summary": "Shopify orders, stock and shipments in step with Odoo",
    "version": "19.0.1.1.0",
    "category": "Sales/Retail Sync",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": ["retail_sync_core"],
    "uninstall_hook": "uninstall_hook",
    "assets": {
        "web.assets_tests": ["retail_sync_shopify/static/tests/tours/**/*"],
    },
}
