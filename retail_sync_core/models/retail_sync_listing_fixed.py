from odoo import api, fields, models
from odoo.exceptions import ValidationError

FIXED = {"fixed_qty", "fixed_until"}


class RetailSyncListing(models.Model):
    """A quantity that a person fixes has a reason and an end, and is written down."""

    _inherit = "retail.sync.listing"

    fixed_reason = fields.Char(
        string="Why it is fixed", help="Kept with your name in the audit trail."
    )

    @api.constrains("fixed_until", "fixed_reason")
    def _check_fixed_reason(self):
        for listing in self:
            if listing.fixed_until and not (listing.fixed_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say in a few words why %s is always offered with a quantity"
                        " fixed by hand.",
                        listing.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        listings = super().create(vals_list)
        listings.filtered("fixed_until")._note_fixed()
        return listings

    def write(self, vals):
        """Note who fixed it; with its end the reason is gone, too."""
        if "fixed_until" in vals and not vals["fixed_until"]:
            vals = {**vals, "fixed_reason": False}
        told = self.filtered("fixed_until") if FIXED & vals.keys() else self.browse()
        result = super().write(vals)
        if FIXED & vals.keys():
            (told | self.filtered("fixed_until"))._note_fixed()
        return result

    def _note_fixed(self):
        for listing in self:
            until = listing.fixed_until
            self.env["retail.sync.audit"]._record(
                listing.channel_id,
                listing,
                "level.fixed" if until else "level.freed",
                {"quantity": listing.fixed_qty, "until": until} if until else {},
            )
