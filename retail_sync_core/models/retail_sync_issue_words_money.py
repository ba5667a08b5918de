from datetime import date, timedelta

from odoo import models
from odoo.exceptions import AccessError


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
            "not_booked": (
                self.env._("The money of %(value)s is not booked"),
                self.env._("Odoo refused a payment or an invoice of %(value)s."),
                self.env._("Mend the cause, then try again."),
            ),
        }

    def _mend_labels(self):
        return {
            **super()._mend_labels(),
            "closed_period": self.env._("Book on the first open day"),
        }

    def _mend_closed_period(self):
        """Book what waits on the first day that is open now; written down who said so.

        Only what waits at this moment: what comes later asks anew.
        """
        self.ensure_one()
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_operator"):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("write")
        issue_sudo = self.sudo()
        day = issue_sudo._first_open_day()
        jobs = self.env["retail.sync.job"].sudo()
        waiting = jobs.search([("issue_id", "=", self.id), ("state", "=", "parked")])
        orders = self.env["retail.sync.order"].sudo()
        for job in waiting:
            orders |= orders._find_waiting_with(job)
        orders.booking_day = day
        self.env["retail.sync.audit"]._record(
            self.channel_id,
            self,
            "period.first_open_day",
            {"day": str(day), "orders": len(orders)},
        )
        self._close(self.env._("Booked on %s.", day))
        return True

    def _first_open_day(self):
        """Return the first day after all locks that concern these documents."""
        params = self.params or {}
        journal = self.env["account.journal"].browse(params["journal_id"]).exists()
        day = date.fromisoformat(params["until"])
        company = self.channel_id.company_id
        while locks := company._get_violated_lock_dates(
            day, params.get("has_tax"), journal
        ):
            day = max(locks[-1][0], day) + timedelta(days=1)
        return day
