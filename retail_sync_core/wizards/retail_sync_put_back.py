from odoo import api, fields, models

SHOWN = 500


class RetailSyncPutBack(models.TransientModel):
    """Shows what the channel's levels become when those of before are put back."""

    _name = "retail.sync.put.back"
    _description = "Put Levels Back"

    channel_id = fields.Many2one("retail.sync.channel", required=True, readonly=True)
    story = fields.Text(compute="_compute_preview")
    change_count = fields.Integer(
        string="Levels that change", compute="_compute_preview"
    )
    to_put_back_count = fields.Integer(related="channel_id.to_put_back_count")
    before_ids = fields.Many2many(
        "retail.sync.stock.before", compute="_compute_preview", string="Levels"
    )
    reason = fields.Char(required=True)

    @api.model
    def _open(self, channel):
        """Return the action that shows the preview for ``channel``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put back the levels that %s had", channel.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_channel_id": channel.id, "dialog_size": "extra-large"},
        }

    @api.depends("channel_id")
    def _compute_preview(self):
        for wizard in self:
            rows = self.env["retail.sync.stock.before"]._kept(wizard.channel_id)
            told = rows._kept(wizard.channel_id, told=True)
            changed = told.filtered("change").sorted(
                lambda row: (-abs(row.change), row.id)
            )
            wizard.change_count = len(changed)
            wizard.before_ids = changed[:SHOWN]
            wizard.story = wizard._tell(rows, told, changed)

    def _tell(self, rows, told, changed):
        """Say what happens in a few sentences."""
        if not rows:
            nothing = self.env._(
                "Nothing was kept: this channel was told before levels were kept, or"
                " it does not tell which stock it has."
            )
            return " ".join(filter(None, [nothing, self._tell_unknown(rows)]))
        parts = [
            self.env._(
                "%(count)s of %(all)s levels change, by %(units)s units in all.",
                count=len(changed),
                all=len(rows),
                units=sum(abs(row.change) for row in changed),
            ),
            self.env._(
                "Each goes back to what the channel had before our first figure, less"
                " what it sold itself since."
            ),
            any(row.theirs_qty < 0 for row in changed)
            and self.env._(
                "Where it had less than none, it goes to 0: less cannot be told."
            ),
            self._tell_not_stocked(told),
            self._tell_unknown(rows),
            self.env._("Afterwards stock is paused until somebody resumes it."),
        ]
        if len(changed) > SHOWN:
            parts.insert(1, self.env._("The %s largest changes are listed.", SHOWN))
        return " ".join(filter(None, parts))

    def _tell_not_stocked(self, told):
        """Say what becomes of what the channel did not stock there before."""
        added = told.filtered(lambda row: not row.stocked)
        if not added:
            return ""
        if self.channel_id._takes_off():
            return self.env._(
                "Products that were not stocked there before: %s. They are taken off"
                " the location again.",
                len(added),
            )
        return self.env._(
            "Products that were not stocked there before: %s. They go to 0 and stay"
            " listed at the location; take them off over there if you want to.",
            len(added),
        )

    def _tell_unknown(self, rows):
        """Say how many levels were told before anything was kept, and stay."""
        told = self.env["retail.sync.level"].search_count(
            [
                ("channel_id", "=", self.channel_id.id),
                ("acked_at", "!=", False),
                ("id", "not in", rows.level_id.ids),
            ]
        )
        return told and self.env._(
            "Levels that were told before anything was kept stay as they are: %s."
            " Levels are kept since version 19.0.1.1.0.",
            told,
        )

    def action_put_back(self):
        """Put the levels back, in the background."""
        self.ensure_one()
        self.channel_id._put_back(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
