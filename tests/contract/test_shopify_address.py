"""Another address of an order: told once, read back before any repeat."""

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors

NEW = doc.Address(
    name="Anna Maria Rossi",
    street="Via Roma 1",
    street2="Scala B",
    zip="50123",
    city="Firenze",
    country_code="IT",
    state_code="FI",
    phone="+39 055 1234",
)
FIELDS = ("name", "company", "street", "street2", "zip", "city", "country_code")


def change(placed, address=NEW):
    return doc.AddressChange(order_id=placed["id"], reference="7", address=address)


def send(bench, body, key="key-1"):
    return bench.adapter.send(bench.effect(body, "address", key))


def test_the_order_goes_to_the_new_address(bench):
    placed = bench.order()

    outcome = send(bench, change(placed))

    assert outcome.state == "applied"
    found = bench.fetch(placed).shipping_address
    assert [getattr(found, name) for name in FIELDS] == [
        getattr(NEW, name) for name in FIELDS
    ]
    assert found.state_code == "FI"


def test_told_again_nothing_is_written_there(bench):
    placed = bench.order()
    send(bench, change(placed))
    version = bench.fetch(placed).version

    again = send(bench, change(placed), "key-2")

    assert (again.state, again.code) == ("applied", "already")
    assert bench.fetch(placed).version == version


def test_what_shopify_refuses_is_said(bench):
    placed = bench.order()

    outcome = send(bench, change(placed, doc.Address(name="A B", country_code="IT")))

    assert outcome.state == "refused"
    assert "can't be blank" in outcome.message


@pytest.mark.parametrize(
    ("fault", "state"), [("drop_after", "applied"), ("drop_before", "not_found")]
)
def test_a_lost_answer_is_read_back(bench, fault, state):
    placed = bench.order()
    body = change(placed)
    bench.shop.fault(fault, operation="OrderAddressUpdate", seconds=0)

    with pytest.raises(errors.InDoubtError):
        send(bench, body)

    assert bench.adapter.read_back(bench.effect(body, "address")).state == state


def test_an_order_that_is_gone_is_refused(shopify):
    adapter = shopify.adapter({"order": None})

    outcome = adapter.send(
        shopify.effect(change({"id": "gid://shopify/Order/9"}), "address")
    )

    assert outcome.state == "refused"
