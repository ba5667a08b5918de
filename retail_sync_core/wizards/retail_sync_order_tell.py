from odoo import api, fields, models


class RetailSyncOrderTell(models.TransientModel):
    """Who is written to that their order is late, and what; before it is."""

    _name = "retail.sync.order.tell"
    _description = "Tell Buyers"

    order_ids = fields.Many2many("retail.sync.order", string="Orders", readonly=True)
    template_id = fields.Many2one("mail.template", compute="_compute_preview")
    told = fields.Char(string="Written to", compute="_compute_preview")
    left_out = fields.Char(string="Left out", compute="_compute_preview")
    subject = fields.Char(string="Subject of the first", compute="_compute_preview")
    body = fields.Html(string="Text of the first", compute="_compute_preview")

    @api.depends("order_ids")
    def _compute_preview(self):
        for wizard in self:
            can = wizard._can_be_told()
            row = can[:1].channel_id._message("late")
            wizard.template_id = row.template_id
            wizard.told = ", ".join(can.mapped("display_name"))
            rest = wizard.order_ids - can
            wizard.left_out = ", ".join(rest.mapped("display_name"))
            wizard.subject, wizard.body = wizard._preview(can[:1], row.template_id)

    def _can_be_told(self):
        """Return those that are late, not told of this date, and can be written to."""
        return self.order_ids.sudo().filtered(
            lambda order: (
                order.late_since
                and order._buyers_email()
                and order._may_be_written_to(order.channel_id._message("late"))
                and not order._is_told_late()
            )
        )

    def _preview(self, order, template):
        """Return (subject, text) as the buyer of ``order`` gets them."""
        if not order:
            return False, False
        lang = order.order_id.partner_id.lang or self.env.lang
        template = template.sudo().with_context(lang=lang)
        ids = order.order_id.ids
        return (
            template._render_field("subject", ids)[ids[0]],
            template._render_field("body_html", ids)[ids[0]],
        )

    def action_tell(self):
        """Queue the mails; each buyer gets one for each date."""
        self.ensure_one()
        for order in self.order_ids:
            order._check_service()
        count = self._can_be_told()._announce_late(asked=True)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("Buyers that are written to: %s.", count),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
