from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

EVENTS = [
    ("confirmed", "Order confirmed"),
    ("ready", "Ready to be fetched"),
    ("shipped", "Shipped"),
    ("parcel", "Parcel number added or corrected"),
    ("canceled", "Canceled"),
    ("refunded", "Paid back"),
    ("late", "Late"),
]
SENDERS = [
    ("channel", "The channel"),
    ("odoo", "Odoo, by a template"),
    ("nobody", "Nobody"),
]
# the channel writes as it was told to until this was a table
OF_SWITCH = ("shipped", "parcel", "canceled", "refunded")
DEFAULTS = {
    **dict.fromkeys(dict(EVENTS), "nobody"),
    **dict.fromkeys(("confirmed", "ready", *OF_SWITCH), "channel"),
}
ABOUT = ("sale.order", "stock.picking")


class RetailSyncMessage(models.Model):
    """Who writes to the buyer about what: the channel, Odoo by a template, nobody."""

    _name = "retail.sync.message"
    _description = "Message to Buyers"
    _order = "channel_id, sequence, id"
    _rec_name = "event"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    sender = fields.Selection(
        SENDERS, string="Who writes", required=True, default="nobody"
    )
    template_id = fields.Many2one(
        "mail.template",
        domain=[("model", "in", ABOUT)],
        ondelete="restrict",
    )
    note = fields.Char(string="Good to know", compute="_compute_note")

    _event_uniq = models.UniqueIndex(
        "(channel_id, event)", "This channel has a row for that already."
    )

    @api.depends("event")
    @api.depends_context("lang")
    def _compute_note(self):
        notes = self._notes()
        for row in self:
            row.note = notes.get(row.event, "")

    def _notes(self):
        """Return {event: what the choice can do, and what it cannot}."""
        return {
            "confirmed": self.env._(
                "Whether the channel confirms an order is its own setting: it is not"
                " told from here. Odoo writes besides."
            ),
            "ready": self.env._(
                "For orders that the buyer fetches, when they are ready. Where the"
                " channel does not write, it is not told either."
            ),
            "shipped": self.env._("With each delivery that leaves."),
            "parcel": self.env._("When a delivery that left gets other parcels."),
            "canceled": self.env._(
                "The channel: what the dialog suggests. Odoo: whoever canceled it."
            ),
            "refunded": self.env._(
                "The channel: what the dialog suggests. Odoo: of each refund."
            ),
            "late": self.env._(
                "No channel writes this. Odoo: by itself, once for each date that has"
                " passed. Nobody: only whom somebody chooses among the late orders."
            ),
        }

    @api.constrains("sender", "template_id", "event")
    def _check_sender(self):
        for row in self:
            if row.sender == "odoo" and not row.template_id:
                raise ValidationError(
                    self.env._("Choose the template by which Odoo writes.")
                )
            if row.sender == "channel" and row.event == "late":
                raise ValidationError(
                    self.env._("No channel writes that an order is late.")
                )

    @api.model
    def _make_defaults(self, channels):
        """Give each of ``channels`` a row for each event that has none."""
        known = {(row.channel_id, row.event) for row in channels.buyer_message_ids}
        self.create(
            [
                {
                    "channel_id": channel.id,
                    "event": event,
                    "sequence": number,
                    "sender": DEFAULTS[event],
                    "template_id": self._default_template(event).id,
                }
                for channel in channels
                for number, (event, _label) in enumerate(EVENTS)
                if (channel, event) not in known
            ]
        )

    @api.model
    def _default_template(self, event):
        name = f"retail_sync_core.retail_sync_message_{event}"
        template = self.env.ref(name, raise_if_not_found=False)
        return template or self.env["mail.template"]


class RetailSyncMessageSent(models.Model):
    """A message that Odoo wrote to a buyer: queued once for what it is about."""

    _name = "retail.sync.message.sent"
    _description = "Message Sent to a Buyer"
    _order = "id desc"
    _rec_name = "event"

    order_id = fields.Many2one(
        "retail.sync.order", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id")
    event = fields.Selection(EVENTS, required=True, readonly=True)
    ref = fields.Char(
        string="About", readonly=True, help="Of several of a kind, which one."
    )

    _once_uniq = models.UniqueIndex(
        "(order_id, event, COALESCE(ref, ''))", "This was written already."
    )

    @api.model
    def _claim(self, order, event, ref):
        """Return the row when this transaction is the one that writes it, or none."""
        # ORM: create() cannot say ON CONFLICT
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO retail_sync_message_sent
                          (order_id, event, ref, create_uid, create_date)
                   VALUES (%s, %s, %s, %s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT DO NOTHING RETURNING id""",
                order.id,
                event,
                ref or None,
                self.env.uid,
            )
        )
        return self.browse([row_id for (row_id,) in rows])


class RetailSyncChannel(models.Model):
    _inherit = "retail.sync.channel"

    buyer_message_ids = fields.One2many(
        "retail.sync.message", "channel_id", string="Messages to buyers"
    )
    notify_customer = fields.Boolean(
        "Channel mails buyers about parcels",
        compute="_compute_notify_customer",
        inverse="_inverse_notify_customer",
    )

    @api.model_create_multi
    def create(self, vals_list):
        said = [vals.pop("notify_customer", None) for vals in vals_list]
        channels = super().create(vals_list)
        self.env["retail.sync.message"].sudo()._make_defaults(channels)
        for channel, notifies in zip(channels, said, strict=True):
            if notifies is not None:
                channel.notify_customer = notifies
        return channels

    @api.depends("buyer_message_ids.sender")
    def _compute_notify_customer(self):
        for channel in self:
            channel.notify_customer = channel._writes("shipped", "channel")

    def _inverse_notify_customer(self):
        for channel in self:
            channel.buyer_message_ids.filtered(
                lambda row: row.event in OF_SWITCH and row.sender != "odoo"
            ).sender = "channel" if channel.notify_customer else "nobody"

    def _message(self, event):
        """Return the row that says who writes about ``event``."""
        rows = self.sudo().buyer_message_ids
        return rows.filtered(lambda row: row.event == event)[:1]

    def _writes(self, event, sender):
        return self._message(event).sender == sender
