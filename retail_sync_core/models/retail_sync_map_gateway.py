from odoo import api, fields, models

from ..domain.mapping import readable


class RetailSyncMapGateway(models.Model):
    _name = "retail.sync.map.gateway"
    _description = "Payment Gateway of a Channel"
    _order = "channel_id, gateway, id"
    _rec_name = "gateway"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    gateway = fields.Char(
        required=True, help="The gateway's name as the channel writes it."
    )
    label = fields.Char(help="How people call it here.")
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="Where its payments are booked.",
    )
    release = fields.Selection(
        [
            ("channel", "As the channel says"),
            ("paid", "When the money is there"),
            ("authorized", "When the money is authorized"),
            ("always", "At once (cash on delivery, invoice)"),
        ],
        required=True,
        default="channel",
        help="When goods paid this way may leave.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            name = vals.get("gateway") or ""
            if not vals.get("label") and readable(name) != name:
                vals["label"] = readable(name)
        rows = super().create(vals_list)
        rows.channel_id._judge_holds()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.channel_id._judge_holds()
        return result

    def unlink(self):
        channels = self.channel_id
        result = super().unlink()
        channels._judge_holds()
        return result

    @api.depends("gateway", "label")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.label or row.gateway

    @api.model
    def _namer(self, channels):
        """Return a function of (channel, gateway): how people call the gateway."""
        # whoever may see a payment need not see where it is booked
        rows = self.sudo().search([("channel_id", "in", channels.ids)])
        labels = {(r.channel_id.id, r.gateway.strip().lower()): r.label for r in rows}

        def name(channel, gateway):
            text = (gateway or "").strip()
            return labels.get((channel.id, text.lower())) or readable(text)

        return name

    @api.model
    def _release_on(self, channel, gateways):
        """Return when goods paid through ``gateways`` may leave: the strictest rule."""
        names = {name.strip().lower() for name in gateways if name}
        if not names:
            return channel.release_on
        rows = self.search([("channel_id", "=", channel.id)])
        rules = {}
        for row in rows:
            rules.setdefault(row.gateway.strip().lower(), set()).add(row.release)
        wanted = {
            channel.release_on if rule == "channel" else rule
            for name in names
            for rule in rules.get(name, {"channel"})
        }
        order = ("paid", "authorized", "always")
        return next((rule for rule in order if rule in wanted), channel.release_on)
