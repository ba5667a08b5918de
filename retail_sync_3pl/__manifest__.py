{
    "name": "Retail Sync: Warehouses and carriers",
    "summary": "Deliveries done by outside warehouses, parcels followed to the door",
    "version": "19.0.1.1.0",
    "category": "Sales/Retail Sync",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": ["retail_sync_core"],
}
