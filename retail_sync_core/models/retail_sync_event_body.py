import zlib

from odoo import api, fields, models
from odoo.tools import SQL

from ..database import LooseMany2one

IN_TABLE_BYTES = 1024 * 1024


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
    data = fields.Binary(attachment=False, readonly=True, groups="base.group_system")
    attachment_id = fields.Many2one("ir.attachment", readonly=True)

    _event_uniq = models.UniqueIndex("(event_id)", "One body per event.")

    @api.model
    def _keep(self, event_id, body):
        """Keep ``body`` of an event; return the row.

        :raises UserError: when the server has no key; nothing is kept in plain text
        """
        sealed = self.env["retail.sync.secret"]._fernet().encrypt(zlib.compress(body))
        is_small = len(sealed) <= IN_TABLE_BYTES
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO retail_sync_event_body (event_id, channel_id, data)
                   SELECT id, channel_id, %s FROM retail_sync_event
                    WHERE id = %s RETURNING id""",
                sealed if is_small else None,
                event_id,
            )
        )
        kept = self.sudo().browse([row_id for (row_id,) in rows])
        if kept and not is_small:
            kept.attachment_id = kept._attach(sealed)
        return kept

    def _attach(self, sealed):
        return self.env["ir.attachment"].create(
            {
                "name": f"body-{self.id}",
                "raw": sealed,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/octet-stream",
            }
        )

    @api.model
    def _read(self, event_id):
        """Return the body of the event, or b"" when none is kept."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT data, attachment_id FROM retail_sync_event_body
                    WHERE event_id = %s""",
                event_id,
            )
        )
        if not rows:
            return b""
        data, attachment_id = rows[0]
        if attachment_id:
            data = self.env["ir.attachment"].sudo().browse(attachment_id).raw
        return zlib.decompress(self.env["retail.sync.secret"]._decrypt_bytes(data))

    @api.model
    def _drop(self, *event_ids):
        """Forget the bodies of these events."""
        if not event_ids:
            return
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM retail_sync_event_body WHERE event_id = ANY(%s)
                RETURNING attachment_id""",
                list(event_ids),
            )
        )
        self.invalidate_model()
        attachments = [row[0] for row in rows if row[0]]
        self.env["ir.attachment"].sudo().browse(attachments).unlink()
