from odoo import api, fields, models

from ..domain import documents as doc


class RetailSyncOrderRefund(models.Model):
    """A refund in a person's words: what goes back for what, which way, and why not."""

    _inherit = "retail.sync.order.refund"

    goods = fields.Char(compute="_compute_words")
    back = fields.Char(string="For", compute="_compute_words")
    ways = fields.Char(string="To", compute="_compute_words")
    why = fields.Char(string="Why it waits", compute="_compute_why")
    is_told = fields.Boolean(
        string="Told by the channel",
        compute="_compute_is_told",
        help="The order was read with it: the books follow.",
    )

    @api.depends("order_id.external_ref", "amount", "currency_id")
    def _compute_display_name(self):
        for refund in self:
            name = refund.order_id.display_name
            refund.display_name = f"{name}: {refund._sum_words()}"

    @api.depends("document", "effect_id")
    @api.depends_context("lang")
    def _compute_words(self):
        for refund in self:
            document = refund._get_document()
            refund.goods = refund._goods_words(document) or False
            refund.back = refund._back_words(document)
            refund.ways = refund._ways_words(document)

    def _goods_words(self, document):
        lines = {line.external_id: line for line in self.order_id.line_ids}
        places = {
            place.external_id: place.name for place in self.channel_id.location_ids
        }
        said = []
        for one in document.lines:
            line = lines.get(one.line_id)
            facts = {
                "units": f"{float(one.units):g}",
                "what": (line and (line.title or line.sku)) or one.line_id,
                "place": places.get(one.location_id, ""),
            }
            said.append(self._units_words(one, facts))
        return "; ".join(said)

    def _units_words(self, line, facts):
        if line.how == doc.NEVER_LEFT:
            return self.env._("%(units)s × %(what)s, never left", **facts)
        if line.how == doc.PUT_BACK:
            return self.env._("%(units)s × %(what)s, put back at %(place)s", **facts)
        if line.location_id:
            return self.env._(
                "%(units)s × %(what)s, came back to %(place)s, not to be sold", **facts
            )
        return self.env._("%(units)s × %(what)s, stays with the customer", **facts)

    def _back_words(self, document):
        kinds = dict(
            self.env["retail.sync.order.refund.ask.part"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return ", ".join(
            f"{kinds[one.kind]} {self.currency_id.format(float(one.amount))}"
            for one in document.back
            if one.amount
        )

    def _ways_words(self, document):
        rows = {row.external_id: row for row in self.order_id.payment_ids}
        said = []
        for one in document.tenders:
            row = rows.get(one.payment_id)
            name = (row and row.method) or one.payment_id
            if one.amount:
                said.append(f"{name} {self.currency_id.format(float(one.amount))}")
        return ", ".join(said)

    @api.depends("waits")
    @api.depends_context("lang")
    def _compute_why(self):
        for refund in self:
            refund.why = refund._why_words() or False

    def _why_words(self):
        return " ".join(self._why_sentence(row) for row in self.waits or [])

    def _why_sentence(self, row):
        match row["code"]:
            case "limit":
                return self.env._(
                    "With what was asked for before it comes to %(total)s, and the"
                    " limit without an approver is %(limit)s.",
                    **row,
                )
            case "paid":
                return self.env._(
                    "Of what was paid only %(most)s are still here.", **row
                )
            case _:
                return self.env._(
                    "Refunded before, or not there anymore: %(units)s.", **row
                )

    @api.depends("external_id", "order_id.refunds_there")
    def _compute_is_told(self):
        for refund in self:
            told = refund.order_id.refunds_there or []
            refund.is_told = bool(refund.external_id in told)


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            "refund_waits": (
                self.env._("A refund of %(value)s waits for an approver"),
                self.env._("%(user)s asked to give %(amount)s back. %(why)s"),
                self.env._("A manager who did not ask for it approves or declines it."),
            ),
            "refund_refused": (
                self.env._("The refund of %(value)s was refused"),
                self.env._(
                    "The channel was asked to give %(amount)s back and refused:"
                    " %(answer)s"
                ),
                self.env._(
                    "Look at the order over there; ask for the refund again, or close"
                    " this."
                ),
            ),
        }
