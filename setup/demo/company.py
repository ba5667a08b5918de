"""The demonstration retailer inside Odoo: company, places, taxes, products, stock.

Runs in an Odoo environment of its own database; makes each thing once.
"""

from __future__ import annotations

from decimal import Decimal

from odoo.fields import Command

from .catalog import PLACES, products

NAME = "Alder & Pine"
CODES = {PLACES[0]: "CEN", PLACES[1]: "HAR", PLACES[2]: "OLD"}
TAXES = (("VAT 19 %", "0.19"), ("VAT 7 %", "0.07"), ("VAT 20 % Austria", "0.20"))
US_TAXES = (("State Tax 6 %", "0.06"), ("County Tax 1.5 %", "0.015"))


def build(env) -> None:
    """Make the retailer in the main company of ``env``'s database."""
    company = env.ref("base.main_company")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    _company(env, company)
    warehouses = _warehouses(env, company)
    taxes = _taxes(env, company)
    variants = _products(env, taxes)
    _stock(env, warehouses, variants)
    _till(env, company, warehouses[PLACES[1]])
    env.cr.commit()


def _company(env, company) -> None:
    euro = env.ref("base.EUR")
    euro.active = True
    germany = env.ref("base.de")
    company.write({"name": NAME, "country_id": germany.id, "currency_id": euro.id})
    company.partner_id.write(
        {"street": "Am Speicher 1", "zip": "20457", "city": "Hamburg"}
    )
    env["product.pricelist"].search([]).write({"currency_id": euro.id})
    env["decimal.precision"].search([("name", "=", "Product Price")]).digits = 2
    env["res.users"].search([("share", "=", False)]).write({"tz": "Europe/Berlin"})


def _warehouses(env, company) -> dict:
    found = env["stock.warehouse"].search([("company_id", "=", company.id)], order="id")
    found[0].write({"name": PLACES[0], "code": CODES[PLACES[0]]})
    made = {PLACES[0]: found[0]}
    for place in PLACES[1:]:
        made[place] = env["stock.warehouse"].create(
            {"name": place, "code": CODES[place], "company_id": company.id}
        )
    return made


def _taxes(env, company) -> dict:
    """Make the taxes; return those in the price by their rate."""
    made = {}
    for name, rate in TAXES:
        made[rate] = _tax(env, company, name, rate, "tax_included")
    for name, rate in US_TAXES:
        _tax(env, company, name, rate, "tax_excluded")
    return made


def _tax(env, company, name, rate, mode):
    return env["account.tax"].create(
        {
            "name": name,
            "amount": float(Decimal(rate) * 100),
            "type_tax_use": "sale",
            "price_include_override": mode,
            "company_id": company.id,
            "country_id": company.account_fiscal_country_id.id,
            "tax_group_id": _tax_group(env, company, name).id,
        }
    )


def _tax_group(env, company, name):
    groups = env["account.tax.group"]
    country = company.account_fiscal_country_id
    wanted = {"name": name, "company_id": company.id, "country_id": country.id}
    domain = [(field, "=", value) for field, value in wanted.items()]
    return groups.search(domain, limit=1) or groups.create(wanted)


def _products(env, taxes) -> dict:
    """Make the catalog; return the variants by SKU."""
    size = env["product.attribute"].create({"name": "Size", "sequence": 1})
    values = {}
    made = {}
    templates = env["product.template"]
    for product in products():
        sized = [v for v in product.variants if v.size]
        for variant in sized:
            if variant.size not in values:
                values[variant.size] = env["product.attribute.value"].create(
                    {"name": variant.size, "attribute_id": size.id}
                )
        templates |= _template(
            env, product, taxes, size, [values[v.size] for v in sized]
        )
    for template, product in zip(templates, products(), strict=True):
        by_size = {
            p.product_template_attribute_value_ids.name: p
            for p in template.product_variant_ids
        }
        for variant in product.variants:
            record = (
                by_size[variant.size] if variant.size else template.product_variant_id
            )
            record.write({"default_code": variant.sku, "barcode": variant.barcode})
            made[variant.sku] = (record, variant)
    return made


def _template(env, product, taxes, size, values):
    line = {
        "attribute_id": size.id,
        "value_ids": [Command.set([value.id for value in values])],
    }
    return env["product.template"].create(
        {
            "name": product.title,
            "type": "consu",
            "is_storable": True,
            "list_price": float(product.variants[0].price),
            "taxes_id": [Command.set(taxes[product.rate].ids)],
            "invoice_policy": "delivery",
            "available_in_pos": True,
            "attribute_line_ids": [Command.create(line)] if values else [],
        }
    )


def _stock(env, warehouses, variants) -> None:
    quants = env["stock.quant"].with_context(inventory_mode=True)
    counted = quants.create(
        [
            {
                "product_id": product.id,
                "location_id": warehouses[place].lot_stock_id.id,
                "inventory_quantity": units,
            }
            for product, variant in variants.values()
            for place, units in variant.stock.items()
            if units
        ]
    )
    counted.action_apply_inventory()


def _till(env, company, warehouse) -> None:
    """Give the harbor store Odoo's point of sale."""
    cash = env["account.journal"].create(
        {
            "name": "Till Harbor",
            "type": "cash",
            "code": "TILH",
            "company_id": company.id,
        }
    )
    method = env["pos.payment.method"].create(
        {"name": "Cash Harbor", "journal_id": cash.id, "company_id": company.id}
    )
    env["pos.config"].create(
        {
            "name": PLACES[1],
            "company_id": company.id,
            "picking_type_id": warehouse.pos_type_id.id,
            "payment_method_ids": [Command.set(method.ids)],
        }
    )
