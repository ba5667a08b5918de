from odoo import api, fields, models


class RetailSyncPause(models.TransientModel):
    """Why a channel, or one of its flows, is stopped."""

    _name = "retail.sync.pause"
    _description = "Pause"

    channel_id = fields.Many2one("retail.sync.channel", required=True, readonly=True)
    workflow_id = fields.Many2one("retail.sync.workflow", readonly=True)
    story = fields.Text(compute="_compute_story")
    waiting_count = fields.Integer(
        related="workflow_id.waiting_count", related_sudo=False
    )
    reason = fields.Char(required=True)

    @api.model
    def _open(self, channel, workflow=None):
        """Return the action that asks why ``channel`` or ``workflow`` is paused."""
        name = workflow._flow_name() if workflow else channel.name
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause %s", name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_channel_id": channel.id,
                "default_workflow_id": workflow.id if workflow else False,
            },
        }

    @api.depends("workflow_id")
    def _compute_story(self):
        words = {**self._stories(), **self._stories_of_followed()}
        whole = self.env._(
            "Nothing is fetched or sent until somebody resumes the channel. What comes"
            " in is kept."
        )
        for wizard in self:
            wizard.story = words.get(wizard.workflow_id.flow, whole)

    def _stories(self):
        """Return {flow: what its pause does} of the flows with work of their own."""
        return {
            "stock": self.env._(
                "No level is told to the channel. Each one that changes meanwhile is"
                " told once afterwards, as it is then."
            ),
            "order": self.env._(
                "No order is fetched or imported. What the channel tells is kept and"
                " read afterwards. Stock of what sells there meanwhile is not told"
                " either: a sale we do not know of would be written over."
            ),
            "shipment": self.env._(
                "The channel hears of no delivery. Your staff can go on shipping; what"
                " left is told afterwards, in order."
            ),
            "cancellation": self.env._(
                "What is canceled here is told to the channel afterwards. What is"
                " canceled there is followed all the same."
            ),
            "payment": self.env._(
                "Nothing is captured, voided or given back at the channel until you"
                " resume. What it tells of payments is followed all the same."
            ),
            "catalog": self.env._("The channel's products are not read."),
        }

    def _stories_of_followed(self):
        """Return {flow: what its pause does} of those that come with their orders."""
        return {
            "hold": self.env._(
                "What the channel holds or lets go meanwhile is not followed: its goods"
                " may leave. An order that changed so waits, with all else that changed"
                " in it, and is read afterwards. Cancellations are followed."
            ),
            "return": self.env._(
                "Returns at the channel are not followed. An order with one waits, with"
                " all else that changed in it, and is read afterwards. Cancellations"
                " are followed."
            ),
            "refund": self.env._(
                "What the channel gives back is not followed. An order with a new"
                " refund waits, with all else that changed in it, and is read"
                " afterwards. Cancellations are followed. To give nothing back from"
                " here, pause payments."
            ),
        }

    def action_pause(self):
        """Stop it now; what is under way this moment is finished."""
        self.ensure_one()
        target = self.workflow_id or self.channel_id
        target.action_pause(self.reason or "")
        return {"type": "ir.actions.client", "tag": "soft_reload"}
