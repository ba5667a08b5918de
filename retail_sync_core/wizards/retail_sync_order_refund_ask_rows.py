from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import documents as doc


class RetailSyncOrderRefundAskLine(models.TransientModel):
    """Units of a line that may be refunded."""

    _name = "retail.sync.order.refund.ask.line"
    _description = "Units to Refund"
    _order = "id"

    dialog_id = fields.Many2one(
        "retail.sync.order.refund.ask", required=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        "retail.sync.order.line", string="Line", required=True, readonly=True
    )
    sku = fields.Char(related="order_line_id.sku")
    title = fields.Char(related="order_line_id.title")
    has_left = fields.Boolean(string="Has left", readonly=True)
    most = fields.Float(string="Of", readonly=True)
    units = fields.Float()
    is_here = fields.Boolean(string="Here")
    back = fields.Selection(
        [
            ("kept", "Stays with the customer"),
            ("put_back", "Came back, to be sold again"),
            ("check", "Came back, to be looked at"),
            ("lost", "Came back, not to be sold"),
        ],
        string="The goods",
        default="kept",
        required=True,
    )
    how = fields.Char(string="Where they are", compute="_compute_how")

    @api.depends("has_left")
    @api.depends_context("lang")
    def _compute_how(self):
        for row in self:
            left = self.env._("left") if row.most else self.env._("refunded already")
            row.how = left if row.has_left else self.env._("not shipped yet")

    @api.onchange("is_here")
    def _onchange_is_here(self):
        """A tick takes all that can come back; fewer may be entered."""
        self.units = self.most if self.is_here else 0.0

    def _check_units(self):
        for row in self:
            line = row.order_line_id
            if not 0 <= row.units <= line.quantity or row.units != int(row.units):
                raise UserError(
                    self.env._(
                        "%(what)s: enter whole units from 0 to %(most)g.",
                        what=line.title or line.sku,
                        most=line.quantity,
                    )
                )

    def _as_document(self):
        """Return what is refunded, as ``RefundLine``s."""
        return tuple(
            doc.RefundLine(
                line_id=row.order_line_id.external_id,
                units=Decimal(f"{row.units:g}"),
                how=row._how(),
                location_id=row._place() if row.has_left else "",
            )
            for row in self
            if row.units > 0
        )

    def _how(self):
        if not self.has_left:
            return doc.NEVER_LEFT
        return doc.PUT_BACK if self.back == "put_back" else doc.KEPT

    def _place(self):
        """Return the channel's id of the place they came back to."""
        came = self.back != "kept"
        return (self.dialog_id.place_id.external_id or "") if came else ""


class RetailSyncOrderRefundAskPart(models.TransientModel):
    """Money that goes back for one kind of thing."""

    _name = "retail.sync.order.refund.ask.part"
    _description = "What a Refund Is For"
    _order = "id"

    dialog_id = fields.Many2one(
        "retail.sync.order.refund.ask", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="dialog_id.currency_id")
    kind = fields.Selection(
        [
            ("goods", "Goods"),
            ("shipping", "Shipping"),
            ("duty", "Duties"),
            ("tip", "Tip"),
            ("fee", "Fees"),
            ("goodwill", "Goodwill"),
        ],
        string="For",
        required=True,
        readonly=True,
    )
    most = fields.Monetary(string="At most", readonly=True)
    suggested = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Goes back")

    def _changed(self):
        """Return the rows whose amount a person has changed."""
        return self.filtered(
            lambda row: row.currency_id.compare_amounts(row.amount, row.suggested)
        )

    def _check_amounts(self):
        """Refuse more than a thing has cost; goodwill has no such end."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            currency = row.currency_id
            over = currency.compare_amounts(row.amount, row.most) > 0
            if row.amount < 0 or (over and row.kind != "goodwill"):
                raise UserError(
                    self.env._(
                        "%(what)s: enter an amount from 0 to %(most)s.",
                        what=labels[row.kind],
                        most=currency.format(row.most),
                    )
                )


class RetailSyncOrderRefundAskTender(models.TransientModel):
    """Money that goes back to one payment."""

    _name = "retail.sync.order.refund.ask.tender"
    _description = "What a Refund Goes Back To"
    _order = "id"

    dialog_id = fields.Many2one(
        "retail.sync.order.refund.ask", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="dialog_id.currency_id")
    payment_id = fields.Many2one(
        "retail.sync.order.payment", string="Paid by", required=True, readonly=True
    )
    most = fields.Monetary(string="At most", readonly=True)
    suggested = fields.Monetary(readonly=True)
    shared = fields.Monetary(string="Shared out", readonly=True)
    amount = fields.Monetary(string="Goes back")

    def _changed(self):
        """Return the rows whose amount a person has changed."""
        return self.filtered(
            lambda row: row.currency_id.compare_amounts(row.amount, row.shared)
        )
