from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools.misc import format_date, format_datetime

ITEM = Markup("<li>%s</li>")
LIST = Markup("<ul>%s</ul>")


class RetailSyncChannelConnect(models.TransientModel):
    """The last orders' taxes and payments, and what will happen once it is live."""

    _inherit = "retail.sync.channel.connect"

    map_tax_ids = fields.One2many(related="channel_id.map_tax_ids", readonly=False)
    map_gateway_ids = fields.One2many(
        related="channel_id.map_gateway_ids", readonly=False
    )
    map_carrier_ids = fields.One2many(
        related="channel_id.map_carrier_ids", readonly=False
    )
    post_payments = fields.Boolean(related="channel_id.post_payments", readonly=False)
    invoice_policy = fields.Selection(
        related="channel_id.invoice_policy", readonly=False
    )
    sampled_at = fields.Datetime(related="channel_id.sampled_at")
    can_sample = fields.Boolean(string="Can sample", compute="_compute_sample")
    sample_words = fields.Char(string="What they name", compute="_compute_sample")
    outlook = fields.Html(compute="_compute_outlook")
    outlook_open = fields.Html(string="Still open", compute="_compute_outlook")

    @api.depends("channel_id.sampled_at")
    @api.depends_context("lang")
    def _compute_sample(self):
        for wizard in self:
            channel = wizard.channel_id
            wizard.can_sample = bool(channel) and channel._can_sample()
            wizard.sample_words = wizard._say_sample(channel)

    def _say_sample(self, channel):
        if not self.can_sample:
            return self.env._(
                "This system shows no order before it hands it over: what its orders"
                " name is asked for when the first ones come."
            )
        if not channel.sampled_at:
            return False
        if not channel.sampled_count:
            return self.env._(
                "The channel has had no order for two months: what its orders name is"
                " asked for when the first ones come."
            )
        return self.env._(
            "Seen in the last %(count)s orders, placed since %(date)s. None of them was"
            " imported.",
            count=channel.sampled_count,
            date=format_date(self.env, channel.sampled_from),
        )

    @api.depends("channel_id", "step")
    @api.depends_context("lang", "tz")
    def _compute_outlook(self):
        for wizard in self:
            last = wizard.step == "outlook" and wizard.channel_id
            wizard.outlook = last and _listed(wizard._outlook())
            wizard.outlook_open = last and _listed(wizard._outlook_open())

    def _outlook(self):
        """Return what will happen once the channel is live, in sentences."""
        return [
            *self._outlook_of_orders(),
            *self._outlook_of_money(),
            *self._outlook_of_stock(),
            self._outlook_of_messages(),
        ]

    def _outlook_of_orders(self):
        channel = self.channel_id
        orders = {
            "confirm": self.env._(
                "Each becomes a confirmed sales order; its goods are reserved."
            ),
            "paid": self.env._(
                "Each becomes a quotation, and is confirmed when the money is there."
            ),
            "quotation": self.env._("Each becomes a quotation; nothing is reserved."),
        }
        shipped = {
            "deliver": self.env._(
                "Those that had left before are imported as delivered; no stock moves."
            ),
            "skip": self.env._("Those that had left before are left out."),
        }
        mails = self.env._("The channel mails buyers about their parcels.")
        silent = self.env._("Buyers get no mail about their parcels from the channel.")
        return [
            self._outlook_of_first(),
            orders[channel.order_policy],
            shipped[channel.shipped_policy],
            mails if channel.notify_customer else silent,
        ]

    def _outlook_of_first(self):
        """Return from which order on they are imported."""
        channel = self.channel_id
        since = format_datetime(
            self.env, channel.import_since, tz=str(self.env.tz), dt_format="short"
        )
        number = channel.import_from_number
        if since and number:
            return self.env._(
                "Orders placed since %(date)s with a number from %(number)s on are"
                " imported.",
                date=since,
                number=number,
            )
        if since:
            return self.env._("Orders placed since %s are imported.", since)
        if number:
            return self.env._(
                "Orders with a number from %s on are imported, however old.", number
            )
        return self.env._("All orders are imported, however old.")

    def _outlook_of_money(self):
        """Return what becomes of payments, risky and canceled orders."""
        channel = self.channel_id
        paid = self.env._("What was paid is booked in the payment method's journal.")
        unpaid = self.env._("Payments are shown on the order; none is booked.")
        risky = self.env._(
            "The delivery of an order that the channel calls risky waits until somebody"
            " releases it."
        )
        free = self.env._("Orders the channel calls risky are delivered as others.")
        canceled = {
            "auto": self.env._(
                "What is canceled there is canceled here while nothing is picked; later"
                " a person decides."
            ),
            "ask": self.env._("What is canceled there waits for a person to decide."),
        }
        there = self.env._("What is canceled here is canceled there, too.")
        return [
            paid if channel.post_payments else unpaid,
            risky if channel.hold_risky else free,
            canceled[channel.cancel_policy],
            *([there] if channel.cancel_there else []),
        ]

    def _outlook_of_stock(self):
        channel = self.channel_id
        if not channel.stock_push:
            return [self.env._("No stock is told to the channel.")]
        places = channel.location_ids.filtered(
            lambda place: place.state == "mapped" and place.stock_owner == "odoo"
        )
        if not places:
            return [self.env._("No location is mapped: no stock is told.")]
        told = self.env._(
            "Our stock of %(count)s matched products is told to %(places)s, and each"
            " change of it.",
            count=self.matched_count,
            places=", ".join(places.mapped("name")),
        )
        kept = self.env._(
            "What the channel has before our first figure is kept; one button puts it"
            " back."
        )
        return [told, kept]

    def _outlook_open(self):
        """Return what is not settled yet, and what follows from it."""
        taxes = self.map_tax_ids.filtered(lambda row: row._is_open())
        gateways = self.map_gateway_ids.filtered(lambda row: not row.journal_id)
        return [
            sentence
            for sentence in (
                self.unmatched_count
                and self.env._(
                    "Products to match: %s. Their orders wait for you.",
                    self.unmatched_count,
                ),
                taxes
                and self.env._(
                    "Orders wait for you where they carry taxes without one of ours:"
                    " %s",
                    ", ".join(taxes.mapped("display_name")),
                ),
                self._outlook_currency(),
                self._outlook_left_out(),
                self.channel_id.post_payments
                and gateways
                and self.env._(
                    "Payment methods without a journal: %s. Their payments are booked"
                    " once you choose one.",
                    ", ".join(gateways.mapped("display_name")),
                ),
                self.twin_note,
                self._outlook_unseen(),
                self.missing_scopes
                and self.env._(
                    "Permissions that are missing at the channel: %s. It cannot go"
                    " live before.",
                    self.missing_scopes,
                ),
            )
            if sentence
        ]

    def _outlook_currency(self):
        """Return that the channel's currency is not active, or nothing."""
        currency = self.channel_id.currency_id
        return not currency.active and self.env._(
            "The channel sells in %s, which is not active here. All its orders"
            " wait until you activate that currency.",
            currency.name,
        )

    def _outlook_left_out(self):
        """Return which locations nothing is told to, or nothing."""
        left_out = self.channel_id.location_ids.filtered(
            lambda place: place.state == "ignored"
        )
        return left_out and self.env._(
            "Locations that are left out: %s. The channel keeps the stock it has"
            " there.",
            ", ".join(left_out.mapped("name")),
        )

    def _outlook_unseen(self):
        """Return which pages nobody has looked at, or nothing."""
        seen = self.channel_id.connect_pages or []
        pages = self._fields["step"]._description_selection(self.env)
        decided = pages[2:-1]  # after the way in, before this one
        unseen = [label for name, label in decided if name not in seen]
        return unseen and self.env._(
            "Pages nobody has looked at yet: %s. What is chosen there stays as it is.",
            ", ".join(unseen),
        )


def _listed(sentences):
    """Return ``sentences`` as a list on the page, or nothing."""
    items = Markup("").join(ITEM % sentence for sentence in sentences)
    return LIST % items if items else False
