"""The GraphQL documents, Shopify Admin API 2026-10; one constant each.

Only what ``parsing`` reads is asked for. ``cost`` is the upper estimate in points for
the usual variables, by Shopify's page "API rate limits" (read 2026-11): an object 1, a
connection by its page size, a mutation 10; at most 1,000 a query. Money costs nothing
noticeable. The tests validate every document against Shopify's published schema.
"""

from __future__ import annotations

from dataclasses import dataclass

API_VERSION = "2026-10"


@dataclass(frozen=True, slots=True)
class Document:
    """One operation: its name, text with fragments, and cost in points."""

    name: str
    text: str
    cost: float
    mutates: bool = False
    idempotent: bool = False


SHOP_CONNECTION = Document(
    "ShopConnection",
    """
query ShopConnection {
  shop {
    id name myshopifyDomain currencyCode ianaTimezone
    plan { publicDisplayName }
  }
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
}
""",
    cost=6,
)

# The defaults hide inactive locations and those of fulfillment services.
LOCATIONS_PAGE = Document(
    "LocationsPage",
    """
query LocationsPage($first: Int!, $after: String) {
  locations(
    first: $first, after: $after
    includeInactive: true, includeLegacy: true, sortKey: ID
  ) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id name isActive isFulfillmentService
      address { address1 address2 zip city province provinceCode countryCode phone }
    }
  }
}
""",
    cost=252,
)

# No UPDATED_AT sort key here; the filter updated_at exists.
VARIANTS_PAGE = Document(
    "ProductVariantsPage",
    """
query ProductVariantsPage($first: Int!, $after: String, $query: String) {
  shop { currencyCode }
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id displayName sku barcode price requiresComponents
      product { id }
      inventoryItem { id tracked }
    }
  }
}
""",
    cost=403,
)

LOCATION_INVENTORY_PAGE = Document(
    "LocationInventoryPage",
    """
query LocationInventoryPage(
  $locationId: ID!, $first: Int!, $after: String, $query: String
) {
  location(id: $locationId) {
    inventoryLevels(
      first: $first, after: $after, query: $query, includeInactive: true
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { isActive item { id } quantities(names: ["available"]) { name quantity } }
    }
  }
}
""",
    cost=303,
)

# Cost 3 an item: 250 items are 750 points.
LEVELS_AT_LOCATION = Document(
    "LevelsAtLocation",
    """
query LevelsAtLocation($ids: [ID!]!, $locationId: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $locationId, includeInactive: true) {
        isActive
        quantities(names: ["available"]) { name quantity }
      }
    }
  }
}
""",
    cost=750,
)

LEVEL_IDS = Document(
    "LevelIds",
    """
query LevelIds($ids: [ID!]!, $locationId: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      inventoryLevel(locationId: $locationId) { id }
    }
  }
}
""",
    cost=500,
)

SUBSCRIPTIONS_PAGE = Document(
    "WebhookSubscriptionsPage",
    """
query WebhookSubscriptionsPage($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id topic uri }
  }
}
""",
    cost=102,
)

# A line names its plan alone. Needs the scope read_products.
SELLING_PLANS = Document(
    "SellingPlans",
    """
query SellingPlans($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on SellingPlan { id category billingPolicy { __typename } }
  }
}
""",
    cost=20,
)

# Costs 1 a shipment; a delivery is rarely more than one.
FULFILLMENT_TRACKING = Document(
    "FulfillmentTracking",
    """
query FulfillmentTracking($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Fulfillment { id status trackingInfo(first: 100) { company number url } }
  }
}
""",
    cost=10,
)

READS = (
    FULFILLMENT_TRACKING,
    SELLING_PLANS,
    SHOP_CONNECTION,
    LOCATIONS_PAGE,
    VARIANTS_PAGE,
    LOCATION_INVENTORY_PAGE,
    LEVELS_AT_LOCATION,
    SUBSCRIPTIONS_PAGE,
)
