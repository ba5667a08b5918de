{
    "name": "Retail Sync",
    "summary": "Make Odoo the hub of stores, web shops, warehouses and the books",
    "version": "19.0.1.1.0",
    "category": "Sales/Retail Sync",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": [
        "retail_sync_core",
        "retail_sync_shopify",
    ],
    "application": True,
}
