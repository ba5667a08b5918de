from odoo import models

from ..domain import documents as doc
from ..domain.amounts import ZERO, wanted_units
from ..domain.fingerprint import fingerprint
from .retail_sync_movement import naive_utc


class RetailSyncImporterOrder(models.AbstractModel):
    """What the channel says, kept beside the sale order."""

    _inherit = "retail.sync.importer.order"

    def _prepare_facts(self, order, document, digest):
        """Return the values of our row for the version ``document``."""
        currency = self._find_currency(order.channel_id, document.currency)
        cancelled_at = document.cancelled_at
        return {
            **self._prepare_shown_facts(document),
            "external_ref": document.external_ref,
            "version": document.version,
            "fingerprint": digest,
            "return_state": document.return_state or False,
            "risk": document.risk.value,
            "changed_at": document.updated_at.replace(tzinfo=None),
            "read_at": naive_utc(document.read_at),
            "cancelled_at": cancelled_at and cancelled_at.replace(tzinfo=None),
            "cancel_reason": document.cancel_reason or False,
            "currency_id": currency.id,
            "shipment_orders": [_plain_request(o) for o in document.shipment_orders],
            "shipments": [_plain_shipment(s) for s in document.shipments],
            "address_digest": fingerprint(document.shipping_address),
            "refunds_there": list(document.refund_ids),
        }

    def _prepare_shown_facts(self, document):
        """Return what is shown of an order, be it here or waiting for a person."""
        gateways = {p.gateway for p in document.payments if p.status != "failure"}
        return {
            "payment_state": document.payment_state.value,
            "fulfillment_state": document.fulfillment_state.value,
            "gateways": ", ".join(sorted(filter(None, gateways))) or False,
            "placed_at": document.created_at.replace(tzinfo=None),
            "amount_total": float(document.total),
            "amount_tax": float(document.total_tax),
        }

    def _link_lines(self, order, document, plan):
        """Keep the channel's lines beside the sale order's, by the channel's ids."""
        sale_line_ids = {
            line.retail_sync_external_id: line.id for line in order.order_id.order_line
        }
        listing_ids = {
            planned.external_id: planned.listing.id
            for planned in plan
            if planned.listing
        }
        self.env["retail.sync.order.line"].create(
            [
                {
                    **self._prepare_link_values(order, document, source),
                    "external_id": source.external_id,
                    "order_id": order.id,
                    "sale_line_id": sale_line_ids.get(source.external_id, False),
                    "listing_id": listing_ids.get(source.external_id, False),
                }
                for source in (*document.lines, *document.charges)
            ]
        )

    def _prepare_link_values(self, order, document, source):
        """Return the facts of one line or charge of the channel."""
        on_top = [
            tax for tax in source.taxes if not (tax.included or document.taxes_included)
        ]
        return {
            **(
                self._prepare_line_facts(source)
                if isinstance(source, doc.OrderLine)
                else self._prepare_charge_facts(source)
            ),
            "title": source.title,
            "amount_discount": float(sum((d.amount for d in source.discounts), ZERO)),
            "amount_tax": float(sum((tax.amount for tax in source.taxes), ZERO)),
            "amount_total": float(source.total + sum((t.amount for t in on_top), ZERO)),
        }

    def _prepare_line_facts(self, line):
        return {
            "kind": line.kind.value,
            "sku": line.sku,
            "quantity": float(line.quantity),
            "current_quantity": float(wanted_units(line)),
            "unit_price": float(line.unit_price),
        }

    def _prepare_charge_facts(self, charge):
        return {
            "kind": charge.kind if charge.kind in self._charge_kinds() else "fee",
            "sku": charge.code,
            "quantity": 1.0,
            "current_quantity": 0.0 if charge.removed else 1.0,
            "unit_price": float(charge.amount),
        }

    def _note_shipments(self, order, known_ids):
        """Say on the timeline which shipments are new and not ours."""
        ours = order._own_shipment_ids()
        for shipment in order.shipments or []:
            elsewhere = shipment["external_id"] not in ours | known_ids
            if elsewhere and not shipment.get("taken_along"):
                order._note("shipped_elsewhere", id=shipment["external_id"])


def _plain_request(shipment_order):
    """Return what a place is asked to ship as plain data."""
    return {
        "external_id": shipment_order.external_id,
        "location_id": shipment_order.location_id,
        "state": shipment_order.state,
        "can_ship": shipment_order.can_ship,
        "taken_along": shipment_order.taken_along,
        "holds": list(shipment_order.holds),
        "held_by_us": shipment_order.held_by_us,
        "lines": [
            [line.line_id, float(line.quantity), float(line.remaining)]
            for line in shipment_order.lines
        ],
    }


def _plain_shipment(shipment):
    """Return a shipment the channel knows of as plain data."""
    at = naive_utc(shipment.created_at)
    return {
        "external_id": shipment.external_id,
        "state": shipment.state,
        "location_id": shipment.location_id,
        "created_at": at and at.isoformat(),
        "taken_along": shipment.taken_along,
        "tracking": [
            [parcel.number, parcel.carrier, parcel.url] for parcel in shipment.tracking
        ],
        "lines": [[line_id, float(units)] for line_id, units in shipment.lines],
    }
