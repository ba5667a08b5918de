import hashlib
import json

from odoo import fields, models
from odoo.exceptions import AccessError


class SaleOrder(models.Model):
    """A quotation that stands for a channel's draft."""

    _inherit = "sale.order"

    retail_sync_draft_ids = fields.One2many(
        "retail.sync.draft",
        "order_id",
        string="Drafts there",
        readonly=True,
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_draft_ref = fields.Char(
        related="retail_sync_draft_ids.external_ref", string="Draft at the channel"
    )
    retail_sync_draft_behind = fields.Boolean(related="retail_sync_draft_ids.is_behind")
    retail_sync_draft_difference = fields.Monetary(
        related="retail_sync_draft_ids.difference"
    )
    retail_sync_draft_note = fields.Text(
        related="retail_sync_draft_ids.note", string="Note of the draft"
    )

    def _retail_sync_digest(self):
        """Return a digest of what a person may edit, and a draft would overwrite."""
        self.ensure_one()
        header = (
            *("partner_id", "partner_invoice_id", "partner_shipping_id"),
            *("payment_term_id", "fiscal_position_id", "carrier_id", "warehouse_id"),
        )
        parts = [[self[name].id for name in header], self.client_order_ref]
        for line in self.order_line.sorted("id"):
            parts.append(
                [
                    line.id,
                    line.product_id.id,
                    line.name,
                    line.product_uom_qty,
                    line.product_uom_id.id,
                    line.price_unit,
                    line.discount,
                    sorted(line.tax_ids.ids),
                ]
            )
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def retail_sync_action_cancel(self):
        """Ask nothing about a quotation: at the channel there is no order yet."""
        if self.sudo().retail_sync_draft_ids and not self.sudo().retail_sync_order_ids:
            return self.action_cancel()
        return super().retail_sync_action_cancel()

    def retail_sync_action_take_draft(self):
        """Write the draft's newest version over what was edited here."""
        self.ensure_one()
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_operator"):
            raise AccessError(self.env._("Only operators may do this."))
        self.check_access("write")
        draft = self.sudo().retail_sync_draft_ids[:1]
        draft.write({"written": self._retail_sync_digest(), "version": False})
        self.env["retail.sync.door"].sudo()._enqueue_draft(draft)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The draft is read once more."),
            },
        }
