import zlib

from odoo import api, fields, models
from odoo.tools import SQL

from ..database import LooseMany2one

LARGE = 1024 * 1024


class RetailSyncEventBody(models.Model):
    """The body of an event that cannot be fetched again: compressed, then encrypted.

    Only code reads it; what is above 1 MB lies in an attachment.
    """

    _name = "retail.sync.event.body"
    _description = "Body of an Event"
    _rec_name = "event_id"

    event_id = LooseMany2one("retail.sync.event", required=True, readonly=True)
    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    content = fields.Binary(attachment=False, readonly=True, groups="base.group_system")
    attachment_id = fields.Many2one("ir.attachment", readonly=True)

    _event_uniq = models.UniqueIndex("(event_id)", "One body per event.")

    @api.model
    def _keep(self, event_id, body):
        """Keep ``body`` of an event.

        :raises UserError: when the server has no key; nothing is kept in plain text
        """
        fernet = self.env["retail.sync.secret"]._fernet()
        sealed = fernet.encrypt(zlib.compress(body))
        attachment_id = None
        if len(sealed) > LARGE:
            attachment_id, sealed = self._attach(event_id, sealed), None
        self.env.cr.execute(
            SQL(
                """INSERT INTO retail_sync_event_body
                          (event_id, channel_id, content, attachment_id)
                   SELECT id, channel_id, %s, %s FROM retail_sync_event
                    WHERE id = %s""",
                sealed,
                attachment_id,
                event_id,
            )
        )

    def _attach(self, event_id, sealed):
        attachment = self.env["ir.attachment"].sudo()
        values = {
            "name": f"event-{event_id}",
            "raw": sealed,
            "res_model": "retail.sync.event",
            "res_id": event_id,
            "mimetype": "application/octet-stream",
        }
        return attachment.create(values).id

    @api.model
    def _read(self, event_id):
        """Return the body of the event, or b"" when none is kept."""
        rows = self.env.execute_query(
            SQL(
                """SELECT content, attachment_id FROM retail_sync_event_body
                    WHERE event_id = %s""",
                event_id,
            )
        )
        if not rows:
            return b""
        content, attachment_id = rows[0]
        if attachment_id:
            content = self.env["ir.attachment"].sudo().browse(attachment_id).raw
        return zlib.decompress(self.env["retail.sync.secret"]._decrypt_bytes(content))

    @api.model
    def _drop(self, *event_ids):
        """Forget the bodies of these events."""
        if not event_ids:
            return
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM retail_sync_event_body WHERE event_id = ANY(%s)
                RETURNING attachment_id""",
                list(event_ids),
            )
        )
        attachments = [row[0] for row in rows if row[0]]
        self.env["ir.attachment"].sudo().browse(attachments).unlink()
