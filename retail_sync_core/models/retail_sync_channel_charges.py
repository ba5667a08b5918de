from odoo import fields, models

CHARGE_KINDS = (
    "shipping",
    "duty",
    "fee",
    "tip",
    "gift_card",
    "custom",
    "channel_tax",
    "rounding",
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
        return Product.create(self._prepare_charge_product_values(names[kind], code))

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
