{
    "name": "Retail Sync: Test Jobs",
    "summary": "Jobs that leave a trace, for the tests with real processes",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Retail Sync contributors",
    "website": "https://github.com/retail-sync/retail-sync",
    "license": "LGPL-3",
    "depends": ["retail_sync_shopify"],
    "data": ["security/ir.model.access.csv"],
}
