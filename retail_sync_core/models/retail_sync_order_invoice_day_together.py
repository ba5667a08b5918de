from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..domain import errors
from .retail_sync_order_payment import MONEY_IN


class Undo(Exception):
    """Takes a trial back."""


class RetailSyncOrder(models.Model):
    """How the receipts of one day become one invoice, each to the cent."""

    _inherit = "retail.sync.order"

    def _due_for_day(self):
        """Return those that still have to be invoiced by day; others wait no longer."""
        due = self.browse(
            [one.id for one in self if one._goes_by_day() and one._units_to_invoice()]
        )
        gone = self - due
        gone.receipt_day = False
        gone._settle_soon()
        return due

    def _invoice_day_together(self, channel, day, currency):
        """Make, post and match one invoice of ``day`` for these receipts.

        A receipt that Odoo refuses is left out; it harms no other.

        :return: the receipts that are invoiced
        :raises DataError: the period is closed, or none could be invoiced
        """
        orders = self
        try:
            with self.env.cr.savepoint():
                self._post_day(channel, day, currency)
        except (errors.DataError, UserError) as exc:
            if getattr(exc, "kind", "") == "closed_period":
                raise
            orders = self - self._refused(channel, day, exc)
            orders._post_day(channel, day, currency)
        return orders

    def _post_day(self, channel, day, currency):
        journal = self._day_journal(channel, currency)
        on = self._open_day_of(day, journal)
        row = self.env["retail.sync.day"].sudo()._next(channel, day, currency)
        move = self._make_day(channel, day, on, journal)
        row.move_id = move
        move.with_context(retail_sync_settling=True).action_post()
        if move.date != on:
            raise self[:1]._closed(on, journal, has_tax=True)
        self._check_day(move)
        row.write({"receipt_count": len(self), "amount_total": move.amount_total})
        self.receipt_day = False
        self._note_day(move)
        self._match_day(move)

    def _open_day_of(self, day, journal):
        """Return ``day``, or what a person chose for it when its period is closed.

        :raises DataError: when it is closed and nobody has chosen yet
        """
        has_tax = bool(self.sudo().order_id.order_line.tax_ids)
        chosen = self.filtered("booking_day").sorted("booking_day")[-1:] or self[:1]
        return chosen._open_day(day, journal, has_tax)

    def _day_journal(self, channel, currency):
        """Return the channel's journal, or the one Odoo would take."""
        if channel.invoice_journal_id:
            return channel.invoice_journal_id
        moves = self.env["account.move"].sudo().with_company(channel.company_id)
        return moves.new(
            {"move_type": "out_invoice", "currency_id": currency.id}
        ).journal_id

    def _make_day(self, channel, day, on, journal):
        """Return the draft invoice of these receipts.

        :param on: the date of the invoice, usually ``day``
        """
        sale = self[:1].order_id.with_company(channel.company_id)
        sale = sale.with_context(tracking_disable=True)
        partner = self._day_partner()
        title = self.env._(
            "Till receipts of %(channel)s, %(day)s",
            channel=channel.name,
            day=format_date(self.env, day),
        )
        lines = [values for order in self for values in order._prepare_day_lines()]
        values = {
            **sale._prepare_invoice(),
            "partner_id": partner.id,
            "partner_shipping_id": partner.id,
            "journal_id": journal.id,
            "invoice_date": on,
            "date": on,
            "invoice_date_due": on,
            "ref": title,
            "invoice_origin": title,
            "invoice_payment_term_id": False,
            "invoice_user_id": False,
            "user_id": False,
            "narration": False,
            "payment_reference": False,
            "transaction_ids": [],
            "invoice_line_ids": [
                Command.create({**line, "sequence": number})
                for number, line in enumerate(lines)
            ],
        }
        for name in ("campaign_id", "medium_id", "source_id"):
            values[name] = False
        return sale._create_account_invoices([values], final=False)

    def _prepare_day_lines(self):
        """Return the values of one receipt's lines, under a heading of its own."""
        units = self._units_to_invoice()
        sale = self.order_id.with_context(retail_sync_units=units)
        lines = sale.order_line.filtered(lambda line: line.id in units)
        return [
            {"display_type": "line_section", "name": self._day_heading()},
            *(
                {**values, "retail_sync_receipt_id": self.id}
                for line in lines
                for values in line._prepare_invoice_lines_vals_list()
            ),
        ]

    def _day_heading(self):
        return self.env._("Receipt %s", self.display_name)

    def _check_day(self, move):
        """Refuse an invoice of which a receipt, the total or a tax is not exact.

        :raises DataError: nothing may be posted
        """
        groups = move.invoice_line_ids.grouped("retail_sync_receipt_id")
        total, taxes = 0.0, {}
        for order in self:
            part, of_taxes = order._parts_of_lines(groups[order])
            total += part
            for tax_id, amount in of_taxes.items():
                taxes[tax_id] = taxes.get(tax_id, 0.0) + amount
            if len(order._invoices()) > 1:
                order._check_invoiced()
            elif len(groups[order]) == len(order._countable_lines()):
                order._check_part(part, order.order_id.amount_total)
        self[:1]._check_part(move.amount_total, total)
        for line_tax, lines in move.line_ids.grouped("tax_line_id").items():
            if line_tax.id in taxes:
                booked = -sum(lines.mapped("amount_currency"))
                self[:1]._check_part(booked, taxes[line_tax.id])

    def _countable_lines(self):
        return self.order_id.order_line.filtered(lambda line: not line.display_type)

    def _check_part(self, ours, theirs):
        if not self.order_id.currency_id.compare_amounts(ours, theirs):
            return
        raise self._not_the_amount(ours, theirs)

    def _note_day(self, move):
        """Say on each receipt's timeline which invoice it is on."""
        with self.env["retail.sync.order.step"]._gather() as steps:
            for order in self.with_env(steps.env):
                order._note_about(move, "invoiced", name=move.name)

    # who paid what of it
    def _match_day(self, move):
        """Match each receipt with its own payments, all of them at once.

        Those that were invoiced or credited before are looked at one by one later.
        """
        Item = self.env["account.move.line"]
        odd = self.filtered(lambda order: len(order._invoices()) > 1)
        odd._settle_soon()
        receipts = self - odd
        owed = self._open_items(move).grouped("retail_sync_receipt_id")
        money = receipts.payment_ids.payment_id.move_id
        money = self._open_items(money.filtered(lambda one: one.state == "posted"))
        money = money.grouped("move_id")
        plan = []
        for order in receipts:
            came, left = Item, Item
            for row in order.payment_ids:
                items = money.get(row.payment_id.move_id, Item)
                if row.kind in (*MONEY_IN, "change"):
                    came |= items
                elif row.kind == "refund":
                    left |= items
            mine = owed.get(order, Item)
            for account in (mine | came).account_id:
                of = {
                    name: items.filtered(lambda one, a=account: one.account_id == a)
                    for name, items in (("m", mine), ("c", came), ("l", left))
                }
                if of["m"] and of["c"]:
                    inner = of["m"] | of["c"]
                    plan.append([inner, of["l"]] if of["l"] else inner)
        if plan:
            Item._reconcile_plan(plan)

    # one that Odoo refuses
    def _refused(self, channel, day, cause):
        """Return the receipts that spoil the invoice; they go on waiting for it.

        :raises DataError: none of them can be invoiced, or all can but together
        """
        refused = self._find_refused(channel, day)
        if not refused or len(refused) == len(self):
            texts = {**refused} or {self[:1]: str(cause)}
            raise errors.DataError(
                str(cause),
                kind="not_booked",
                field=self.env._("Order"),
                value=", ".join(order.display_name for order in texts),
                params={"message": " ".join(dict.fromkeys(texts.values()))},
            )
        return self.browse([order.id for order in refused])

    def _find_refused(self, channel, day):
        """Return {order: why} of those that cannot be invoiced, tried by halves."""
        currency = self.order_id.currency_id[:1]
        try:
            with self.env.cr.savepoint():
                journal = self._day_journal(channel, currency)
                self._check_day(self._make_day(channel, day, day, journal))
                raise Undo
        except Undo:
            return {}
        except (errors.DataError, UserError) as exc:
            if len(self) == 1:
                params = getattr(exc, "params", None) or {}
                return {self: params.get("message") or str(exc)}
        half = len(self) // 2
        return {
            **self[:half]._find_refused(channel, day),
            **self[half:]._find_refused(channel, day),
        }
