"""Draft orders, read from the sandbox: to the cent, and which order they became."""

from dataclasses import replace
from datetime import timedelta

import pytest
from odoo.addons.retail_sync_core.domain import documents as doc
from odoo.addons.retail_sync_core.domain import errors
from odoo.addons.retail_sync_shopify.adapters.shopify import ShopifyAdapter

RICH = {
    "lines": [
        {"sku": "MUG", "quantity": 3},
        {"sku": "CUP", "quantity": 1},
        {"custom": "Engraving", "price": "3.33"},
    ],
    "shipping": [{"title": "DHL", "price": "4.90"}],
    "discounts": [
        {"title": "Friend", "amount": "1.00"},
        {"percentage": "7", "target": "line", "lines": [0]},
        {"amount": "0.90", "target": "shipping"},
    ],
    "taxes": [{"title": "GST", "rate": "0.05"}, {"title": "QST", "rate": "0.09975"}],
}


def sum_of(order):
    parts = [*order.lines, *order.charges]
    taxes = sum(tax.amount for part in parts for tax in part.taxes)
    return sum(part.total for part in parts) + (0 if order.taxes_included else taxes)


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("mode", ["shop", "presentment"])
def test_a_rich_draft_adds_up_in_both_currencies(bench, included, mode):
    made = bench.shop.draft(
        **RICH,
        taxes_included=included,
        presentment_currency="USD",
        rate="1.0837",
        note="Call first",
    )
    account = bench.account()
    account = replace(account, settings={**account.settings, "order_currency": mode})

    draft = ShopifyAdapter(account, bench).fetch_draft(made["id"])

    assert draft.order_id == ""
    assert draft.external_id == made["id"]
    assert draft.content.external_ref == "#D1"
    assert sum_of(draft.content) == draft.content.total
    assert draft.content.note == "Call first"
    assert draft.content.currency == ("EUR" if mode == "shop" else "USD")
    titles = {d.title for line in draft.content.lines for d in line.discounts}
    assert "Friend" in titles


def test_a_draft_of_many_lines_comes_whole(bench):
    lines = [{"sku": "MUG", "quantity": 1} for _ in range(90)]
    made = bench.shop.draft(lines=lines)

    draft = bench.adapter.fetch_draft(made["id"])

    assert len({line.external_id for line in draft.content.lines}) == 90


def test_a_completed_draft_names_its_order_and_is_found_by_it(bench):
    open_one = bench.shop.draft(lines=[{"sku": "CUP"}])
    made = bench.shop.draft(lines=[{"sku": "MUG"}])
    order_id = bench.shop.act_on_draft(made["name"], "complete")["order"]

    order = bench.adapter.fetch("order", order_id)
    found = bench.adapter.find_draft(order_id, (open_one["id"], made["id"]))

    assert order.from_draft
    assert bench.adapter.fetch_draft(made["id"]).order_id == order_id
    assert found == made["id"]
    assert bench.adapter.find_draft(order_id, (open_one["id"],)) == ""


def test_an_order_of_the_web_shop_was_no_draft(bench):
    assert not bench.fetch(bench.order()).from_draft


def test_a_deleted_draft_is_missing(bench):
    made = bench.shop.draft(lines=[{"sku": "MUG"}])
    bench.shop.act_on_draft(made["name"], "delete")

    with pytest.raises(errors.MissingError):
        bench.adapter.fetch_draft(made["id"])


def test_changed_drafts_are_found_since_a_time(bench):
    bench.shop.draft(lines=[{"sku": "CUP"}])
    bench.shop.advance(3600)
    since = bench.adapter.fetch_page("draft", "", None).as_of - timedelta(minutes=5)
    made = bench.shop.draft(lines=[{"sku": "MUG"}])

    (notice,) = bench.adapter.fetch_page("draft", "", since).documents

    assert (notice.flow, notice.external_id) == (doc.Flow.DRAFT, made["id"])


def test_without_the_permission_it_is_refused(bench):
    made = bench.shop.draft(lines=[{"sku": "MUG"}])
    bench.shop.settings(scopes=["read_orders"])

    with pytest.raises(errors.SyncError) as caught:
        bench.adapter.fetch_draft(made["id"])

    assert isinstance(caught.value, (errors.ConfigurationError, errors.PermanentError))
