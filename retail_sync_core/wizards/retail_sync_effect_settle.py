from odoo import fields, models


class RetailSyncEffectSettle(models.TransientModel):
    """A person says what became of actions that nobody can read back."""

    _name = "retail.sync.effect.settle"
    _description = "Say What Became of an Action"

    effect_ids = fields.Many2many(
        "retail.sync.effect",
        string="Actions",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    verdict = fields.Selection(
        [
            ("applied", "It happened: I saw it at the channel"),
            ("intended", "It did not happen: send it again"),
            ("abandoned", "It did not happen and shall not happen"),
        ],
        string="What became of it",
        required=True,
    )
    reason = fields.Char(
        string="How you know", required=True, help="Kept with your name."
    )

    def action_settle(self):
        """Settle the actions; their jobs go on or end."""
        self.ensure_one()
        self.effect_ids.action_settle(self.verdict, self.reason)
        return {"type": "ir.actions.act_window_close"}
