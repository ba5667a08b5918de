from odoo import api, fields, models

SHOWN = 20


class RetailSyncBookClosed(models.TransientModel):
    """Look once more at what is booked on another day than its own, and on which.

    It is made when the button is pressed (`_mend_closed_period`) and stays as it was:
    only what the person sees is booked, and on that day.
    """

    _name = "retail.sync.book.closed"
    _description = "Book on the First Open Day"

    issue_id = fields.Many2one("retail.sync.issue", required=True, readonly=True)
    order_ids = fields.Many2many(
        "retail.sync.order", string="Orders that wait", readonly=True
    )
    day = fields.Date(string="Booked on", required=True, readonly=True)
    documents = fields.Text(string="What is booked", compute="_compute_documents")

    @api.depends("issue_id", "order_ids")
    def _compute_documents(self):
        for wizard in self:
            told = wizard.issue_id._documents_that_wait(wizard.order_ids)
            more = len(told) - SHOWN
            if more > 0:
                told = [*told[:SHOWN], self.env._("… and %s more", more)]
            wizard.documents = "\n".join(told)

    def action_book(self):
        """Book it; what is closed again by now comes back as an issue."""
        self.ensure_one()
        self.issue_id._book_on(self.day, self.order_ids)
        return {"type": "ir.actions.act_window_close"}
