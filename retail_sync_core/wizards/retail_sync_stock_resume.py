from odoo import api, fields, models
from odoo.tools.misc import format_datetime

SHOWN = 500


class RetailSyncStockResume(models.TransientModel):
    """Shows what goes out when stock is resumed after the levels were put back."""

    _name = "retail.sync.stock.resume"
    _description = "Tell Our Levels Again"

    workflow_id = fields.Many2one("retail.sync.workflow", required=True, readonly=True)
    channel_id = fields.Many2one(related="workflow_id.channel_id")
    story = fields.Text(compute="_compute_preview")
    change_count = fields.Integer(
        string="Levels that change", compute="_compute_preview"
    )
    level_ids = fields.Many2many(
        "retail.sync.level", compute="_compute_preview", string="Levels"
    )

    @api.model
    def _open(self, workflow):
        """Return the action that shows the preview for the stock of a channel."""
        name = workflow.channel_id.name
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell %s our levels again?", name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_workflow_id": workflow.id, "dialog_size": "large"},
        }

    @api.depends("workflow_id")
    @api.depends_context("lang", "tz")
    def _compute_preview(self):
        for wizard in self:
            changes = wizard._find_changes()
            changed = sorted(
                filter(changes.get, changes),
                key=lambda level_id: (-abs(changes[level_id]), level_id),
            )
            wizard.change_count = len(changed)
            wizard.level_ids = self.env["retail.sync.level"].browse(changed[:SHOWN])
            wizard.story = wizard._tell(changes)

    def _find_changes(self):
        """Return {level id: units more, or fewer} of all that is told, in one go.

        The levels' own figures come with their explanation: too much for all of them.
        """
        there = self.channel_id._levels_to_tell()
        levels = self.env["retail.sync.level"].browse(there)
        offered = levels._offered(levels)
        return {key: offered.get(key, 0) - units for key, units in there.items()}

    def _tell(self, changes):
        """Say what happens in a few sentences."""
        when = format_datetime(
            self.env, self.channel_id.stock_put_back_at, tz=str(self.env.tz)
        )
        parts = [
            self.env._(
                "The channel's own levels were put back on %s: resumed, it is told ours"
                " again at once.",
                when,
            ),
            self.env._(
                "%(count)s of %(all)s levels change, by %(units)s units in all.",
                count=self.change_count,
                all=len(changes),
                units=sum(map(abs, changes.values())),
            ),
            self.change_count > SHOWN
            and self.env._("The %s largest changes are listed.", SHOWN),
            self.env._(
                "To go on without telling stock, leave it paused: orders and all else"
                " go on."
            ),
        ]
        return " ".join(filter(None, parts))

    def action_resume(self):
        """Resume stock: our levels are told in the background."""
        self.ensure_one()
        self.workflow_id.action_resume(asked=True)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
