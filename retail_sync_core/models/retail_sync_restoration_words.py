from odoo import api, models

from .retail_sync_restoration_line import BOOKED


class RetailSyncRestorationLine(models.Model):
    """What a channel that catches up does or waits for, in words."""

    _inherit = "retail.sync.restoration.line"

    @api.depends("state", "restoration_id.confirmed_at")
    def _compute_counts(self):
        for line in self:
            mine = [("channel_id", "=", line.channel_id.id)]
            line.order_count = self.env["retail.sync.order"].search_count(
                [*mine, ("create_date", ">=", line.restoration_id.confirmed_at)]
            )
            # the count shows to all who see the channel, the work itself to managers
            line.booked = self.env["retail.sync.effect"].search_count(
                [
                    *mine,
                    ("code", "=", BOOKED),
                    ("settled_at", ">=", line.restoration_id.confirmed_at),
                ]
            )
            jobs = self.env["retail.sync.job"].sudo()
            line.kept_count = jobs.search_count(
                [*mine, ("state", "=", "held"), ("wait_reason", "=", "restoring")]
            )
            line.stuck_count = jobs.search_count(
                [
                    *mine,
                    ("handler", "in", ("order.fetch", "order.import")),
                    ("state", "in", ("parked", "dead")),
                ]
            )

    def _say_step(self):
        """Return in a sentence what it does, or what keeps it."""
        if self.state == "released":
            return self._say_released()
        if self.channel_id.state == "paused":
            return self.env._("The channel is paused: it goes on when it is resumed.")
        if not self.env["retail.sync.fuse"].sudo()._is_confirmed():
            return self.env._("Waits until the database is confirmed.")
        stopped = self._jobs("parked", "dead")[:1]
        if stopped:
            return self.env._(
                "Stopped by an error: %s See the channel's issues, then try the job"
                " again.",
                stopped.explanation or "",
            )
        return {
            "new": self._say_new,
            "orders": self._say_orders,
            "effects": self._say_effects,
            "deliveries": self._say_deliveries,
            "levels": self._say_levels,
        }[self.state]()

    def _say_new(self):
        return self.env._("Begins in a moment.")

    def _say_orders(self):
        paused = self.channel_id._workflow("order").state == "paused"
        if paused:
            return self.env._("Orders are paused: it goes on when they are resumed.")
        stuck = self._stuck_turn()
        if stuck:
            return self.env._(
                "The channel's orders could not be read: %s Mend it, then try the job"
                " again.",
                stuck.explanation or "",
            )
        return self.env._(
            "Reads what changed since the backup. Orders still to be read: %s.",
            self._left_to_read(),
        )

    def _stuck_turn(self):
        jobs = self.env["retail.sync.job"].sudo().browse(self.poll_job_ids or [])
        return jobs.exists().filtered(lambda one: one.state in ("parked", "dead"))[:1]

    def _say_effects(self):
        return self.env._(
            "Asks what became of outside actions before any is repeated. Still to be"
            " looked up: %s.",
            self._in_doubt(),
        )

    def _say_deliveries(self):
        return self.env._(
            "Books deliveries that the channel has already: %s so far.", self.booked
        )

    def _say_levels(self):
        return self.run_id.summary or self.env._("Stock is compared.")

    def _say_released(self):
        if self.release_reason:
            return self.env._("Released early: %s", self.release_reason)
        if self.blocked:
            return self.env._(
                "Has caught up. Deliveries that a person must book: %s. Their orders"
                " are on hold.",
                self.blocked,
            )
        return self.env._("Has caught up.")
