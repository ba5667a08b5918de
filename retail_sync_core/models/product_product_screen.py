from odoo import fields, models


class ProductProduct(models.Model):
    """Where a product is offered, and whether the channels know its stock."""

    _inherit = "product.product"

    retail_sync_listing_ids = fields.One2many(
        "retail.sync.listing",
        "product_id",
        string="Offered on",
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_level_ids = fields.One2many(
        "retail.sync.level",
        "product_id",
        string="Stock levels at channels",
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_listing_count = fields.Integer(
        string="Products offered",
        compute="_compute_retail_sync",
        groups="retail_sync_core.retail_sync_group_viewer",
    )
    retail_sync_state = fields.Selection(
        [
            ("told", "The channels know the stock"),
            ("waiting", "Stock is being told"),
            ("refused", "A channel refused the stock"),
        ],
        string="Sync",
        compute="_compute_retail_sync",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    def _compute_retail_sync(self):
        listings = self.env["retail.sync.listing"]._read_group(
            [("product_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        levels = self.env["retail.sync.level"]._read_group(
            [("product_id", "in", self.ids)], ["product_id"], ["state:array_agg"]
        )
        counts, states = dict(listings), dict(levels)
        for product in self:
            product.retail_sync_listing_count = counts.get(product, 0)
            product.retail_sync_state = self._retail_sync_judge(states.get(product))

    def _retail_sync_judge(self, states):
        """Return the gravest word for the ``states`` of a product's levels."""
        if not states:
            return False
        if "refused" in states:
            return "refused"
        return "told" if set(states) <= {"acknowledged", "inactive"} else "waiting"

    def retail_sync_action_open_listings(self):
        """Open the product's listings."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_listing_action"
        )
        action["domain"] = [("product_id", "in", self.ids)]
        return action


class ProductTemplate(models.Model):
    _inherit = "product.template"

    retail_sync_listing_count = fields.Integer(
        string="Products offered",
        compute="_compute_retail_sync_listing_count",
        groups="retail_sync_core.retail_sync_group_viewer",
    )

    def _compute_retail_sync_listing_count(self):
        for template in self:
            variants = template.product_variant_ids
            template.retail_sync_listing_count = sum(
                variants.mapped("retail_sync_listing_count")
            )

    def retail_sync_action_open_listings(self):
        """Open the listings of all variants."""
        return self.product_variant_ids.retail_sync_action_open_listings()
