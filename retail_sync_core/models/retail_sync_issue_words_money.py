from datetime import date, timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class RetailSyncIssue(models.Model):
    """What keeps money from being booked, and the one thing to press."""

    _inherit = "retail.sync.issue"

    def _words_of_orders(self):
        return {
            **super()._words_of_orders(),
            "closed_period": (
                self.env._("Books are closed until %(value)s"),
                self.env._(
                    "Documents for %(field)s belong to a closed period; nothing was"
                    " posted."
                ),
                self.env._(
                    "Book what waits on the first open day, or open the period and try"
                    " again."
                ),
            ),
            "other_currency": (
                self.env._("Orders are told in %(value)s now"),
                self.env._("They were imported in %(ours)s: nothing was changed."),
                self.env._(
                    "Set the currency of orders back on the channel, then try again."
                ),
            ),
            "no_rate": (
                self.env._("Currency %(value)s has no rate"),
                self.env._(
                    "Without one, 1 %(value)s would be booked as 1 %(ours)s: nothing"
                    " was posted."
                ),
                self.env._("Enter a rate; all that waits goes on by itself."),
            ),
            "not_booked": (
                self.env._("The money of %(value)s is not booked"),
                self.env._("Odoo refused a payment or an invoice of %(value)s."),
                self.env._("Mend the cause, then try again."),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), "no_rate": self.env._("Enter the rate")}

    def _named(self):
        """Say a day as the reader writes it."""
        named = super()._named()
        if self.kind != "closed_period":
            return named
        return self.env["retail.sync.words"]._say_fact(named)

    @api.depends("params")
    def _compute_mend_label(self):
        """Name the day on the button."""
        result = super()._compute_mend_label()
        for issue in self.filtered(lambda one: one.kind == "closed_period"):
            day = issue.sudo()._first_open_day()
            issue.mend_label = self.env._("Book on %s", format_date(self.env, day))
        return result

    def _mend_closed_period(self):
        """Show what would be booked, and on which day."""
        self.ensure_one()
        self._check_may_book()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_book_closed_action"
        )
        # made here: what is read-only on the screen is not saved from there
        dialog = self.env[action["res_model"]].create(
            {
                "issue_id": self.id,
                "day": self._first_open_day(),
                "order_ids": [(6, 0, self._waiting_orders().ids)],
            }
        )
        action["res_id"] = dialog.id
        return action

    def _mend_no_rate(self):
        """Open the currency with its rates."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", self.value)], limit=1)
        return currency.get_formview_action() if currency else self.action_open_record()

    def _check_may_book(self):
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_operator"):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("write")

    def _waiting_orders(self):
        """Return the orders whose documents wait for this."""
        jobs = self.env["retail.sync.job"].sudo()
        waiting = jobs.search([("issue_id", "=", self.id), ("state", "=", "parked")])
        orders = self.env["retail.sync.order"].sudo()
        for job in waiting:
            orders |= orders._find_waiting_with(job)
        return orders

    def _documents_that_wait(self, orders):
        """Return what of ``orders`` belongs to the closed period, a sentence each."""
        return [
            words
            for order in orders.sudo()
            for words in order._documents_to_book(self._locks_of)
        ]

    def _book_on(self, day, orders):
        """Book what waits of ``orders`` on ``day``; written down who said so.

        What is not among them asks anew.
        """
        self.ensure_one()
        self._check_may_book()
        orders = orders.sudo() & self._waiting_orders()
        orders.booking_day = day
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            "period.first_open_day",
            {"day": str(day), "orders": len(orders)},
        )
        self._close(self.env._("Booked on %s.", day))

    def _first_open_day(self):
        """Return the first day after all locks that concern these documents."""
        day = date.fromisoformat((self.params or {}).get("until") or self.value)
        while locks := self._locks_of(day):
            day = max(locks[-1][0], day) + timedelta(days=1)
        return day

    def _locks_of(self, day):
        """Return the locks of ``day`` for the user who will book.

        Odoo lets single persons off a lock: what holds for the reader says nothing.
        """
        journal, has_tax = self._closed_journal()
        channel = self.channel_id.sudo()
        who = channel.user_id or SUPERUSER_ID
        company = channel.company_id.with_user(who).sudo()
        return company._get_violated_lock_dates(day, has_tax, journal)

    def _closed_journal(self):
        """Return (journal, whether taxes are concerned) of what waits."""
        params = self.params or {}
        journals = self.env["account.journal"].sudo()
        journal = journals.browse(params.get("journal_id") or []).exists()
        return journal, params.get("has_tax")
