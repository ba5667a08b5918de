{
    "name": "Retail Sync: Core",
    "summary": "Keep orders, stock and shipments in step with any sales channel",
    "version": "19.0.1.0.0",
    "category": "Sales/Retail Sync",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": ["sale_stock", "stock_delivery", "bus", "mail"],
    "external_dependencies": {"python": ["cryptography", "requests"]},
    "data": [
        "security/retail_sync_groups.xml",
        "security/ir.model.access.csv",
        "security/retail_sync_rules.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
