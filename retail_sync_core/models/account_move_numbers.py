from odoo import models


class AccountMove(models.Model):
    """Numbers that the database before the restore may have given are left out."""

    _inherit = "account.move"

    def _get_next_sequence_format(self):
        form, values = super()._get_next_sequence_format()
        numbers = self.env["retail.sync.restoration.number"]
        first = numbers._first_free(self.journal_id, form.format(**values))
        # a number is one more than the last one
        return form, {**values, "seq": max(values["seq"], first - 1)}
