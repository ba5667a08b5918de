from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_datetime

from .retail_sync_level_ledger import TELLABLE

# flows with work of their own; all else of an order comes when the order is read
PAUSABLE = (
    "order",
    "stock",
    "shipment",
    "payment",
    "cancellation",
    "catalog",
)
WAITING = """
SELECT channel_id, flow, count(*)
  FROM retail_sync_job
 WHERE state IN ('pending', 'running', 'held') AND channel_id = ANY(%s)
   AND flow IS NOT NULL AND flow <> 'stock'
 GROUP BY channel_id, flow
 UNION ALL
SELECT l.channel_id, 'stock', count(*)
  FROM retail_sync_level l
  JOIN retail_sync_listing i ON i.id = l.listing_id
  JOIN retail_sync_location p ON p.id = l.location_id
 WHERE l.wanted_generation > l.sent_generation AND p.state = 'mapped'
   AND l.location_id = ANY(%s) AND %s
 GROUP BY l.channel_id
"""


class RetailSyncWorkflow(models.Model):
    """Each flow is paused and resumed by itself; what waits meanwhile is counted.

    Its jobs are *held*: they lie beside the queue, so that nobody who claims work meets
    them. Resumed, they go back to it in the order they came and leave within the
    channel's budget. Changed stock is no job: each level is told once, as it is then.
    """

    _inherit = "retail.sync.workflow"

    paused_reason = fields.Char(string="Reason of the pause", readonly=True, copy=False)
    paused_by_id = fields.Many2one(
        "res.users", string="Paused by", readonly=True, copy=False
    )
    paused_at = fields.Datetime(string="Paused", readonly=True, copy=False)
    resumed_at = fields.Datetime(
        string="Resumed",
        readonly=True,
        copy=False,
        help="When it, or the whole channel, went on.",
    )
    paused_words = fields.Char(string="Why", compute="_compute_paused_words")
    can_pause = fields.Boolean(string="Can be paused", compute="_compute_can_pause")
    waiting_count = fields.Integer(
        string="Waiting",
        compute="_compute_waiting_count",
        help="Pieces of work that are not done yet; for stock, levels to be told.",
    )

    _paused_idx = models.Index("(channel_id, flow) WHERE state = 'paused'")

    @api.depends("flow", "state")
    def _compute_can_pause(self):
        for workflow in self:
            workflow.can_pause = workflow.flow in PAUSABLE

    @api.depends("state", "paused_reason", "paused_by_id", "paused_at")
    @api.depends_context("lang", "tz")
    def _compute_paused_words(self):
        words = self.env["retail.sync.words"]
        for workflow in self:
            reason, user = workflow.paused_reason, workflow.paused_by_id
            workflow.paused_words = workflow.state == "paused" and self._say_pause(
                user, workflow.paused_at, reason if user else words._say(reason)
            )

    @api.model
    def _say_pause(self, user, moment, reason):
        """Return who paused something, when and why, in one sentence."""
        parts = [reason]
        when = moment and format_datetime(self.env, moment, tz=str(self.env.tz))
        if user and when:
            parts.append(
                self.env._("(%(user)s, %(when)s)", user=user.sudo().name, when=when)
            )
        elif when:
            parts.append(self.env._("(by itself, %s)", when))
        return " ".join(filter(None, parts)) or False

    def _compute_waiting_count(self):
        self.env.flush_all()
        channels = self.channel_id
        places = channels.sudo().location_ids
        # ORM: jobs are counted for all who see the channel, in one statement
        rows = self.env.execute_query(SQL(WAITING, channels.ids, places.ids, TELLABLE))
        counts = {(channel, flow): count for channel, flow, count in rows}
        for workflow in self:
            key = (workflow.channel_id.id, workflow.flow)
            workflow.waiting_count = counts.get(key, 0)

    def _flow_name(self):
        """Return the flow's name in the reader's language."""
        return dict(self._fields["flow"]._description_selection(self.env))[self.flow]

    # a person's verbs
    def action_pause(self, reason=None):
        """Stop this flow; nothing is lost. Without a ``reason`` a person is asked."""
        self.channel_id._check_group("operator")
        if reason is None:
            return self.env["retail.sync.pause"]._open(self.channel_id, self)
        reason = self.channel_id._check_reason(reason)
        for workflow in self.filtered(lambda w: w.state == "on" and w.can_pause):
            workflow._pause(reason, self.env.user)
        return True

    def _pause(self, reason, user=None):
        """Stop this flow, on behalf of ``user`` or by itself."""
        self.sudo().write(
            {
                "state": "paused",
                "paused_reason": reason,
                "paused_by_id": user.id if user else False,
                "paused_at": self.env.cr.now(),
            }
        )
        what = self.env._("%s: paused.", self._flow_name())
        self.channel_id._post_pause(what, reason)
        self._record("workflow.paused")

    def action_resume(self, asked=False):
        """Let this flow go on where it stopped.

        :param asked: a person has seen that our levels are told again after the
            channel's own were put back; else that is asked first
        """
        self.channel_id._check_group("operator")
        paused = self.filtered(lambda w: w.state == "paused")
        back = paused.filtered(lambda w: not asked and w._undoes_put_back())
        for workflow in paused - back:
            workflow._resume()
        return self.env["retail.sync.stock.resume"]._open(back[0]) if back else True

    def _undoes_put_back(self):
        """Return whether our levels are told again where theirs were put back."""
        return self.flow == "stock" and bool(self.channel_id.stock_put_back_at)

    def _resume(self):
        again = self._undoes_put_back() and self.env._("Our levels are told again.")
        self.sudo().write({"state": "on"})
        channel = self.channel_id
        channel._post_pause(self.env._("%s: resumed.", self._flow_name()), again or "")
        self._record("workflow.resumed")

    def _record(self, action):
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, action, {"flow": self.flow}
        )

    def write(self, vals):
        """Whoever changes the state: what waits is held or let go by a worker."""
        if vals.get("state") == "paused" and not self.env.su:  # a person says why
            for workflow in self:
                reason = vals.get("paused_reason", workflow.paused_reason)
                workflow.channel_id._check_reason(reason)
        changed = self.browse()
        if "state" in vals:
            changed = self.filtered(lambda w: w.state != vals["state"])
        if vals.get("state") == "on":
            vals = {
                "paused_reason": False,
                "paused_by_id": False,
                "paused_at": False,
                "resumed_at": self.env.cr.now(),
                **vals,
            }
        result = super().write(vals)
        if vals.get("state") == "on":
            resumed = changed.filtered(lambda w: w._undoes_put_back())
            resumed.sudo().channel_id.stock_put_back_at = False
        changed._settle_held()
        return result

    def _settle_held(self):
        """Have a worker hold what waits of these flows, or let it go."""
        mark = self.env["retail.sync.stock.mark"].sudo()
        for workflow in self:
            if workflow.state == "on" or workflow._has_pending():
                self.env["retail.sync.job"].sudo()._enqueue(
                    workflow.channel_id,
                    "flow.settle",
                    identity=f"flow.settle:{workflow.id}",
                    lane=0,
                    payload={"workflow_id": workflow.id},
                )
            if workflow.state == "on" and workflow.flow == "order":
                self.env["retail.sync.stock.orders"].sudo()._ask(workflow.channel_id)
            if workflow.state == "on" and workflow.flow == "stock":
                mark._enqueue_pushes(workflow.channel_id.location_ids)

    @api.model
    def _enqueue_due(self):
        self.env["retail.sync.channel"]._end_put_backs()
        self.env["retail.sync.queue"].sudo()._left_held()._settle_held()
        return super()._enqueue_due()

    def _has_pending(self):
        jobs = self.env["retail.sync.job"].sudo()
        own = [("channel_id", "=", self.channel_id.id), ("flow", "=", self.flow)]
        return bool(jobs.search_count([*own, ("state", "=", "pending")], limit=1))
