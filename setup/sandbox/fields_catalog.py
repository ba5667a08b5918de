"""Fields of shop, locations, products and stock, and their lists."""

from collections.abc import Iterable

from . import defaults
from .graph import Context, Rows, plays
from .inventory import NAMES, changed_at, level_at, quantity
from .search import select
from .store import number_of


@plays("QueryRoot", "shop")
def shop(context: Context, _source: dict | None, _arguments: dict) -> dict:
    return context.store.data["shop"]


@plays("QueryRoot", "currentAppInstallation")
def installation(context: Context, _source: dict | None, _arguments: dict) -> dict:
    settings = context.store.settings
    return {
        "id": "gid://shopify/AppInstallation/70000000001",
        "app": {
            "id": "gid://shopify/App/80000000001",
            "title": "Retail Sync (sandbox)",
            "handle": "retail-sync-sandbox",
            "apiKey": settings["client_id"],
        },
        "accessScopes": [
            {"handle": scope, "description": scope.replace("_", " ")}
            for scope in settings["scopes"]
        ],
    }


@plays("QueryRoot", "publicApiVersions")
def versions(_context: Context, _source: dict | None, _arguments: dict) -> list[dict]:
    return defaults.api_versions()


@plays("QueryRoot", "inventoryProperties")
def properties(_context: Context, _source: dict | None, _arguments: dict) -> dict:
    return {
        "quantityNames": [
            {
                "name": name,
                "displayName": name.replace("_", " ").title(),
                "isInUse": True,
                "belongsTo": [],
                "comprises": [],
            }
            for name in NAMES
        ]
    }


@plays("QueryRoot", "node")
def node(context: Context, _source: dict | None, arguments: dict) -> dict | None:
    return context.store.find(arguments["id"])


@plays("QueryRoot", "nodes")
def nodes(context: Context, _source: dict | None, arguments: dict) -> list[dict | None]:
    return [context.store.find(gid) for gid in arguments["ids"]]


@plays("QueryRoot", "location", "product", "productVariant", "inventoryItem")
@plays("QueryRoot", "inventoryLevel", "fulfillmentOrder", "fulfillment", "refund")
@plays("QueryRoot", "order", "job", "webhookSubscription")
def by_id(context: Context, _source: dict | None, arguments: dict) -> dict | None:
    return context.store.find(arguments["id"]) if arguments.get("id") else None


def by_number(row: dict) -> tuple:
    return (number_of(row["id"]),)


def by_update(row: dict) -> tuple:
    return (row["updatedAt"], number_of(row["id"]))


def listed(
    context: Context, rows: Iterable[dict], arguments: dict, filters: dict
) -> Rows:
    """Filter and sort rows as the list's arguments ask."""
    found, warnings = select(rows, arguments.get("query"), filters)
    context.warnings += warnings
    key = by_update if arguments.get("sortKey") == "UPDATED_AT" else by_number
    return Rows(found, key, reverse=bool(arguments.get("reverse")))


COMMON = {
    "id": lambda row: row["id"],
    "created_at": lambda row: row["createdAt"],
    "updated_at": lambda row: row["updatedAt"],
}


@plays("QueryRoot", "locations")
def locations(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = [
        row
        for row in context.store.table("Location").values()
        if (row["isActive"] or arguments.get("includeInactive"))
        and (not row["isFulfillmentService"] or arguments.get("includeLegacy"))
    ]
    return listed(context, rows, arguments, {"name": lambda row: row["name"], **COMMON})


@plays("QueryRoot", "products")
def products(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = context.store.table("Product").values()
    filters = {
        "status": lambda row: row["status"],
        "title": lambda row: row["title"],
        "vendor": lambda row: row["vendor"],
        **COMMON,
    }
    return listed(context, rows, arguments, filters)


@plays("QueryRoot", "productVariants")
def product_variants(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = context.store.table("ProductVariant").values()
    filters = {
        "sku": _sku_words,
        "barcode": lambda row: row["barcode"],
        "product_id": lambda row: row["_product"],
        "title": lambda row: row["title"],
        **COMMON,
    }
    return listed(context, rows, arguments, filters)


def _sku_words(row: dict) -> list[str]:
    # Search by SKU is not exact in a real shop: parts of it match as well.
    sku = row["sku"] or ""
    return [sku, *sku.split("-")]


@plays("QueryRoot", "inventoryItems")
def inventory_items(context: Context, _source: dict | None, arguments: dict) -> Rows:
    rows = context.store.table("InventoryItem").values()
    return listed(context, rows, arguments, {"sku": lambda row: row["sku"], **COMMON})


@plays("Product", "variants")
def variants_of_product(
    context: Context, product: dict, _arguments: dict
) -> list[dict]:
    return [context.store.find(gid) for gid in product["_variants"]]


@plays("Product", "variantsCount")
def variants_count(_context: Context, product: dict, _arguments: dict) -> dict:
    return {"count": len(product["_variants"]), "precision": "EXACT"}


@plays("ProductVariant", "product")
def product_of_variant(context: Context, variant: dict, _arguments: dict) -> dict:
    return context.store.find(variant["_product"])


@plays("ProductVariant", "inventoryItem")
def item_of_variant(context: Context, variant: dict, _arguments: dict) -> dict:
    return context.store.find(variant["_item"])


@plays("ProductVariant", "inventoryQuantity", "sellableOnlineQuantity")
def available_of_variant(context: Context, variant: dict, _arguments: dict) -> int:
    levels = levels_of(context, variant["_item"])
    return sum(quantity(level, "available") for level in levels if level["isActive"])


def levels_of(context: Context, item_id: str) -> list[dict]:
    found = (
        level_at(context.store, item_id, place)
        for place in context.store.table("Location")
    )
    return [level for level in found if level]


def _active(levels: list[dict], arguments: dict) -> list[dict]:
    return [
        one for one in levels if one["isActive"] or arguments.get("includeInactive")
    ]


@plays("InventoryItem", "inventoryLevels")
def levels_of_item(context: Context, item: dict, arguments: dict) -> list[dict]:
    return _active(levels_of(context, item["id"]), arguments)


@plays("InventoryItem", "inventoryLevel")
def level_of_item(context: Context, item: dict, arguments: dict) -> dict | None:
    level = level_at(context.store, item["id"], arguments["locationId"])
    return next(iter(_active([level] if level else [], arguments)), None)


@plays("InventoryItem", "variants")
def variants_of_item(context: Context, item: dict, _arguments: dict) -> list[dict]:
    return [context.store.find(gid) for gid in item["_variants"]]


@plays("InventoryItem", "locationsCount")
def locations_count(context: Context, item: dict, _arguments: dict) -> dict:
    count = len(_active(levels_of(context, item["id"]), {}))
    return {"count": count, "precision": "EXACT"}


@plays("InventoryItem", "duplicateSkuCount")
def duplicate_skus(context: Context, item: dict, _arguments: dict) -> int:
    items = context.store.table("InventoryItem").values()
    return sum(one["sku"] == item["sku"] for one in items if one["id"] != item["id"])


@plays("Location", "inventoryLevels")
def levels_of_location(context: Context, place: dict, arguments: dict) -> Rows:
    rows = [
        level
        for level in context.store.table("InventoryLevel").values()
        if level["_location"] == place["id"]
    ]
    filters = {**COMMON, "inventory_item_id": lambda row: row["_item"]}
    found, warnings = select(_active(rows, arguments), arguments.get("query"), filters)
    context.warnings += warnings
    return Rows(found, lambda row: (number_of(row["_item"]),))


@plays("Location", "hasActiveInventory")
def has_inventory(context: Context, place: dict, _arguments: dict) -> bool:
    return any(
        level["_location"] == place["id"] and level["isActive"]
        for level in context.store.table("InventoryLevel").values()
    )


@plays("Location", "hasUnfulfilledOrders")
def has_unfulfilled(context: Context, place: dict, _arguments: dict) -> bool:
    return any(
        document["_location"] == place["id"] and document["status"] != "CLOSED"
        for order in context.store.table("Order").values()
        for document in order["fulfillmentOrders"]
    )


@plays("InventoryLevel", "item")
@plays("InventoryChange", "item")
def item_of_level(context: Context, level: dict, _arguments: dict) -> dict:
    return context.store.find(level["_item"])


@plays("InventoryLevel", "location")
@plays("InventoryChange", "location")
def location_of_level(context: Context, level: dict, _arguments: dict) -> dict:
    return context.store.find(level["_location"])


@plays("InventoryLevel", "quantities")
def quantities(_context: Context, level: dict, arguments: dict) -> list[dict]:
    return [
        {
            "id": f"gid://shopify/InventoryQuantity/{index}",
            "name": name,
            "quantity": quantity(level, name),
            "updatedAt": changed_at(level, name),
        }
        for index, name in enumerate(arguments["names"])
    ]
