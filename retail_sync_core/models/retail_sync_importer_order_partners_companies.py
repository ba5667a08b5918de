import dataclasses

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..domain import documents as doc
from ..domain.mapping import first, normalize


class RetailSyncImporterOrder(models.AbstractModel):
    """Who buys for a business: the company, its VAT number, and the person there."""

    _inherit = "retail.sync.importer.order"

    @api.model
    def _find_customer(self, channel, document):
        """Return the contact that orders: of a company, one person there."""
        if not document.company:
            return super()._find_customer(channel, document)
        company = self._find_company(channel, document)
        return self._find_buyer(channel, company, document)

    @api.model
    def _address_owner(self, customer, document):
        """Return whose addresses are this order's: the company's, where one buys."""
        return customer.parent_id or customer if document.company else customer

    @api.model
    def _find_company(self, channel, document):
        """Return the company: by the channel's id, by its VAT number, else new.

        A name alone merges no two companies.
        """
        known = self.env["retail.sync.customer"]
        if document.company.external_id:
            known = known._of(channel, f"company:{document.company.external_id}")
            if known.partner_id.active:
                return known.partner_id
        company = self._match_company(channel, document)
        if not company:
            company = self._create_company(channel, document)
        if known:
            known.sudo().partner_id = company
        return company

    @api.model
    def _match_company(self, channel, document):
        """Return the only company with this VAT number, or no record.

        One that the channel knows by another id is another customer; a number that
        was only typed in must come with the company's name.
        """
        Partner = self.env["res.partner"]
        vat = normalize_vat(document.company.vat)
        if not vat:
            return Partner
        found = Partner.search(
            [
                ("vat", "!=", False),
                ("parent_id", "=", False),
                ("is_company", "=", True),
                ("company_id", "in", (False, channel.company_id.id)),
                ("vat", "=ilike", "%".join(vat)),
            ],
            limit=20,
        ).filtered(lambda partner: normalize_vat(partner.vat) == vat)
        if len(found) != 1:
            return Partner
        if not document.company.external_id:
            same = normalize(found.name) == normalize(document.company.name)
            return found if same else Partner
        others = [
            ("channel_id", "=", channel.id),
            ("partner_id", "=", found.id),
            ("external_id", "=like", "company:%"),
        ]
        taken = self.env["retail.sync.customer"].search_count(others, limit=1)
        return Partner if taken else found

    @api.model
    def _create_company(self, channel, document):
        values = self._prepare_company_values(channel, document)
        company = self.env["res.partner"].create(values)
        vat = document.company.vat
        if vat:
            try:
                with self.env.cr.savepoint():
                    company.vat = vat
            except UserError:  # a number that Odoo finds wrong stops no order
                note = self.env._("VAT number, not valid: %s", vat)
                company.comment = plaintext2html(note)
        return company

    @api.model
    def _prepare_company_values(self, channel, document):
        address = document.billing_address or document.shipping_address or doc.Address()
        return {
            **self._prepare_address_values(channel, address),
            "name": document.company.name or self._neutral_name(channel, document),
            "is_company": True,
            "ref": document.company.reference or False,
            "customer_rank": 1,
        }

    @api.model
    def _find_buyer(self, channel, company, document):
        """Return the company's person who orders; the company where no one is named."""
        name = document.customer.name
        if not first((name, document.customer.email)):
            return company
        known = self.env["retail.sync.customer"]
        if document.customer.external_id and document.company.external_id:
            pair = (document.customer.external_id, document.company.external_id)
            known = known._of(channel, "@".join(pair))
            if known.partner_id.active:
                return known.partner_id
        email = document.customer.email
        buyer = company.child_ids.filtered(
            lambda child: (
                child.type == "contact"
                and normalize(child.name or "") == normalize(name or email)
                and normalize(child.email or "") == normalize(email)
            )
        )[:1]
        if not buyer:
            buyer = self.env["res.partner"].create(
                {
                    "parent_id": company.id,
                    "type": "contact",
                    "name": name or email,
                    "email": email or False,
                    "phone": document.customer.phone or False,
                    "lang": self._find_lang(document.customer.language) or False,
                }
            )
        if known:
            known.sudo().partner_id = buyer
        return buyer

    # on which terms
    @api.model
    def _find_payment_term(self, channel, document):
        """Return our payment terms for the order's, made when they are new."""
        terms = document.terms
        Term = self.env["account.payment.term"].sudo()
        if not terms:
            return Term
        days = terms.days
        if days is None and terms.due_at:
            days = max(0, (terms.due_at.date() - document.created_at.date()).days)
        if not days:
            return Term
        domain = self.env["account.payment.term"]._check_company_domain(
            channel.company_id
        )
        found = Term.search(
            [*domain, ("line_ids.nb_days", "=", days)], order="sequence, id"
        ).filtered(
            lambda term: (
                len(term.line_ids) == 1
                and term.line_ids.delay_type == "days_after"
                and not term.early_discount
            )
        )
        named = found.filtered(lambda term: term.name == terms.name)
        return (named or found)[:1] or self._make_payment_term(channel, terms, days)

    def _make_payment_term(self, channel, terms, days):
        name = terms.name if terms.days else self.env._("%s Days", days)
        line = {"value": "percent", "value_amount": 100.0, "nb_days": days}
        return (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": name or self.env._("%s Days", days),
                    "company_id": channel.company_id.id,
                    "line_ids": [(0, 0, line)],
                }
            )
        )

    # where it is picked up
    @api.model
    def _delivery_address(self, channel, document):
        """Return where the goods go: the pickup place, where there is one.

        A parcel shop gets the customer's name on the parcel, its own as the company.
        """
        delivery, shipping = document.delivery, document.shipping_address
        if delivery.kind == "pickup":
            return delivery.place or self._place_address(channel, document)
        if delivery.kind == "pickup_point" and delivery.place:
            place, person = delivery.place, shipping or document.billing_address
            name = first((person.name if person else "", document.customer.name))
            return dataclasses.replace(
                place,
                name=name or place.name,
                company=place.name if name else "",
                phone=first((person.phone if person else "", place.phone)),
            )
        return shipping or document.billing_address

    def _place_address(self, channel, document):
        """Return our own place's address where the channel tells none."""
        place_id = document.delivery.place_id
        warehouse = self._find_warehouses(channel, {place_id} - {""}).get(place_id)
        partner = (warehouse or channel.warehouse_id).partner_id
        return doc.Address(
            name=document.delivery.title or partner.name or self.env._("Pickup"),
            street=partner.street or "",
            street2=partner.street2 or "",
            zip=partner.zip or "",
            city=partner.city or "",
            state_code=partner.state_id.code or "",
            country_code=partner.country_id.code or "",
        )


def normalize_vat(text):
    """Return a VAT number as capitals and digits."""
    return "".join(char for char in (text or "").upper() if char.isalnum())
