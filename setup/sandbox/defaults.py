"""The shop as it stands before anything is seeded."""

from . import API_VERSION

SCOPES = (
    "write_orders",
    "write_draft_orders",
    "read_all_orders",
    "write_order_edits",
    "write_products",
    "read_publications",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
    "write_assigned_fulfillment_orders",
    "write_fulfillments",
    "write_returns",
    "write_customers",
    "read_companies",
    "read_payment_terms",
    "read_markets",
)
# Points restored each second by plan; the bucket holds twenty seconds of it.
PLANS = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000}


def default_settings() -> dict:
    """Give the switches of the sandbox; ``README.md`` explains each."""
    return {
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "fixed_tokens": ["shpat_sandbox"],
        "scopes": list(SCOPES),
        "plan": "standard",
        "token_life": 86399,
        "index_lag": 0,
        "stale_batch": "nothing",
        "webhook_retries": 3,
        "webhook_delay": 0.5,
        "webhook_timeout": 5,
        "webhook_remove_after": 0,
    }


def default_shop(handle: str) -> dict:
    domain = f"{handle}.myshopify.com"
    return {
        "id": "gid://shopify/Shop/60000000001",
        "name": "Demo Shop (sandbox)",
        "email": "owner@example.com",
        "contactEmail": "service@example.com",
        "myshopifyDomain": domain,
        "url": f"https://{domain}",
        "primaryDomain": {"host": domain, "url": f"https://{domain}"},
        "currencyCode": "EUR",
        "enabledPresentmentCurrencies": ["EUR"],
        "ianaTimezone": "Europe/Berlin",
        "timezoneOffsetMinutes": 60,
        "taxesIncluded": True,
        "taxShipping": True,
        "weightUnit": "KILOGRAMS",
        "unitSystem": "METRIC_SYSTEM",
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "plan": {
            "publicDisplayName": "Sandbox",
            "partnerDevelopment": True,
            "shopifyPlus": False,
        },
        "shopAddress": {
            "company": "Demo Shop",
            "address1": "Musterstrasse 1",
            "zip": "10115",
            "city": "Berlin",
            "countryCodeV2": "DE",
        },
        "resourceLimits": {
            "locationLimit": 200,
            "maxProductOptions": 3,
            "maxProductVariants": 2048,
        },
        "fulfillmentServices": [],
    }


def api_versions() -> list[dict]:
    handles = ("2026-01", "2026-04", "2026-07", API_VERSION)
    return [
        {"handle": handle, "displayName": handle, "supported": True}
        for handle in (*handles, "unstable")
    ]
