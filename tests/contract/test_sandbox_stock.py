"""The sandbox's stock: compare-and-set, idempotency keys, what orders do to levels."""

import pytest
from sandbox.testkit import LocalSandbox

SET = """
mutation InventorySetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup {
      changes { name delta quantityAfterChange item { id } location { id } }
    }
    userErrors { field message code }
  }
}
"""


@pytest.fixture
def shop():
    shop = LocalSandbox()
    levels = {"Berlin": 10, "Hamburg": 3}
    shop.ids = shop.seed(
        locations=[{"name": "Berlin"}, {"name": "Hamburg"}, {"name": "Kiel"}],
        products=[
            {
                "title": "Mug",
                "variants": [
                    {"sku": "MUG-R", "price": "12.50", "levels": levels},
                    {"sku": "MUG-B", "price": "12.50", "levels": levels},
                    {"sku": "LOOSE", "tracked": False, "levels": levels},
                ],
            }
        ],
    )
    return shop


def line(shop, sku="MUG-R", place="Berlin", quantity=7, **more):
    return {
        "inventoryItemId": shop.ids["variants"][sku]["item"],
        "locationId": shop.ids["locations"][place],
        "quantity": quantity,
        **more,
    }


def push(shop, *lines, key="key-1", **given):
    body = {
        "name": "available",
        "reason": "correction",
        "quantities": list(lines),
        **given,
    }
    return shop.graphql(SET, input=body, key=key)


def answer(result):
    return result["data"]["inventorySetQuantities"]


def codes(result):
    return [error["code"] for error in answer(result)["userErrors"]]


def available(shop, sku="MUG-R", place="Berlin"):
    return shop.level(sku, place)["available"]


def test_a_level_is_set_when_the_expected_number_still_stands(shop):
    result = push(shop, line(shop, changeFromQuantity=10))

    changes = answer(result)["inventoryAdjustmentGroup"]["changes"]
    assert (changes[0]["name"], changes[0]["delta"]) == ("available", -3)
    assert changes[0]["quantityAfterChange"] == available(shop) == 7


def test_a_stale_number_is_refused_with_the_path_of_its_line(shop):
    good = line(shop, "MUG-B", changeFromQuantity=10)

    result = push(shop, good, line(shop, changeFromQuantity=9))

    assert codes(result) == ["CHANGE_FROM_QUANTITY_STALE"]
    assert answer(result)["userErrors"][0]["field"][:3] == ["input", "quantities", "1"]
    assert (available(shop), available(shop, "MUG-B")) == (10, 10)


def test_the_others_of_a_stale_batch_can_be_written_instead(shop):
    shop.settings(stale_batch="others")
    good = line(shop, "MUG-B", changeFromQuantity=10)

    result = push(shop, good, line(shop, changeFromQuantity=9))

    assert codes(result) == ["CHANGE_FROM_QUANTITY_STALE"]
    assert (available(shop), available(shop, "MUG-B")) == (10, 7)


def test_an_explicit_null_switches_the_comparison_off(shop):
    assert not codes(push(shop, line(shop, changeFromQuantity=None)))
    assert available(shop) == 7


def test_a_line_that_does_not_say_what_it_expects_is_refused(shop):
    assert codes(push(shop, line(shop))) == ["COMPARE_QUANTITY_REQUIRED"]
    assert available(shop) == 10


def test_a_mutation_without_an_idempotency_key_is_refused(shop):
    document = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
    body = {"name": "available", "reason": "correction"}
    body["quantities"] = [line(shop, changeFromQuantity=10)]

    result = shop.graphql(document, input=body)

    assert "@idempotent" in result["errors"][0]["message"]
    assert available(shop) == 10


def test_a_repeated_key_gets_the_first_answer_and_changes_nothing(shop):
    first = push(shop, line(shop, changeFromQuantity=10))
    shop.set_level("MUG-R", "Berlin", available=50)

    second = push(shop, line(shop, changeFromQuantity=10))

    assert answer(second) == answer(first)
    assert available(shop) == 50
    assert shop.calls()[-1]["replayed"]


def test_a_key_with_other_parameters_is_refused(shop):
    push(shop, line(shop, changeFromQuantity=10))

    result = push(shop, line(shop, changeFromQuantity=7, quantity=5))

    assert codes(result) == ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]
    assert available(shop) == 7


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": -1}, "INVALID_QUANTITY_NEGATIVE"),
        ({"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH"),
        (
            {"inventoryItemId": "gid://shopify/InventoryItem/1"},
            "INVALID_INVENTORY_ITEM",
        ),
        ({"locationId": "gid://shopify/Location/1"}, "INVALID_LOCATION"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_code(shop, change, code):
    given = {**line(shop, changeFromQuantity=10), **change}

    assert codes(push(shop, given)) == [code]


def test_an_item_that_is_not_stocked_at_the_location_is_refused(shop):
    assert codes(push(shop, line(shop, place="Kiel", changeFromQuantity=0)))


def test_an_untracked_item_is_refused(shop):
    given = line(shop, "LOOSE", changeFromQuantity=10)

    assert codes(push(shop, given)) == ["NON_MUTABLE_INVENTORY_ITEM"]


def test_a_pair_may_come_only_once_in_a_batch(shop):
    twice = [line(shop, changeFromQuantity=10)] * 2

    assert codes(push(shop, *twice)) == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]


def test_more_than_250_lines_are_refused(shop):
    many = [line(shop, changeFromQuantity=10)] * 251

    error = push(shop, *many)["errors"][0]

    assert error["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_an_unknown_reason_is_refused(shop):
    result = push(shop, line(shop, changeFromQuantity=10), reason="because")

    assert codes(result) == ["INVALID_REASON"]


def test_an_item_can_be_stocked_at_another_location(shop):
    document = """
    mutation InventoryActivate($item: ID!, $place: ID!, $available: Int) {
      inventoryActivate(
        inventoryItemId: $item, locationId: $place, available: $available
      ) @idempotent(key: "activate-1") {
        inventoryLevel { isActive quantities(names: ["available"]) { quantity } }
        userErrors { field message }
      }
    }
    """
    given = line(shop, place="Kiel")

    result = shop.graphql(
        document, item=given["inventoryItemId"], place=given["locationId"], available=4
    )

    level = result["data"]["inventoryActivate"]["inventoryLevel"]
    assert level == {"isActive": True, "quantities": [{"quantity": 4}]}


def test_an_order_moves_units_from_available_to_committed(shop):
    shop.place_order(lines=[{"sku": "MUG-R", "quantity": 4}])

    level = shop.level("MUG-R", "Berlin")
    assert (level["available"], level["committed"], level["on_hand"]) == (6, 4, 10)


def test_an_order_that_berlin_cannot_ship_goes_to_the_next_location(shop):
    shop.set_level("MUG-R", "Berlin", available=1)

    order = shop.place_order(lines=[{"sku": "MUG-R", "quantity": 3}])

    assert order["fulfillment_orders"][0]["location"] == "Hamburg"


def test_a_level_is_read_by_item_and_location(shop):
    document = """
    query InventoryLevelAt($item: ID!, $place: ID!) {
      inventoryItem(id: $item) {
        inventoryLevel(locationId: $place, includeInactive: true) {
          isActive quantities(names: ["available", "on_hand", "committed"]) {
            name quantity
          }
        }
      }
    }
    """
    shop.place_order(lines=[{"sku": "MUG-R", "quantity": 4}])
    given = line(shop)

    result = shop.graphql(
        document, item=given["inventoryItemId"], place=given["locationId"]
    )

    level = result["data"]["inventoryItem"]["inventoryLevel"]
    numbers = {one["name"]: one["quantity"] for one in level["quantities"]}
    assert numbers == {"available": 6, "on_hand": 10, "committed": 4}
