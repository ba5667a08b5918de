from odoo import fields, models

CHARGE_KINDS = (
    "shipping",
    "duty",
    "fee",
    "tip",
    "gift_card",
    "custom",
    "back",
    "channel_tax",
    "rounding",
    "correction",
    "past",
)


class RetailSyncChannel(models.Model):
    """What is sold but is no product: services, made when they are first needed."""

    _inherit = "retail.sync.channel"

    product_shipping_id = fields.Many2one(
        "product.product", string="Shipping", check_company=True
    )
    product_duty_id = fields.Many2one(
        "product.product", string="Duty", check_company=True
    )
    product_fee_id = fields.Many2one(
        "product.product", string="Fee", check_company=True
    )
    product_tip_id = fields.Many2one(
        "product.product", string="Tip", check_company=True
    )
    product_back_id = fields.Many2one(
        "product.product", string="Given back", check_company=True
    )
    product_gift_card_id = fields.Many2one(
        "product.product", string="Gift card sold", check_company=True
    )
    product_custom_id = fields.Many2one(
        "product.product", string="Custom line", check_company=True
    )
    product_channel_tax_id = fields.Many2one(
        "product.product", string="Tax paid by the channel", check_company=True
    )
    product_rounding_id = fields.Many2one(
        "product.product", string="Rounding", check_company=True
    )

    product_correction_id = fields.Many2one(
        "product.product", string="Correction", check_company=True
    )
    product_past_id = fields.Many2one(
        "product.product",
        string="Past product",
        check_company=True,
        help="Stands in past orders for what is not known here any more.",
    )
    gift_card_account_id = fields.Many2one(
        "account.account",
        string="Gift cards outstanding",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', 'liability_payable'))]",
        help="What gift cards that were sold and not yet spent are owed. A card that is"
        " sold is booked here and not as turnover; one that is spent is paid from here."
        " Empty: the account is made when the first card is sold.",
    )

    def _gift_card_account(self):
        """Return the account for gift cards that are out; channels share it."""
        self.ensure_one()
        if not self.gift_card_account_id:
            self.sudo().gift_card_account_id = self._make_gift_card_account()
        return self.gift_card_account_id

    def _make_gift_card_account(self):
        """Find the account that another channel of the company has, else make one."""
        company = self.company_id
        twin = self.sudo().search(
            [("company_id", "=", company.id), ("gift_card_account_id", "!=", False)],
            limit=1,
        )
        if twin:
            return twin.gift_card_account_id
        Account = self.env["account.account"].sudo().with_company(company)
        like = Account.search(
            [
                *Account._check_company_domain(company),
                ("account_type", "=", "liability_current"),
            ],
            limit=1,
        )
        code = Account._search_new_account_code(like.code or "210000")
        return Account.create(
            {
                "name": self.env._("Gift cards outstanding"),
                "code": code,
                "account_type": "liability_current",
                "company_ids": [(6, 0, company.ids)],
            }
        )

    def _charge_product(self, kind):
        """Return the service for ``kind`` of charge; made and kept when it is new."""
        self.ensure_one()
        name = f"product_{kind}_id"
        product = self[name]
        if not product:
            product = self._make_charge_product(kind)
            self.sudo()[name] = product
        return product

    def _make_charge_product(self, kind):
        """Find or make the company's service for ``kind``; channels share it."""
        code = f"RETAIL-SYNC-{kind.upper().replace('_', '-')}"
        Product = self.env["product.product"].sudo()
        product = Product.search(
            [("default_code", "=", code), ("company_id", "=", self.company_id.id)],
            limit=1,
        )
        if product:
            return product
        names = dict(self.env["retail.sync.order.line"]._fields["kind"].selection)
        product = Product.create(self._prepare_charge_product_values(names[kind], code))
        if kind == "gift_card":  # money owed, not turnover
            mine = product.with_company(self.company_id)
            mine.property_account_income_id = self._gift_card_account()
        return product

    def _prepare_charge_product_values(self, name, code):
        """Return the values of a service that stands for something sold there."""
        return {
            "name": name,
            "default_code": code,
            "type": "service",
            "invoice_policy": "order",
            "list_price": 0.0,
            "sale_ok": False,
            "purchase_ok": False,
            "taxes_id": False,
            "supplier_taxes_id": False,
            "company_id": self.company_id.id,
        }
