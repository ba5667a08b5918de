"""The shipped batteries, over both adapters; and that they find what is wrong."""

import dataclasses
import json
from datetime import datetime, timezone

import pytest
from odoo.addons.retail_sync_core import testing_battery as battery
from odoo.addons.retail_sync_core.adapters import base
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256
from odoo.addons.retail_sync_core.testing_folder import FolderAdapter
from odoo.addons.retail_sync_core.testing_rig import Rig
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

SECRET = "client-secret"
CHANGED = "2026-11-20T12:00:00+00:00"
SENT_AT = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)


class ShopifyRig(Rig):
    """Shopify, by answers as its API gives them."""

    cls = ShopifyAdapter

    def __init__(self, shopify, _folder):
        self.kit = shopify

    def adapter(self, *answers):
        account = self.kit.account(secrets={"client_secret": (SECRET,)})
        return self.kit.adapter(*answers, account=account)

    def request(self, signature, body=None):
        body = json.dumps({"id": 5, "name": "#5"}).encode() if body is None else body
        headers = {
            "x-shopify-topic": "orders/updated",
            "x-shopify-shop-domain": self.kit.shop,
            "x-shopify-webhook-id": "w-1",
        }
        if signature != "missing":
            secret = SECRET if signature == "right" else "another"
            headers["x-shopify-hmac-sha256"] = sign_hmac_sha256(body, secret)
        return base.IncomingRequest(headers=headers, body=body)

    def empty_page(self):
        return self.read(self.adapter({"orders": self.kit.page()}))

    def two_pages(self):
        nodes = [self.kit.order(id=f"gid://shopify/Order/{n}") for n in (1, 2)]
        adapter = self.adapter(
            {"orders": self.kit.page(nodes[0], cursor="next")},
            {"orders": self.kit.page(nodes[1])},
        )
        first = self.read(adapter)
        return first, adapter.fetch_page("order", first.cursor, None)

    def order(self, *, unknown=False):
        new = {"somethingNew": {"x": 1.5}} if unknown else {}
        node = self.kit.order(self.kit.line(**new), **new)
        return self.adapter({"order": node}).fetch("order", self.kit.order_id)

    def levels(self):
        return tuple(write.ref for write in self.push(3).body.levels)

    def levels_adapter(self):
        quantities = [{"name": "available", "quantity": 4}]
        nodes = [
            {"id": ref.item_id, "inventoryLevel": level}
            for ref, level in zip(
                self.levels(),
                [{"isActive": True, "quantities": quantities}] * 2 + [None],
                strict=True,
            )
        ]
        return self.adapter({"nodes": nodes})

    def counts_adapter(self):
        changed = {"updatedAt": "2026-11-20T11:00:00Z"}
        quantities = [{"name": "available", "quantity": 4, **changed}]
        level = {"isActive": True, "quantities": quantities}
        nodes = [
            {"id": ref.item_id, "tracked": True, "inventoryLevel": given}
            for ref, given in zip(self.levels(), [level, level, None], strict=True)
        ]
        return self.adapter({"nodes": nodes})

    def push(self, size=1):
        return self.kit.effect(self.kit.push(*((n + 1, 5, 3) for n in range(size))))

    def accepts(self, effect):
        group = {"id": "gid://shopify/InventoryAdjustmentGroup/1", "changes": []}
        payload = {"inventoryAdjustmentGroup": group, "userErrors": []}
        return self.adapter({"inventorySetQuantities": payload})

    def shipment(self):
        body = doc.Shipment(
            order_id=self.kit.order_id,
            reference="WH/OUT/1",
            location_id="gid://shopify/Location/1",
            lines=(("gid://shopify/LineItem/1", 1),),
            tracking=(doc.Tracking(number="JD01", carrier="DHL"),),
        )
        return self.kit.effect(body, "shipment", sent_at=SENT_AT)

    def done(self, effect):
        return self._told(self.kit.fulfillment(9, tracking=("JD01",)))

    def undone(self, effect):
        return self._told()

    def _told(self, *shipped):
        asked = self.kit.fulfillment_order(1)
        order = {
            "updatedAt": "2026-11-20T12:00:01Z",
            "fulfillmentOrders": self.kit.page(asked),
            "fulfillments": list(shipped),
        }
        return self.adapter({"order": order})


class FolderRig(Rig):
    """Files in a folder, written as the other side would."""

    cls = FolderAdapter
    speaks_http = False

    def __init__(self, _shopify, folder):
        self.account = base.Account(settings={"folder": str(folder)})
        self.files = self.adapter().files

    def adapter(self, *answers):
        assert not answers
        return self.cls(self.account, None, lambda: SENT_AT)

    def put(self, name, data):
        self.files.write(name, json.dumps(data).encode())

    def raw_order(self, number=1, **values):
        line = {"id": "1", "sku": "MUG", "units": "2", "price": "1.234,50"}
        address = {"name": "Camille Durand", "city": "Lyon", "country_code": "FR"}
        return {
            "id": f"f-{number}",
            "number": f"F{number}",
            "changed": CHANGED,
            "total": "2.469,00",
            "tax": "411,50",
            "address": address,
            "lines": [{**line, "tax_rate": 20, "tax": "411,50"}],
            **values,
        }

    def empty_page(self):
        return self.read(self.adapter())

    def two_pages(self):
        self.put("orders/first.json", {"next": "b", "orders": [self.raw_order(1)]})
        self.put("orders/b.json", {"next": "", "orders": [self.raw_order(2)]})
        first = self.read(self.adapter())
        return first, self.adapter().fetch_page("order", first.cursor, None)

    def half_page(self):
        self.files.write("orders/first.json", b'{"next": "b", "ord')
        return self.read(self.adapter())

    def order(self, *, unknown=False):
        raw = self.raw_order()
        if unknown:
            for part in (raw, raw["address"], *raw["lines"]):
                part["something_new"] = 1.5
        return self.adapter().read("order", json.dumps(raw).encode())

    def levels(self):
        return tuple(write.ref for write in self.push(3).body.levels)

    def levels_adapter(self):
        self.put("levels.json", {"P": {"i-0": 4, "i-1": 4}})
        return self.adapter()

    def push(self, size=1):
        levels = tuple(
            doc.LevelWrite(
                ref=doc.LevelRef(item_id=f"i-{number}", location_id="P"), quantity=5
            )
            for number in range(size)
        )
        body = doc.StockPush(location_id="P", levels=levels)
        return base.Effect(kind="stock", key="uuid-digest", body=body)

    def shipment(self):
        body = doc.Shipment(order_id="f-1", reference="WH/OUT/1", lines=(("1", 2),))
        return base.Effect(kind="shipment", key="uuid-digest", body=body)

    def accepts(self, effect):
        return self.adapter()

    def done(self, effect):
        if effect.kind == "stock":
            words = {write.ref.item_id: "ok" for write in effect.body.levels[:-1]}
            self.put(f"reports/{effect.key}.json", {**words, "i-1": "locked"})
        else:
            self.adapter().send(effect)
        return self.adapter()

    def undone(self, effect):
        self.files.move(f"shipments/{effect.key}.json", "gone/x.json")
        return self.adapter()

    def left(self, adapter):
        (name,) = self.files.list("feeds")
        return self.files.read(f"feeds/{name}")


CASES = [
    pytest.param(rig, check, id=f"{rig.cls.code}-{check.__name__}")
    for rig in (ShopifyRig, FolderRig)
    for check in battery.checks(rig.cls, speaks_http=rig.speaks_http)
]


@pytest.mark.parametrize(("rig", "check"), CASES)
def test_an_adapter_passes_its_battery(rig, check, shopify, tmp_path):
    check(rig(shopify, tmp_path))


class Careless(FolderAdapter):
    """Does what adapters must not."""

    def read(self, flow, body):
        order = super().read(flow, body)
        return dataclasses.replace(order, total=float(order.total), tags=list("ab"))

    def read_levels(self, refs):
        return tuple(reversed(super().read_levels(refs)))

    def read_back(self, effect):
        return base.Outcome(state="applied")

    def poll(self, effect):
        return base.Outcome(state="applied")

    def fetch_page(self, flow, cursor, since):
        return dataclasses.replace(super().fetch_page(flow, cursor, since), more=True)


class CarelessRig(FolderRig):
    cls = Careless


@pytest.mark.parametrize(
    "check",
    [
        battery.an_order_is_frozen_and_its_money_decimal,
        battery.an_order_survives_being_stored,
        battery.levels_come_as_they_were_asked_for,
        battery.a_shipment_is_read_back,
        battery.a_feed_is_polled_until_it_is_reported,
        battery.an_empty_page_is_the_end,
        battery.pages_follow_each_other,
    ],
    ids=lambda check: check.__name__,
)
def test_the_battery_finds_a_careless_adapter(check, shopify, tmp_path):
    with pytest.raises(AssertionError):
        check(CarelessRig(shopify, tmp_path))


def test_only_the_ports_an_adapter_has_are_checked():
    names = {check.__name__ for check in battery.checks(FolderAdapter)}

    assert "a_right_signature_is_accepted" not in names
    assert "a_body_nobody_can_read_is_a_data_error" in names
    assert len(battery.checks(base.Adapter, speaks_http=False)) == 3
