from dataclasses import dataclass, field, replace
from decimal import Decimal

from odoo import Command, api, models

from ..domain.amounts import (
    ZERO,
    Parts,
    charge_parts,
    line_parts,
    rounded_refunds,
    spread,
    wanted_charges,
    wanted_units,
)
from ..domain.errors import DataError


@dataclass(frozen=True)
class Planned:
    """One sale order line to be: what is sold, how many, and its exact amounts.

    :param booked: (our taxes, amount) pairs
    :param net: the amount without what is booked as a tax
    :param warehouse: where it ships from; none for what nobody ships
    """

    external_id: str
    kind: str
    name: str
    product: object
    units: Decimal
    net: Decimal
    booked: tuple = ()
    listing: object = None
    warehouse: object = None
    source: object = field(default=None, repr=False)


class RetailSyncImporterOrder(models.AbstractModel):
    """What is sold: a sale order line per line and charge, with the exact amounts."""

    _inherit = "retail.sync.importer.order"

    def _plan_lines(self, order, document):
        """Return the sale order lines to be made; nothing is written yet.

        :raises DataError: when a product or a tax is unknown
        """
        channel = order.channel_id
        taxes = self._find_taxes(channel, document)
        plan = self._plan_products(order, document, taxes)
        plan += self._plan_charges(order, document, taxes)
        plan += self._plan_untaxed(
            channel,
            "channel_tax",
            self.env._("Tax that %s collects and pays", channel.name),
            self._passed_on(order, document),
        )
        plan += self._plan_untaxed(
            channel, "rounding", self.env._("Cash rounding"), document.cash_rounding
        )
        for refund in rounded_refunds(document):
            plan += self._plan_untaxed(
                channel,
                "rounding",
                self.env._("Cash rounding of what was given back"),
                -refund.rounding,
                refund.external_id,
            )
        return plan

    def _plan_untaxed(self, channel, kind, name, amount, refund_id=""):
        """Return the line for an ``amount`` that no line of the channel stands for."""
        if not amount:
            return []
        external_id = "cash_rounding" if kind == "rounding" else kind
        if refund_id:
            external_id = f"{external_id}:{refund_id}"
        product = channel._charge_product(kind)
        return [
            Planned(
                external_id=external_id,
                kind=kind,
                name=name,
                product=product,
                units=Decimal(1),
                net=amount,
            )
        ]

    def _plan_products(self, order, document, taxes):
        channel, step = order.channel_id, self._step(order)
        found = self._find_products(channel, document)
        places = self._find_order_places(order, document)
        plan = []
        for line in document.lines:
            units = wanted_units(line)
            if not units:
                continue
            product, listing = found[line.external_id]
            parts = line_parts(document, line, step)
            plan.append(
                self._with_taxes(
                    Planned(
                        external_id=line.external_id,
                        kind=line.kind.value,
                        name=self._line_name(line, product, order.currency_id),
                        product=product,
                        units=units,
                        net=parts.net,
                        listing=listing,
                        warehouse=places.get(line.external_id),
                        source=line,
                    ),
                    parts,
                    taxes,
                )
            )
        return plan

    def _plan_charges(self, order, document, taxes):
        step = self._step(order)
        plan = []
        for charge in wanted_charges(document):
            parts = charge_parts(document, charge, step)
            if not parts.gross and not parts.taxes:
                continue
            kind = charge.kind if charge.kind in self._charge_kinds() else "fee"
            product = order.channel_id._charge_product(kind)
            planned = Planned(
                external_id=charge.external_id,
                kind=kind,
                name=self._charge_name(charge, product),
                product=product,
                units=Decimal(1),
                net=parts.net,
                source=charge,
            )
            plan.append(self._with_taxes(planned, parts, taxes))
        return plan

    @api.model
    def _charge_kinds(self):
        return ("shipping", "duty", "fee", "tip", "rounding", "back")

    def _charge_name(self, charge, product):
        """Return the line's text of what is no product."""
        name = charge.title or product.display_name
        if charge.refunded and charge.title:
            return self.env._("Given back: %s", name)
        return name

    def _passed_on(self, order, document):
        """Return the taxes that the channel collects and pays itself."""
        step = self._step(order)
        return sum(
            (
                line_parts(document, line, step).passed_on
                for line in document.lines
                if wanted_units(line)
            ),
            ZERO,
        ) + sum(
            (
                charge_parts(document, charge, step).passed_on
                for charge in wanted_charges(document)
            ),
            ZERO,
        )

    def _with_taxes(self, planned, parts: Parts, taxes):
        """Return ``planned`` with our taxes; what is not booked stays in its price."""
        net, booked = planned.net, []
        for tax, amount in parts.taxes:
            ours = taxes[self._tax_key(tax)]
            if ours:
                booked.append((ours, amount))
            else:
                net += amount
        return replace(planned, net=net, booked=tuple(booked))

    @api.model
    def _step(self, order):
        return Decimal(str(order.currency_id.rounding or 0.01))

    @api.model
    def _tax_key(self, tax):
        return (tax.title, tax.rate, tax.included)

    def _find_taxes(self, channel, document):
        """Return {tax key: our taxes} of all taxes in ``document``.

        :raises DataError: for the first one that a person must map
        """
        country = self._tax_country(channel, document)
        state = self._tax_state(channel, document, country)
        sources = [line for line in document.lines if wanted_units(line)]
        sources += wanted_charges(document)
        found = {}
        for tax in (tax for source in sources for tax in source.taxes):
            key = self._tax_key(tax)
            if tax.channel_liable or key in found:
                continue
            found[key] = self._find_tax(channel, document, tax, country, state)
        return found

    def _find_tax(self, channel, document, tax, country, state=None):
        MapTax = self.env["retail.sync.map.tax"]
        included = tax.included or document.taxes_included
        ours = MapTax._lookup(channel, tax, included, country, state)
        if ours is not None:
            return ours
        percent = float(tax.rate * 100)
        value = MapTax._label(tax.title, percent, included, country.code or "")
        raise DataError(
            f"tax {value} is not mapped",
            kind="unknown_tax",
            field=self.env._("Tax"),
            value=value,
            params={
                "title": tax.title,
                "rate": percent,
                "included": included,
                "country_id": country.id,
            },
        )

    @api.model
    def _promotion(self, source):
        """Return the codes and campaigns that made a line cheaper, or False."""
        discounts = source.discounts if source else ()
        names = [d.code or d.title for d in discounts if d.amount]
        return ", ".join(dict.fromkeys(filter(None, names))) or False

    @api.model
    def _line_name(self, line, product, currency):
        """Return the line's text: the channel's title, and what was taken off."""
        text = line.title or product.display_name
        for discount in line.discounts:
            if discount.amount:
                text += "\n" + self.env._(
                    "Discount %(title)s: %(amount)s (before: %(price)s each)",
                    title=discount.code or discount.title,
                    amount=currency.format(-float(discount.amount)),
                    price=currency.format(float(line.unit_price)),
                )
        return text

    def _prepare_line_commands(self, plan, currency):
        return [
            Command.create(
                {
                    "sequence": 10 * (number + 1),
                    **self._prepare_line_values(planned, currency),
                    **self._prepare_route_values(plan, planned),
                }
            )
            for number, planned in enumerate(plan)
        ]

    def _prepare_line_values(self, planned, currency):
        """Return the values of one sale order line.

        ``technical_price_unit`` differs from the price: Odoo then leaves it alone when
        the quantity changes. The channel's tax amounts travel in ``extra_tax_data``.
        """
        return {
            "retail_sync_external_id": planned.external_id,
            "retail_sync_kind": planned.kind,
            "retail_sync_promotion": self._promotion(planned.source),
            "product_id": planned.product.id,
            "name": planned.name,
            "technical_price_unit": -1.0,
            "discount": 0.0,
            **self._prepare_unit_values(planned),
            **self._prepare_amount_values(planned, currency),
        }

    def _prepare_unit_values(self, planned):
        """Sell by the unit in which the channel counts: a pack stays one unit."""
        unit = planned.listing.uom_id if planned.listing else None
        return {"product_uom_id": unit.id} if unit else {}

    def _prepare_amount_values(self, planned, currency):
        """Return quantity, price and taxes that come to just the channel's amounts."""
        amounts = self._leaf_amounts(planned, currency)
        inside = sum(
            (part for leaf, part in amounts.items() if leaf.price_include), ZERO
        )
        taxes = self.env["account.tax"].union(*(ours for ours, _ in planned.booked))
        price = float((planned.net + inside) / planned.units)
        values = {
            "product_uom_qty": float(planned.units),
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
            "extra_tax_data": False,
        }
        if amounts:
            values["extra_tax_data"] = {
                "manual_total_excluded_currency": float(planned.net),
                "manual_tax_amounts": {
                    str(leaf.id): {
                        "tax_amount_currency": float(amount),
                        "base_amount_currency": float(planned.net),
                    }
                    for leaf, amount in amounts.items()
                },
                "currency_id": currency.id,
                "price_unit": price,
                "discount": 0.0,
                "quantity": float(planned.units),
            }
        return values

    def _leaf_amounts(self, planned, currency):
        """Return {tax of ours: its amount}, taxes of a group each by itself."""
        amounts = {}
        step = Decimal(str(currency.rounding or 0.01))
        for ours, amount in planned.booked:
            leaves = ours._flatten_taxes_and_sort_them()[0]
            rates = [abs(Decimal(str(leaf.amount))) for leaf in leaves]
            for leaf, part in zip(leaves, spread(amount, rates, step), strict=True):
                amounts[leaf] = amounts.get(leaf, ZERO) + part
        return amounts

    def _prepare_place_values(self, channel, plan):
        """Return the order's warehouse: what all lines share, else the default."""
        places = {planned.warehouse for planned in plan if planned.warehouse}
        if len(places) == 1:
            return {"warehouse_id": places.pop().id}
        default = channel.warehouse_id
        return {"warehouse_id": default.id} if default else {}

    def _prepare_route_values(self, plan, planned):
        """Send a line through its own warehouse where the order has several."""
        places = {other.warehouse for other in plan if other.warehouse}
        if len(places) < 2 or not planned.warehouse:
            return {}
        route = planned.warehouse.delivery_route_id
        if not route.sale_selectable:
            route.sudo().sale_selectable = True
        return {"route_ids": [Command.set(route.ids)]}
