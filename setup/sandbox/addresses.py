"""Another address of an order that was placed, as ``orderUpdate`` takes it."""

from .store import Refused

KEYS = {
    "firstName": "firstName",
    "lastName": "lastName",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "zip": "zip",
    "city": "city",
    "provinceCode": "provinceCode",
    "countryCode": "countryCodeV2",
    "phone": "phone",
}
PATH = ["input", "shippingAddress"]


def change(order: dict, given: dict) -> None:
    """Have the order go elsewhere; taxes and shipping stay as they are.

    :raises Refused: canceled, or no country, street or name
    """
    if order["cancelledAt"]:
        raise Refused("The order is cancelled.", ["input", "id"])
    for key, word in (("countryCode", "Country"), ("address1", "Address")):
        if not given.get(key):
            raise Refused(f"{word} can't be blank.", [*PATH, key])
    if not (given.get("firstName") or given.get("lastName")):
        raise Refused("Enter a first or last name.", PATH)
    address = order["shippingAddress"]
    if address is None:
        raise Refused("The order has no shipping address.", PATH)
    address.update({ours: given.get(key) for key, ours in KEYS.items()})
    order["_times_readdressed"] = order.get("_times_readdressed", 0) + 1
    names = (address["firstName"], address["lastName"])
    address["name"] = " ".join(filter(None, names))
