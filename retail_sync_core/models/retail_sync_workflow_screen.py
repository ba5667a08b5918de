from odoo import api, fields, models
from odoo.tools import SQL

from .retail_sync_channel import WORKING

# the oldest thing of each flow that is not done yet, per channel
OLDEST = """
SELECT channel_id, flow, min(since)
  FROM (SELECT channel_id, flow, received_at AS since
          FROM retail_sync_event WHERE state = 'received'
         UNION ALL
        SELECT channel_id, 'stock', CASE WHEN near_zero OR due_at IS NULL
               THEN marked_at ELSE GREATEST(due_at, marked_at) END
          FROM retail_sync_level WHERE wanted_generation > sent_generation
         UNION ALL
        SELECT channel_id, CASE kind WHEN 'tracking' THEN 'shipment' ELSE kind END,
               create_date
          FROM retail_sync_effect
         WHERE kind IN ('shipment', 'tracking', 'cancellation')
           AND state IN ('intended', 'sent', 'unknown', 'accepted')
         UNION ALL
        SELECT channel_id, flow, next_poll_at
          FROM retail_sync_workflow WHERE state = 'on') waiting
 WHERE channel_id = ANY(%s)
 GROUP BY channel_id, flow
"""


class RetailSyncWorkflow(models.Model):
    """How far a workflow is behind, for people: the age of its oldest open thing."""

    _inherit = "retail.sync.workflow"

    lag_s = fields.Integer(string="Behind (s)", compute="_compute_lag")
    lag_text = fields.Char("Behind by", compute="_compute_lag")
    is_late = fields.Boolean(string="Late", compute="_compute_lag")
    is_watched = fields.Boolean(string="Watched", compute="_compute_watched")
    watched_words = fields.Char(string="While watching", compute="_compute_watched")

    @api.depends("state", "resumed_at", "channel_id.state", "channel_id.live_at")
    @api.depends_context("lang")
    def _compute_lag(self):
        oldest = self._oldest()
        now = fields.Datetime.now()
        for workflow in self:
            since = oldest.get((workflow.channel_id.id, workflow.flow))
            since = since and max(since, workflow._went_on_at() or since)
            told = WORKING if workflow.flow != "stock" else ("live",)
            works = workflow.state == "on" and workflow.channel_id.state in told
            seconds = int((now - since).total_seconds()) if since and works else 0
            workflow.lag_s = max(0, seconds)
            workflow.is_late = workflow.lag_s > workflow.target_s
            workflow.lag_text = (
                self._say_duration(workflow.lag_s) if workflow.lag_s else False
            )

    @api.depends("flow", "channel_id.state", "channel_id.paused_from")
    @api.depends_context("lang")
    def _compute_watched(self):
        """Say what is done of a flow while its channel is only watched."""
        words = {
            "stock": self.env._("Levels are compared; nothing is sent"),
            "order": self.env._("Read in turns; no sales order is made"),
            "catalog": self.env._("Read in turns"),
            "draft": self.env._("Nothing is read or sent"),
        }
        read = self.env._("Read with the orders; nothing is sent")
        for workflow in self:
            channel = workflow.channel_id
            workflow.is_watched = channel.state != "draft" and channel._only_looks()
            workflow.watched_words = workflow.is_watched and words.get(
                workflow.flow, read
            )

    def _went_on_at(self):
        """Return since when it works without a break: nothing was late before."""
        moments = (self.channel_id.live_at, self.resumed_at)
        return max(filter(None, moments), default=None)

    def _oldest(self):
        """Return {(channel id, flow): since when its oldest open thing waits}."""
        # ORM: one statement over four tables, grouped
        self.env.flush_all()
        rows = self.env.execute_query(SQL(OLDEST, list(self.channel_id.ids)))
        return {(channel_id, flow): since for channel_id, flow, since in rows}

    @api.model
    def _say_duration(self, seconds):
        """Return a duration in words, in its largest unit."""
        sizes = (
            (86400, self.env._("%s d")),
            (3600, self.env._("%s h")),
            (60, self.env._("%s min")),
        )
        for size, words in sizes:
            if seconds >= size:
                return words % (seconds // size)
        return self.env._("%s s", seconds)
