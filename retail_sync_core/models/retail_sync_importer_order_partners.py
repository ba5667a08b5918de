from odoo import api, models
from odoo.tools import email_normalize, plaintext2html

from ..domain import documents as doc
from ..domain.mapping import first, normalize

ADDRESS_FIELDS = ("street", "street2", "zip", "city")


class RetailSyncImporterOrder(models.AbstractModel):
    """Whose order it is, and where it goes; a person's words are never overwritten."""

    _inherit = "retail.sync.importer.order"

    @api.model
    def _prepare_partner_values(self, channel, document):
        """Return the order's customer, billing and delivery contacts.

        Goods go where this order says, wherever the customer usually lives.
        """
        customer = self._find_customer(channel, document)
        owner = self._address_owner(customer, document)
        billing = document.billing_address or document.shipping_address
        delivery = self._find_delivery_contact(channel, customer, document)
        return {
            "partner_id": customer.id,
            "partner_invoice_id": self._find_address(channel, owner, billing, True).id,
            "partner_shipping_id": delivery.id,
        }

    @api.model
    def _find_delivery_contact(self, channel, customer, document):
        """Return the contact where the goods of this order go."""
        owner = self._address_owner(customer, document)
        address = self._delivery_address(channel, document)
        return self._find_address(channel, owner, address)

    @api.model
    def _find_customer(self, channel, document):
        """Return the contact: by the channel's id, by e-mail and name, else new."""
        external_id = document.customer.external_id
        known = self.env["retail.sync.customer"]
        if external_id:
            known = known._of(channel, external_id)
            if known.partner_id.active:
                return known.partner_id
        partner = self._match_customer(channel, document)
        if not partner:
            values = self._prepare_customer_values(channel, document)
            partner = self.env["res.partner"].create(values)
        if known:
            known.sudo().partner_id = partner
        return partner

    @api.model
    def _match_customer(self, channel, document):
        """Return the only contact with this e-mail, name and company, or no record.

        Two people may share an e-mail address; an address alone merges nobody. And a
        contact that is another customer of the channel stays that other customer's.
        A phone number never counts: families and switchboards share one.
        """
        email = email_normalize(self._customer_email(document))
        name = normalize(self._customer_name(document))
        Partner = self.env["res.partner"]
        if not email or not name:
            return Partner
        company = normalize(self._customer_company(document))
        found = Partner.search(
            [
                ("email_normalized", "=", email),
                ("parent_id", "=", False),
                ("is_company", "=", False),
                ("company_id", "in", (False, channel.company_id.id)),
            ],
            limit=50,
        ).filtered(
            lambda partner: (
                normalize(partner.name) == name
                and normalize(partner.company_name or "") == company
            )
        )
        if len(found) != 1 or self._is_another(channel, document, found):
            return Partner
        return found

    @api.model
    def _is_another(self, channel, document, partner):
        """Return whether ``partner`` is another customer of the channel already."""
        external_id = document.customer.external_id
        others = [
            ("channel_id", "=", channel.id),
            ("partner_id", "=", partner.id),
            ("external_id", "!=", external_id),
        ]
        Customer = self.env["retail.sync.customer"]
        return bool(external_id and Customer.search_count(others, limit=1))

    @api.model
    def _customer_name(self, document):
        """Return the person's name as the order has it, or an empty string."""
        addresses = (document.billing_address, document.shipping_address)
        return first(
            [document.customer.name, *(a.name for a in addresses if a)]
            + [document.customer.company, *(a.company for a in addresses if a)]
        )

    @api.model
    def _customer_company(self, document):
        """Return the company that the customer gave, or an empty string."""
        address = document.billing_address or document.shipping_address or doc.Address()
        return first([document.customer.company, address.company])

    @api.model
    def _customer_email(self, document):
        addresses = (document.billing_address, document.shipping_address)
        return first([document.customer.email, *(a.email for a in addresses if a)])

    @api.model
    def _prepare_customer_values(self, channel, document):
        customer = document.customer
        address = document.billing_address or document.shipping_address or doc.Address()
        values = self._prepare_address_values(channel, address)
        values.update(
            name=self._customer_name(document) or self._neutral_name(channel, document),
            email=self._customer_email(document) or False,
            phone=first([customer.phone, address.phone]) or False,
            company_name=self._customer_company(document) or False,
            customer_rank=1,
        )
        lang = self._find_lang(customer.language)
        return {**values, "lang": lang} if lang else values

    @api.model
    def _neutral_name(self, channel, document):
        reference = document.customer.external_id.rsplit("/", 1)[-1]
        return self.env._(
            "%(channel)s customer %(reference)s",
            channel=channel.name,
            reference=reference or document.external_ref or document.external_id,
        )

    @api.model
    def _find_lang(self, code):
        """Return the installed language for a tag such as ``de`` or ``pt-BR``."""
        if not code:
            return False
        wanted = code.replace("-", "_")
        installed = [lang for lang, _name in self.env["res.lang"].get_installed()]
        same = [lang for lang in installed if lang.lower() == wanted.lower()]
        near = [lang for lang in installed if lang[:2] == wanted[:2].lower()]
        return next(iter(same + near), False)

    @api.model
    def _find_address(self, channel, customer, address, billing=False):
        """Return the customer's contact with just this address, else a new one."""
        if address is None:
            return customer
        values = self._prepare_address_values(channel, address)
        values["name"] = address.name or address.company or customer.name
        values["phone"] = address.phone or False
        same_company = normalize(address.company) == normalize(
            customer.company_name or ""
        )
        wanted = self._address_key(values)
        if same_company and self._contact_key(customer, address) == wanted:
            return customer
        values["street2"] = self._street2(customer, address) or False
        wanted = self._address_key(values)
        for contact in customer.child_ids:
            if self._contact_key(contact, address) == wanted:
                return contact
        return self.env["res.partner"].create(
            {
                **values,
                "parent_id": customer.id,
                "type": "invoice" if billing else "delivery",
                "email": address.email or False,
                "lang": customer.lang,
            }
        )

    @api.model
    def _street2(self, customer, address):
        """Return the second line; another company than the customer's stands in it.

        Odoo keeps no company of its own for a contact's address.
        """
        company = address.company
        if normalize(company) in (
            "",
            normalize(address.name),
            normalize(customer.name),
        ):
            return address.street2
        return ", ".join(filter(None, (company, address.street2)))

    @api.model
    def _prepare_address_values(self, channel, address):
        country = self._find_country(address)
        state = self.env["retail.sync.map.state"]._lookup(
            channel, country, address.state_code, address.state_name
        )
        values = {name: getattr(address, name) or False for name in ADDRESS_FIELDS}
        values.update(country_id=country.id, state_id=state.id)
        unknown = []
        if not state:
            unknown.append(first([address.state_name, address.state_code]))
        if not country:
            unknown.append(address.country_code)
        if any(unknown):
            values["comment"] = plaintext2html(
                self.env._("Region: %s", ", ".join(filter(None, unknown)))
            )
        return values

    @api.model
    def _address_key(self, values):
        words = ("name", *ADDRESS_FIELDS, "phone")
        return (
            *(normalize(values[word] or "") for word in words),
            values["country_id"] or False,
            values["state_id"] or False,
        )

    @api.model
    def _contact_key(self, contact, address):
        """Return the key of ``contact``; what the order leaves open counts as equal."""
        return self._address_key(
            {
                "name": contact.name,
                "street": contact.street,
                "street2": contact.street2,
                "zip": contact.zip,
                "city": contact.city,
                "phone": contact.phone if address.phone else False,
                "country_id": contact.country_id.id,
                "state_id": contact.state_id.id,
            }
        )
