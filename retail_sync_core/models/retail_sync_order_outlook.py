from odoo import api, fields, models

from .retail_sync_importer_order_past import number_of

OUTLOOKS = [
    ("open", "Imported, to be shipped"),
    ("hold", "Imported, on hold"),
    ("delivered", "Imported as delivered"),
    ("waiting", "Needs a person first"),
    ("left_out", "Left out"),
]
# what no other date and no other policy would change
FINAL = ("test", "cancelled_before", "empty")


class RetailSyncOrder(models.Model):
    """What would become of an order that was only looked at, were its channel live."""

    _inherit = "retail.sync.order"

    left_out_code = fields.Char(
        string="Code of leaving out",
        readonly=True,
        help="Why it was left out: the code of a step.",
    )
    had_left = fields.Boolean(
        string="Shipped already",
        readonly=True,
        help="All of it had left when it was looked at.",
    )
    needs_lots = fields.Boolean(
        string="Needs lots",
        readonly=True,
        help="It had left, and nobody knows which lots.",
    )
    outlook = fields.Selection(
        OUTLOOKS, string="What would become of it", compute="_compute_outlook"
    )
    outlook_note = fields.Char(string="Why it becomes that", compute="_compute_outlook")

    # not stored: the channel's date and policies are tried out
    @api.depends_context("lang")
    def _compute_outlook(self):
        for order in self:
            channel = order.channel_id
            outlook, reason = order._foresee(
                channel.import_since,
                channel.import_from_number,
                channel.shipped_policy,
            )
            note = order._say_outlook(outlook, reason)
            hold = outlook == "open" and order._hold_cause()
            if hold:
                outlook, note = "hold", order._hold_sentence(hold)
            order.outlook = outlook
            order.outlook_note = note

    def _foresee(self, since, first_number, shipped_policy):
        """Return what would become of an order that is not here, and why.

        :param since: orders placed before are left out; False: none
        :param first_number: orders with a lower number are left out; 0: none
        :return: (one of ``OUTLOOKS`` besides hold, the code of a step or "")
        """
        if self.state == "waiting":
            return "waiting", ""
        final = self._final_reason()
        if final is not None:
            return "left_out", final
        if since and self.placed_at and self.placed_at < since:
            return "left_out", "too_old"
        if first_number and 0 < number_of(self.external_ref) < first_number:
            return "left_out", "too_low"
        if not self.had_left:
            return "open", ""
        if shipped_policy == "skip":
            return "left_out", "shipped_before"
        return ("left_out", "needs_lots") if self.needs_lots else ("delivered", "")

    def _final_reason(self):
        """Return the code of why it is left out whatever is chosen, or None."""
        if self.state == "cancelled":
            return "cancelled_before"
        if self.left_out_code in FINAL:
            return self.left_out_code
        # left out before there was a field that keeps why
        return "" if self.state == "ignored" and not self.left_out_code else None

    def _say_outlook(self, outlook, reason):
        """Return in words why that would become of the order, or nothing."""
        if outlook == "waiting":
            return self.waiting_for or self.env._("It is being read.")
        if outlook == "delivered":
            return self.env._("It had left before: no stock of yours moves.")
        if outlook == "open":
            return self._say_quotation()
        if reason == "needs_lots":
            return self.env._("It had left, and nobody knows which lots were taken.")
        sentences = self.env["retail.sync.order.step"]._sentences()
        return sentences.get(reason, ("", ""))[1]

    def _say_quotation(self):
        """Return why an order that would be imported stays a quotation, or nothing."""
        policy = self.channel_id.order_policy
        if policy == "quotation":
            return self.env._("As a quotation, as the channel's policy says.")
        if policy == "paid" and not self._has_paid_enough():
            return self.env._("As a quotation until it is paid.")
        return False

    @api.model
    def _count_outlooks(self, channel, since, first_number, shipped_policy):
        """Return {outlook: number of orders} of what was read and is not here."""
        orders = self.search_fetch(
            [
                ("channel_id", "=", channel.id),
                ("order_id", "=", False),
                ("is_history", "=", False),
            ],
            [
                "state",
                "left_out_code",
                "placed_at",
                "external_ref",
                "had_left",
                "needs_lots",
            ],
        )
        counts = dict.fromkeys(("open", "delivered", "waiting", "left_out"), 0)
        for order in orders:
            counts[order._foresee(since, first_number, shipped_policy)[0]] += 1
        return counts
