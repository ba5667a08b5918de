from odoo import api, fields, models

from ..database import LooseMany2one


class RetailSyncMessageSent(models.Model):
    """The mail itself, while it is kept: some of a backup have left since."""

    _inherit = "retail.sync.message.sent"

    mail_id = LooseMany2one("mail.mail", readonly=True, index="btree_not_null")

    @api.model
    def _stop_queued(self, restoration):
        """Cancel what was queued in the backup: perhaps it has left since."""
        rows = self.search(
            [
                ("order_id.channel_id", "in", restoration.line_ids.channel_id.ids),
                ("mail_id", "!=", False),
            ]
        )
        for row in rows:
            mail = row.mail_id.sudo().exists()
            if mail.state == "outgoing" and mail.create_date <= restoration.until:
                mail.state = "cancel"
                row.order_id._note_perhaps_told(row.event)


class RetailSyncOrder(models.Model):
    """What the database before the restore may have told buyers is not told again."""

    _inherit = "retail.sync.order"

    def _is_perhaps_told(self, event, picking, ref):
        """Return whether another database may have written about it; note it once."""
        until = self.env["retail.sync.restoration"].sudo()._told_until(self.channel_id)
        if not until or self._happened_at(event, picking, ref) > until:
            return False
        if self.env["retail.sync.message.sent"].sudo()._claim(self, event, ref):
            self._note_perhaps_told(event)
        return True

    def _happened_at(self, event, picking, ref):
        """Return when the thing happened of which the buyer is to be told."""
        moment = False
        match event:
            case "confirmed":
                moment = self.placed_at
            case "shipped":
                moment = picking and picking.date_done
            case "canceled":
                moment = self.cancelled_at
            case "refunded":
                rows = self.payment_ids.filtered(lambda row: row.external_id == ref)
                moment = rows[:1].processed_at
            case "late":
                moment = self.late_since
        return moment or fields.Datetime.now()

    def _note_perhaps_told(self, event):
        self._note("mail_before", what=self._said_event(event))


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "mail_before": (
                "decided",
                self.env._(
                    "Not written to the buyer: %(what)s. It happened before the"
                    " database was restored; perhaps it was written then."
                ),
            ),
        }
