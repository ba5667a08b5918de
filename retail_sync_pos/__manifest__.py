{
    "name": "Retail Sync: Point of Sale",
    "summary": "What Odoo's tills sold is offered nowhere else, booked or not",
    "version": "19.0.1.1.0",
    "category": "Sales/Retail Sync",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": ["retail_sync_core", "point_of_sale"],
    "data": [
        "views/retail_sync_location_views.xml",
        "views/retail_sync_stock_rule_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
