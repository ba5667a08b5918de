from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.units import KINDS, LEAST, units_by_line
from .retail_sync_effect import SETTLED

KIND = "units_differ"


class RetailSyncOrder(models.Model):
    """Do the channel's document, our ledger and our goods agree to the unit?

    A person asks for it; the answer comes with the newest version.
    """

    _inherit = "retail.sync.order"

    units_asked = fields.Boolean(string="Units to be compared", readonly=True)
    units_compared_at = fields.Datetime(string="Units compared", readonly=True)
    units_differences = fields.Json(string="Rows of the comparison", readonly=True)
    units_report = fields.Text(
        string="Differences of units", compute="_compute_units_report"
    )
    has_units_back = fields.Boolean(
        string="Units came back", compute="_compute_has_units_back"
    )

    @api.depends("units_differences")
    @api.depends_context("lang")
    def _compute_units_report(self):
        for order in self:
            order.units_report = "\n".join(order._units_sentences()) or False

    def _compute_has_units_back(self):
        for order in self:
            order.has_units_back = any(
                line.units_returned or line.units_quarantined or line.units_scrapped
                for line in order.line_ids
            )

    def action_compare_units(self):
        """Have the newest version fetched, and its units compared with ours."""
        self._check_operator()
        for order in self:
            if not order._gives_newest():
                raise UserError(
                    self.env._(
                        "%s gives no order by its number: compare with its own page.",
                        order.channel_id.name,
                    )
                )
            order.units_asked = True
            order._fetch_soon()
        return True

    def _compare_units(self, document):
        """Note how ``document``, the ledger and our own goods differ, where asked."""
        if not self.units_asked or self._is_newer_than(document):
            return
        rows = [
            row for line in self.line_ids for row in self._units_rows(line, document)
        ]
        self.write(
            {
                "units_asked": False,
                "units_compared_at": fields.Datetime.now(),
                "units_differences": rows,
            }
        )
        self._tell_units()

    def _tell_units(self):
        """Tell a person what differs; close it once it agrees."""
        issues = self.env["retail.sync.issue"].sudo()
        sentences = self._units_sentences()
        if not sentences:
            self._note("units_agree")
            issues._close_matching(self.channel_id, KIND, self.display_name)
            return
        self._note("units_differ", message=" ".join(sentences))
        params = {"message": " ".join(sentences)}
        issues._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params=params,
            record=self,
        )._renew(params)

    def _units_rows(self, line, document):
        """Return what differs of ``line``, each with the figures of both sides."""
        theirs = units_by_line(document).get(line.external_id)
        if not theirs:
            return []
        ours = line._units_there()
        pairs = {kind: (getattr(theirs, kind), getattr(ours, kind)) for kind in KINDS}
        if self._is_comparable(line):
            # what is expected back is on its way, as the channel says it is back
            expected = line.sale_line_id._retail_sync_awaited_there()
            here = line.units_with_customer - expected
            pairs["with_customer"] = (theirs.with_customer, here)
        rows = [
            {"rule": rule, "there": there, "here": here}
            for rule, (there, here) in pairs.items()
            if abs(there - here) > LEAST
        ]
        rows += [{"rule": rule} for rule in theirs.broken_rules()]
        return [{"line": line.title or line.sku or "", **row} for row in rows]

    def _is_comparable(self, line):
        """Return whether our own goods must be what the channel says by now."""
        sold = line.sale_line_id
        return (
            sold.product_id.type == "consu"
            and not self.is_history
            and all(effect.state in SETTLED for effect in self._effects())
        )

    def _units_sentences(self):
        """Return a sentence for each row of the comparison."""
        kinds = dict(
            self.env["retail.sync.order.delta"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        return [
            self._units_sentence(row, kinds) for row in self.units_differences or []
        ]

    def _units_sentence(self, row, kinds):
        if row["rule"] in kinds:
            return self.env._(
                "%(line)s, %(what)s: %(there)g there, %(here)g in our ledger.",
                line=row["line"],
                what=kinds[row["rule"]],
                there=row["there"],
                here=row["here"],
            )
        return self._units_rules()[row["rule"]] % row

    def _units_rules(self):
        """Return {rule: sentence} of what cannot be, or should not."""
        return {
            "more_left": self.env._(
                "%(line)s: more was shipped or canceled than ordered."
            ),
            "more_delivered": self.env._("%(line)s: more arrived than was shipped."),
            "more_returned": self.env._("%(line)s: more came back than was shipped."),
            "more_restocked": self.env._(
                "%(line)s: more was put back on the shelf than came back."
            ),
            "more_refunded": self.env._("%(line)s: more was refunded than ordered."),
            "with_customer": self.env._(
                "%(line)s: the customer has %(there)g as the channel says, %(here)g by"
                " our deliveries and receipts."
            ),
        }


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "units_agree": (
                "answered",
                self.env._("The units were compared with the channel: they agree."),
            ),
            "units_differ": (
                "stopped",
                self.env._("The units were compared with the channel: %(message)s"),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The units of %(value)s do not agree"),
                self.env._("Compared with the channel's newest version: %(message)s"),
                self.env._(
                    "Look which side is right. Make the delivery or the receipt that"
                    " is missing, here or there, then compare the units again."
                ),
            ),
        }
