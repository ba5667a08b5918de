import re

from odoo import fields, models
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import escape_psql

DIGITS_AT_LEAST = 6
LETTERS_AT_LEAST = 3
AT_MOST = 1000


class RetailSyncOrder(models.Model):
    """Find an order by whatever a buyer reads out or writes."""

    _inherit = "retail.sync.order"

    anything = fields.Char(
        string="Number, e-mail, phone, name or parcel",
        store=False,
        search="_search_anything",
    )
    buyer_id = fields.Many2one(related="order_id.partner_id", string="Buyer")

    # an order that others shipped is found by its parcels, too
    _shipments_idx = models.Index("USING gin (shipments jsonb_path_ops)")

    def _search_anything(self, operator, value):
        if operator not in ("ilike", "=") or not isinstance(value, str):
            return NotImplemented
        return [("id", "in", self._find(" ".join(value.split())))]

    def _find(self, text):
        """Return the ids of the orders that ``text`` names.

        What names an order exactly goes first: where a number of the shop is one, no
        order that merely has it in its buyer's name is shown as well.

        :param text: an order's number here or there, its delivery's, invoice's or
            parcel's, the buyer's e-mail address, phone number or name
        """
        if not re.search(r"\w", text):  # "/" is the name of every draft
            return []
        for find in (
            self._find_by_code,
            self._find_by_number,
            self._find_by_parcel,
            self._find_by_email,
            self._find_by_phone,
            self._find_by_part,
        ):
            if found := find(text):
                return found.ids
        return []

    def _find_by_code(self, text):
        """Return the order whose slip, or own page, was scanned."""
        found = re.search(r"/retail_sync/delivery/(\d+)\b", text)
        if found:
            pickings = self.env["stock.picking"].sudo().browse(int(found[1])).exists()
            return self.search([("order_id", "in", pickings.sale_id.ids)])
        found = re.search(r"/retail-sync-orders/(\d+)\b", text)
        return self.search([("id", "=", int(found[1]))]) if found else self.browse()

    def _find_by_number(self, text):
        bare = text.lstrip("#")
        names = list({text, bare, f"#{bare}"})
        sales = self._sales_named(list({text, text.upper()}))
        return self.search(
            [
                "|",
                "|",
                "|",
                ("external_ref", "in", names),
                ("external_id", "=", text),
                ("po_number", "=", text),
                ("order_id", "in", sales.ids),
            ],
            limit=AT_MOST,
        )

    def _sales_named(self, names):
        """Return the sales orders with one of these numbers on any of their papers."""
        # whoever answers buyers need not see the books
        sales = self.env["sale.order"].sudo().search([("name", "in", names)])
        named = [("name", "in", names)]
        sales |= self.env["stock.picking"].sudo().search(named).sale_id
        moves = self.env["account.move"].sudo().search(named)
        return sales | moves.line_ids.sale_line_ids.order_id

    def _find_by_parcel(self, text):
        pickings = self.env["stock.picking"].sudo()._retail_sync_with_parcel(text)
        self.flush_model(["shipments"])
        # ORM: no operator asks what a list holds
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM retail_sync_order
                    WHERE shipments @> jsonb_build_array(jsonb_build_object(
                          'tracking', jsonb_build_array(jsonb_build_array(%s))))
                    LIMIT %s""",
                text,
                AT_MOST,
            )
        )
        ids = [row[0] for row in rows]
        return self.search(
            ["|", ("id", "in", ids), ("order_id", "in", pickings.sale_id.ids)]
        )

    def _find_by_email(self, text):
        address = email_normalize(text)
        if not address:
            return self.browse()
        partners = self._partners([("email_normalized", "=", address)])
        return self._of_partners(partners)

    def _find_by_phone(self, text):
        if re.search(r"[^\d\s()+./-]", text):
            return self.browse()
        digits = re.sub(r"\D", "", text)
        if len(digits) < DIGITS_AT_LEAST:
            return self.browse()
        return self._of_partners(
            self.env["res.partner"]._retail_sync_with_phone(digits)
        )

    def _find_by_part(self, text):
        if len(text) < LETTERS_AT_LEAST:
            return self.browse()
        if text.lstrip("#").isdigit() and (found := self._find_by_beginning(text)):
            return found
        partners = self._partners([("name", "ilike", text)])
        return self._of_partners(partners) or self._find_by_beginning(text)

    def _find_by_beginning(self, text):
        """Return the orders whose number there begins with ``text``."""
        bare = escape_psql(text.lstrip("#"))
        return self.search(
            [
                "|",
                ("external_ref", "=like", f"{bare}%"),
                ("external_ref", "=like", f"#{bare}%"),
            ],
            limit=AT_MOST,
        )

    def _partners(self, domain):
        """Return whom ``domain`` finds; of very many, those who came last."""
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        return Partner.search(domain, order="id desc", limit=AT_MOST)

    def _of_partners(self, partners):
        """Return what these people bought, receive or pay for."""
        if not partners:
            return self.browse()
        sales = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    "|",
                    "|",
                    ("partner_id", "in", partners.ids),
                    ("partner_shipping_id", "in", partners.ids),
                    ("partner_invoice_id", "in", partners.ids),
                ]
            )
        )
        return self.search([("order_id", "in", sales.ids)], limit=AT_MOST)
