"""Fill the shop from a short JSON: locations, products with levels, orders."""

from . import inventory, orders
from .store import Refused, Store, number_of

SCHEMA_KEYS = frozenset(("shop", "settings", "locations", "products", "orders"))


def seed(store: Store, given: dict) -> dict:
    """Add what the JSON names and give the ids it got.

    Levels are keyed by the location's name. Seeded orders tell nobody unless
    ``webhooks`` is true on them.
    """
    unknown = set(given) - SCHEMA_KEYS
    if unknown:
        raise Refused(f"Unknown keys: {', '.join(sorted(unknown))}.")
    store.data["shop"].update(given.get("shop", {}))
    store.settings.update(given.get("settings", {}))
    places = {
        one["name"]: add_location(store, one) for one in given.get("locations", ())
    }
    variants = {}
    for product in given.get("products", ()):
        for variant in add_product(store, product):
            variants[variant["sku"]] = {"id": variant["id"], "item": variant["_item"]}
    placed = [
        orders.place(store, {"webhooks": False, **order})
        for order in given.get("orders", ())
    ]
    store.dirty = True
    return {
        "locations": {name: place["id"] for name, place in places.items()},
        "variants": variants,
        "orders": [{"name": one["name"], "id": one["id"]} for one in placed],
    }


def add_location(store: Store, given: dict) -> dict:
    number, stamp = given.get("id") or store.number(), store.stamp()
    place = {
        "id": f"gid://shopify/Location/{number}",
        "legacyResourceId": str(number),
        "name": given["name"],
        "isActive": given.get("active", True),
        "deactivatedAt": None,
        "isFulfillmentService": False,
        "isPrimary": not store.table("Location"),
        "shipsInventory": True,
        "fulfillsOnlineOrders": given.get("fulfills_online", True),
        "fulfillmentService": None,
        "localPickupSettingsV2": None,
        "activatable": True,
        "deactivatable": True,
        "address": {"countryCode": "DE", **given.get("address", {})},
        "createdAt": stamp,
        "updatedAt": stamp,
    }
    store.table("Location")[place["id"]] = place
    return place


def add_product(store: Store, given: dict) -> list[dict]:
    """Add a product and give its variants."""
    number, stamp = given.get("id") or store.number(), store.stamp()
    variants = given.get("variants") or [{}]
    names = list(variants[0].get("options", {}))
    product = {
        "id": f"gid://shopify/Product/{number}",
        "legacyResourceId": str(number),
        "title": given["title"],
        "handle": given.get("handle") or given["title"].lower().replace(" ", "-"),
        "status": given.get("status", "ACTIVE"),
        "vendor": given.get("vendor", "Demo"),
        "productType": given.get("type", ""),
        "tags": given.get("tags", []),
        "isGiftCard": given.get("gift_card", False),
        "tracksInventory": any(one.get("tracked", True) for one in variants),
        "hasOnlyDefaultVariant": not names,
        "createdAt": stamp,
        "updatedAt": stamp,
        "publishedAt": stamp,
        "category": None,
        "options": [
            {"id": store.gid("ProductOption"), "name": name, "position": position}
            for position, name in enumerate(names or ["Title"], 1)
        ],
        "_variants": [],
    }
    store.table("Product")[product["id"]] = product
    return [
        add_variant(store, product, variant, position)
        for position, variant in enumerate(variants, 1)
    ]


def add_variant(store: Store, product: dict, given: dict, position: int) -> dict:
    number, stamp = given.get("id") or store.number(), store.stamp()
    options = given.get("options") or {"Title": "Default Title"}
    title = " / ".join(options.values())
    item = _item(store, given)
    variant = {
        "id": f"gid://shopify/ProductVariant/{number}",
        "legacyResourceId": str(number),
        "title": title,
        "displayName": f"{product['title']} - {title}",
        "sku": given.get("sku"),
        "barcode": given.get("barcode"),
        "position": position,
        "price": str(given.get("price", "10.00")),
        "compareAtPrice": given.get("compare_at"),
        "taxable": given.get("taxable", True),
        "inventoryPolicy": given.get("policy", "DENY"),
        "requiresComponents": False,
        "availableForSale": True,
        "createdAt": stamp,
        "updatedAt": stamp,
        "selectedOptions": [{"name": n, "value": v} for n, v in options.items()],
        "_product": product["id"],
        "_item": item["id"],
    }
    item["_variants"].append(variant["id"])
    product["_variants"].append(variant["id"])
    store.table("ProductVariant")[variant["id"]] = variant
    _stock(store, item, given.get("levels", {}))
    return variant


def _item(store: Store, given: dict) -> dict:
    number, stamp = given.get("item_id") or store.number(), store.stamp()
    cost = given.get("cost")
    item = {
        "id": f"gid://shopify/InventoryItem/{number}",
        "legacyResourceId": str(number),
        "sku": given.get("sku"),
        "tracked": given.get("tracked", True),
        "requiresShipping": given.get("requires_shipping", True),
        "countryCodeOfOrigin": None,
        "harmonizedSystemCode": None,
        "unitCost": cost and {"amount": str(cost), "currencyCode": store.currency},
        "measurement": {
            "weight": {"value": float(given.get("weight", 0)), "unit": "KILOGRAMS"}
        },
        "createdAt": stamp,
        "updatedAt": stamp,
        "_bundle": given.get("bundle", False),
        "_variants": [],
    }
    store.table("InventoryItem")[item["id"]] = item
    return item


def _stock(store: Store, item: dict, levels: dict) -> None:
    places = {place["name"]: place for place in store.table("Location").values()}
    for name, available in levels.items():
        if name not in places:
            raise Refused(f"Unknown location {name!r}.", ["levels"])
        inventory.activate(store, item["id"], places[name]["id"], int(available))


def levels(store: Store) -> list[dict]:
    """Give all levels in short, for tests and the page."""
    return [
        {
            "sku": store.find(level["_item"])["sku"],
            "location": store.find(level["_location"])["name"],
            "item_id": level["_item"],
            "location_id": level["_location"],
            "active": level["isActive"],
            "available": inventory.quantity(level, "available"),
            "committed": inventory.quantity(level, "committed"),
            "on_hand": inventory.quantity(level, "on_hand"),
            "updated_at": level["updatedAt"],
        }
        for level in sorted(
            store.table("InventoryLevel").values(),
            key=lambda one: (number_of(one["_location"]), number_of(one["_item"])),
        )
    ]


def set_level(store: Store, given: dict) -> dict:
    """Change a level by hand, as a merchant would in the shop's own screens."""
    for level in store.table("InventoryLevel").values():
        item = store.find(level["_item"])
        place = store.find(level["_location"])
        if (item["sku"], place["name"]) == (given["sku"], given["location"]):
            now = inventory.quantity(level, "available")
            wanted = given.get("available", now + given.get("delta", 0))
            inventory.change(store, level, {"available": wanted - now})
            return level
    raise Refused(f"No level of {given['sku']!r} at {given['location']!r}.")
