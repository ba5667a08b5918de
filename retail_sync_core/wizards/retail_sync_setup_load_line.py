from odoo import api, fields, models
from odoo.exceptions import UserError

EFFECTS = [
    ("change", "Change"),
    ("add", "Add"),
    ("cannot", "Cannot be loaded"),
    ("same", "Nothing: the same"),
    ("only_here", "Nothing: only here"),
    ("loaded", "Loaded"),
]


class RetailSyncSetupLoadLine(models.TransientModel):
    """One thing that two set-ups say, beside each other."""

    _name = "retail.sync.setup.load.line"
    _description = "Line of a Compared Set-up"
    _order = "load_id, sequence, id"
    _rec_name = "key"

    load_id = fields.Many2one(
        "retail.sync.setup.load", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    row = fields.Integer(aggregator=None)
    ref = fields.Char()
    section = fields.Selection(selection="_section_selection", string="Part")
    key = fields.Char(string="What")
    name = fields.Char(string="Setting")
    here = fields.Char()
    there = fields.Char()
    effect = fields.Selection(EFFECTS, string="What loading does")
    reason = fields.Char(string="Why, and what to do")

    @api.model
    def _section_selection(self):
        return list(self.env["retail.sync.setup.file"]._section_labels().items())

    def action_load(self):
        """Load the lines that are ticked."""
        self.check_access("read")
        load = self.load_id
        if len(load) != 1:
            raise UserError(self.env._("Tick the lines to load first."))
        return load._load(self)

    def action_load_all(self):
        """Load all that can be loaded."""
        load = self._load_at_hand()
        return load._load(
            load.line_ids.filtered(lambda line: line.effect in ("add", "change"))
        )

    def action_compare_again(self):
        """Compare with the channel as it is now."""
        load = self._load_at_hand()
        load._check_mine()
        load._compare()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _load_at_hand(self):
        """Return the comparison whose lines are on the screen."""
        number = self.env.context.get("retail_sync_load_id")
        load = self.env["retail.sync.setup.load"].browse(number or []).exists()
        if len(load) != 1:
            raise UserError(self.env._("This comparison is too old. Compare again."))
        return load
