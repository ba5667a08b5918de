from odoo import api, fields, models
from odoo.exceptions import UserError


class RetailSyncOrder(models.Model):
    """Amounts that do not add up: explained, and put right by a person."""

    _inherit = "retail.sync.order"

    tax_difference = fields.Monetary(
        string="Difference of taxes",
        readonly=True,
        help="The channel's tax less what our lines came to.",
    )
    explanation = fields.Text(string="What differs", compute="_compute_explanation")

    @api.depends("explanation_rows")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for order in self:
            order.explanation = "\n".join(order._explanation_lines())

    def _explanation_lines(self):
        """Return the difference line by line, in words: what differs comes first."""
        rows = [(*row, 0.0)[:4] for row in self.explanation_rows or []]
        lines, totals = rows[:-1], rows[-1:]
        differing = [row for row in lines if row[3]]
        equal = [row for row in lines if not row[3]]
        return [self._explanation_line(row) for row in (*differing, *equal, *totals)]

    def _explanation_line(self, row):
        *said, difference = row
        label, theirs, ours = map(self.env["retail.sync.words"]._say_fact, said)
        if theirs == ours:
            return self.env._(
                "%(label)s: %(theirs)s there and here", label=label, theirs=theirs
            )
        sentence = self.env._(
            "%(label)s: %(theirs)s there, %(ours)s here",
            label=label,
            theirs=theirs,
            ours=ours,
        )
        if not difference:
            return sentence
        amount = self.currency_id.format(difference)
        return self.env._(
            "%(sentence)s (difference %(amount)s)", sentence=sentence, amount=amount
        )

    # putting it right
    def action_correct(self):
        """Ask whether the difference is accepted, and why."""
        self.ensure_one()
        self._check_operator()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_order_correct_action"
        )
        action["context"] = {"default_order_id": self.id}
        return action

    def _accept_difference(self, kind, reason):
        """Take the channel's total: a line of ``kind`` carries what is missing.

        :param kind: one of the kinds of a line; it says what the difference was
        """
        self._check_operator()
        order = self.sudo()
        order._lock()
        if not order.does_not_add_up or not order.order_id:
            raise UserError(
                self.env._("The amounts of %s add up by now.", order.display_name)
            )
        if order.order_id.invoice_ids.filtered(lambda move: move.state != "cancel"):
            raise UserError(
                self.env._(
                    "%s is invoiced; correct the invoice instead.", order.display_name
                )
            )
        amount = order.currency_id.format(order.difference)
        order._add_correction(kind, reason)
        order._note(
            "corrected", user=self.env.user.display_name, amount=amount, reason=reason
        )
        self.env["retail.sync.audit"]._record(
            order.channel_id,
            order,
            "difference.accepted",
            {"kind": kind, "amount": order.difference, "tax": order.tax_difference},
        )
        facts = {"difference": 0.0, "does_not_add_up": False, "tax_difference": 0.0}
        order.write(facts)
        order._judge_hold()
        order._confirm_if_wanted()
        order._settle_soon()

    def _add_correction(self, kind, reason):
        """Add the line with what is missing; it is named by its reason."""
        if not self.difference:
            return
        sale = self.order_id
        product = self.channel_id._charge_product(kind)
        values = {
            "sequence": 9998,
            "retail_sync_external_id": f"correction/{len(sale.order_line)}",
            "retail_sync_kind": "correction",
            "product_id": product.id,
            "name": f"{product.display_name}\n{reason}",
            "product_uom_qty": 1.0,
            "price_unit": self.difference,
            "technical_price_unit": -1.0,
            "discount": 0.0,
            "tax_ids": [(5, 0, 0)],
        }
        was_locked = sale.locked
        if was_locked:
            sale.action_unlock()
        sale.write({"order_line": [(0, 0, values)]})
        if was_locked:
            sale.action_lock()
