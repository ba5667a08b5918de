from odoo import fields, models
from odoo.exceptions import UserError

from ..adapters.capabilities import Addresses
from ..domain import documents as doc
from ..domain.mapping import normalize

KIND = "address_refused"
COMPARED = ("name", "street", "street2", "zip", "city", "country_code")


class RetailSyncOrder(models.Model):
    """Another address, asked for here: of what has not left, of this order alone."""

    _inherit = "retail.sync.order"

    address_digest = fields.Char(
        string="Digest of the address there", readonly=True, copy=False
    )
    own_address_id = fields.Many2one(
        "res.partner",
        string="Our new address",
        readonly=True,
        copy=False,
        help="Set here, and not seen in the channel's order yet.",
    )
    can_change_address = fields.Boolean(
        string="Address can be changed", compute="_compute_can_change_address"
    )

    def _compute_can_change_address(self):
        for order in self:
            order.can_change_address = order.sudo()._may_go_elsewhere()

    def _may_go_elsewhere(self):
        """Return whether something of it is still to be sent to an address."""
        sale = self.order_id
        return bool(
            self.state in ("imported", "hold")
            and not self.cancelled_at
            and self.delivery_kind not in ("pickup", "retail", "none")
            and sale.state in ("draft", "sent", "sale")
            and (self._open_deliveries() or not sale.picking_ids)
        )

    def action_change_address(self):
        """Ask where the goods are to go instead."""
        self.ensure_one()
        self._check_service()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Another address for %s", self.sudo().display_name),
            "res_model": "retail.sync.order.address",
            "view_mode": "form",
            "target": "new",
            "context": {"default_sale_id": self.sudo().order_id.id},
        }

    def _change_address(self, address):
        """Send what has not left to ``address`` (a document); the channel is told."""
        if not self._may_go_elsewhere():
            raise UserError(
                self.env._(
                    "Nothing of %s is still to be sent: its address stays.",
                    self.display_name,
                )
            )
        contact = self._contact_at(address)
        if contact == self._goes_to():
            raise UserError(self.env._("It goes there already."))
        self.own_address_id = contact
        self._note_about(
            contact, "address_changed_here", user=self.env.user.display_name
        )
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.address", {"partner_id": contact.id}
        )
        self._send_to(contact)
        self._close_changed_issue("address")
        self._intend_address(contact)

    def _contact_at(self, address):
        """Return the contact of this address: one that is there, else a new one.

        The contact that other orders go to is never rewritten.
        """
        sale = self.order_id
        owner = sale.partner_shipping_id.parent_id or sale.partner_id
        importer = self.env["retail.sync.importer.order"]
        return importer._find_address(self.channel_id, owner, address)

    def _goes_to(self):
        """Return where its goods go, or will as soon as the pickers are through."""
        asked = self._open_stops().filtered(lambda stop: stop.kind == "address")
        partner_ids = [(stop.params or {}).get("partner_id") for stop in asked]
        partners = self.env["res.partner"].browse(filter(None, partner_ids)).exists()
        return partners[-1:] or self.order_id.partner_shipping_id

    def _send_to(self, contact):
        """Have open deliveries go to ``contact``; what is being picked stops first.

        :return: the deliveries that somebody is picking, which are told to stop
        """
        begun = self._begun_deliveries()
        if begun:
            lines = contact._display_address(without_company=False).splitlines()
            self._stop_picking(
                "address",
                begun,
                partner_id=contact.id,
                address=", ".join([contact.name or "", *filter(None, lines)]),
            )
            return begun
        self.order_id.partner_shipping_id = contact
        self._open_deliveries().filtered("partner_id").partner_id = contact
        self._note("address")
        return begun

    # the channel
    def _intend_address(self, contact):
        adapter = self.channel_id.sudo()._adapter_class()
        if not (adapter and adapter.capability(Addresses)):
            self._note("address_by_hand")
            return
        self.env["retail.sync.effect"]._intend(
            self.channel_id,
            "address",
            contact,
            doc.AddressChange(order_id=self.external_id, reference=str(contact.id)),
            self._order_key(),
            handler="order.address",
        )
        self._note("address_asked")

    def _is_ours(self, address, before):
        """Return whether ``address``, as the channel tells it, is no news.

        It is none as long as the channel says what it said before ours was told, and
        none when it says what we told it. Anything else is the buyer's newest wish.

        :param before: the digest of the address that it told before
        """
        if not self.own_address_id:
            return False
        if self.address_digest == before or not before:
            return True
        told = self.sudo()._told_addresses()
        if any(_says(address, contact) for contact in told[:-1]):
            return True  # the newest of several is still on its way
        newest = self.own_address_id
        self.own_address_id = False
        return _says(address, newest)

    def _told_addresses(self):
        """Return the contacts the channel was told of, the oldest first."""
        effects = self._effects().filtered(
            lambda one: one.kind == "address" and one.state != "abandoned"
        )
        return [effect._get_subject() for effect in effects.sorted("id")]

    def _note_address_answer(self, contact, outcome):
        """Put the channel's answer on the timeline; a refusal is asked about."""
        issues = self.env["retail.sync.issue"]
        if outcome.state != "refused":
            self._note_about(contact, "address_told")
            issues._close_about(self.channel_id, KIND, [self])
            return
        message = outcome.message or outcome.code
        self._note_about(contact, "address_refused", message=message)
        if not self.cancelled_at:
            issues._raise(
                self.channel_id,
                KIND,
                field=self.env._("Order"),
                value=self.display_name,
                params={"answer": message},
                record=self,
                about=[self],
            )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _retail_sync_address(self):
        """Return this contact as the address of an order."""
        return doc.Address(
            name=self.name or "",
            street=self.street or "",
            street2=self.street2 or "",
            zip=self.zip or "",
            city=self.city or "",
            state_code=self.state_id.code or "",
            state_name=self.state_id.name or "",
            country_code=self.country_id.code or "",
            phone=self.phone or "",
        )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel refused the new address of %(value)s"),
                self.env._(
                    "Here the goods go to the new address; the channel has the old"
                    " one: %(answer)s"
                ),
                self.env._("Enter the address over there yourself; then close this."),
            ),
        }


def _says(address, contact):
    """Return whether a channel's address is that of ``contact``, as it writes it."""
    ours = contact._retail_sync_address()
    return address is not None and all(
        normalize(getattr(address, name)) == normalize(getattr(ours, name))
        for name in COMPARED
    )
