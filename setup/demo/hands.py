"""What the staff do on that day: a sale at the till, a receipt, three parcels."""

from __future__ import annotations

import uuid

from odoo.fields import Command

from .catalog import PLACES
from .company import CODES

RECEIVED = 24
CARRIER = "DHL"


def work(env) -> dict:
    """Do it all; return what was done, in figures."""
    admin = env.ref("base.user_admin")
    env = env(user=admin.id, context={"lang": "en_US", "tz": "Europe/Berlin"})
    done = {
        "till_units": sell_at_the_till(env),
        "received_units": receive_goods(env),
        "deliveries": ship_three(env),
    }
    env.cr.commit()
    return done


def sell_at_the_till(env) -> int:
    """Sell two of one thing at the harbor store; the till posts stock at once."""
    warehouse = env["stock.warehouse"].search([("code", "=", CODES[PLACES[1]])])
    env.company.point_of_sale_update_stock_quantities = "real"
    till = env["pos.config"].search([("name", "=", PLACES[1])])
    product = _best_stocked(env, warehouse)
    till.open_ui()
    session = till.current_session_id
    session.set_opening_control(0, "")
    price, units = 10.0, 2
    env["pos.order"].sync_from_ui(
        [_till_order(env, session, till, product, price, units)]
    )
    return units


def _best_stocked(env, warehouse):
    quants = env["stock.quant"].search(
        [("location_id", "child_of", warehouse.lot_stock_id.id), ("quantity", ">", 4)],
        order="quantity desc, product_id",
        limit=1,
    )
    return quants.product_id


def _till_order(env, session, till, product, price, units):
    line = {
        "uuid": str(uuid.uuid4()),
        "product_id": product.id,
        "qty": units,
        "price_unit": price,
        "discount": 0,
        "price_subtotal": price * units,
        "price_subtotal_incl": price * units,
        "tax_ids": [Command.set([])],
        "pack_lot_ids": [],
    }
    payment = {
        "uuid": str(uuid.uuid4()),
        "amount": price * units,
        "name": "2026-11-20 10:00:00",
        "payment_method_id": till.payment_method_ids[:1].id,
    }
    return {
        "uuid": str(uuid.uuid4()),
        "name": "Till 1",
        "session_id": session.id,
        "user_id": env.uid,
        "company_id": env.company.id,
        "date_order": "2026-11-20 10:00:00",
        "sequence_number": 1,
        "amount_tax": 0,
        "amount_total": price * units,
        "amount_paid": price * units,
        "amount_return": 0,
        "state": "paid",
        "to_invoice": False,
        "last_order_preparation_change": "{}",
        "partner_id": False,
        "pricelist_id": False,
        "fiscal_position_id": False,
        "lines": [Command.create(line)],
        "payment_ids": [Command.create(payment)],
    }


def receive_goods(env) -> int:
    """Receive a carton at the central warehouse."""
    warehouse = env["stock.warehouse"].search([("code", "=", CODES[PLACES[0]])])
    kind = warehouse.in_type_id
    supplier = env.ref("stock.stock_location_suppliers")
    product = env["product.product"].search([("default_code", "=", "AP-LMP-01")])
    receipt = env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "location_id": supplier.id,
            "location_dest_id": kind.default_location_dest_id.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": RECEIVED,
                        "location_id": supplier.id,
                        "location_dest_id": kind.default_location_dest_id.id,
                    }
                )
            ],
        }
    )
    receipt.action_confirm()
    receipt.move_ids.write({"quantity": RECEIVED, "picked": True})
    _validate(receipt)
    return RECEIVED


def ship_three(env) -> list[dict]:
    """Ship one order in part, and two whole, each with a tracking number."""
    ready = (
        env["stock.picking"]
        .search(
            [
                ("sale_id.retail_sync_order_ids", "!=", False),
                ("picking_type_code", "=", "outgoing"),
                ("state", "=", "assigned"),
            ],
            order="id",
        )
        .filtered(lambda picking: not picking.retail_sync_hold_reason)
    )
    several = ready.filtered(lambda p: any(m.product_uom_qty >= 4 for m in p.move_ids))
    chosen = (several[:1] | ready)[:3]
    return [
        _ship(picking, number, in_part=picking == several[:1])
        for number, picking in enumerate(chosen, 1)
    ]


def _ship(picking, number, *, in_part):
    picking.carrier_tracking_ref = f"JD01460000{number:04d}"
    for move in picking.move_ids:
        units = move.product_uom_qty - (
            1 if in_part and move.product_uom_qty > 1 else 0
        )
        move.write({"quantity": units, "picked": True})
    _validate(picking)
    return {
        "delivery": picking.name,
        "order": picking.retail_sync_order_id.external_ref,
        "units": sum(picking.move_ids.mapped("quantity")),
        "tracking": picking.carrier_tracking_ref,
    }


def _validate(picking) -> None:
    done = picking.with_context(skip_backorder=True).button_validate()
    if done is not True or picking.state != "done":
        raise RuntimeError(f"{picking.name} was not validated: {done}")
