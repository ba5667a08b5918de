"""What the tests of tills share: a till at our shelf, sales rung up on it."""

import uuid

from odoo.addons.retail_sync_core.tests.stock_common import StockCase


class TillCase(StockCase):
    """A till that sells from the mapped shelf, run by a cashier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        if not cls.company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=cls.company, install_demo=False
            )
        # the point of sale refuses to be run by the superuser
        cls.cashier = cls.env["res.users"].create(
            {
                "name": "Cashier",
                "login": "retail-sync-cashier",
                "group_ids": [
                    (4, cls.env.ref(name).id)
                    for name in (
                        "base.group_user",
                        "point_of_sale.group_pos_manager",
                        "account.group_account_invoice",
                    )
                ],
            }
        )
        cls.till = cls.make_till("Counter", cls.warehouse)

    @classmethod
    def make_till(cls, name, warehouse):
        """Make a till that sells from ``warehouse`` against cash."""
        journal = cls.env["account.journal"].create(
            {"name": name, "code": f"T{name[:4].upper()}", "type": "cash"}
        )
        cash = cls.env["pos.payment.method"].create(
            {"name": f"Cash {name}", "journal_id": journal.id}
        )
        return cls.env["pos.config"].create(
            {
                "name": name,
                "picking_type_id": warehouse.pos_type_id.id,
                "payment_method_ids": [(6, 0, cash.ids)],
            }
        )

    def open_till(self, *, books, till=None):
        """Open a session that books ``"real"`` time or at ``"closing"``."""
        self.company.point_of_sale_update_stock_quantities = books
        till = (till or self.till).with_user(self.cashier)
        till.open_ui()
        till.current_session_id.set_opening_control(0, "")
        return till.current_session_id

    def ring_up(self, session, *sold, state="paid", uid=None, **values):
        """Send one till order as the till does; ``sold``: (product, units)."""
        lines = [self._line(product, units) for product, units in sold]
        total = sum(line["price_subtotal"] for line in lines)
        paid = total if state == "paid" else 0.0
        order = {
            "uuid": uid or str(uuid.uuid4()),
            "name": "Till order",
            "session_id": session.id,
            "user_id": self.cashier.id,
            "company_id": self.company.id,
            "date_order": "2026-11-23 10:00:00",
            "sequence_number": 1,
            "amount_tax": 0,
            "amount_total": total,
            "amount_paid": paid,
            "amount_return": 0,
            "state": state,
            "to_invoice": False,
            "last_order_preparation_change": "{}",
            "partner_id": False,
            "pricelist_id": False,
            "fiscal_position_id": False,
            "lines": [[0, 0, line] for line in lines],
            "payment_ids": self._payments(session, paid),
            **values,
        }
        self.env["pos.order"].with_user(self.cashier).sync_from_ui([order])
        self.env.flush_all()
        return self.env["pos.order"].search([("uuid", "=", order["uuid"])])

    def _line(self, product, units):
        return {
            "uuid": str(uuid.uuid4()),
            "product_id": product.id,
            "qty": units,
            "price_unit": 10.0,
            "discount": 0,
            "price_subtotal": 10.0 * units,
            "price_subtotal_incl": 10.0 * units,
            "tax_ids": [[6, 0, []]],
            "pack_lot_ids": [],
        }

    def _payments(self, session, paid):
        if not paid:
            return []
        payment = {
            "uuid": str(uuid.uuid4()),
            "amount": paid,
            "name": "2026-11-23 10:00:00",
            "payment_method_id": session.config_id.payment_method_ids[0].id,
        }
        return [[0, 0, payment]]

    def close_till(self, session):
        """Count the drawer and close the session, as the till's screen does."""
        cash = session.cash_register_balance_end
        session.post_closing_cash_details(cash)
        done = session.close_session_from_ui()
        self.assertTrue(done["successful"], done)
        self.env.flush_all()

    def told(self, product):
        """Return what the shelf of the channel shows after all work is done."""
        self.push()
        return self.shelf.get(("L1", f"item-{product.default_code}"))
