from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from ..adapters import base


class RetailSyncChannel(models.Model):
    """What is said of a watched channel; a figure is one only once all is read."""

    _inherit = "retail.sync.channel"

    watch_words = fields.Char(
        string="What watching found", compute="_compute_watch_words"
    )

    @api.depends_context("lang", "tz")
    def _compute_watch_words(self):
        for channel in self:
            channel.watch_words = channel._tell_watch()

    def _tell_watch(self):
        """Say in a few sentences what going live would do."""
        too_much = self.env["retail.sync.stock.before"].search_count(
            [
                ("channel_id", "=", self.id),
                ("promises_too_much", "=", True),
                ("difference", "!=", 0),
            ]
        )
        parts = [
            self._tell_levels(),
            too_much
            and self.env._("Of these, the channel offers too much of: %s.", too_much),
            self._tell_orders(),
            self._tell_who_counts(),
            self.unmatched_count
            and self.env._("Products to match: %s.", self.unmatched_count),
            self.unmapped_count
            and self.env._("Locations that are not mapped: %s.", self.unmapped_count),
            self._tell_issues(),
            self._tell_unread(),
            self.watch_is_old and self._tell_old(),
        ]
        return " ".join(filter(None, parts))

    def _tell_old(self):
        """Say when the levels were read."""
        return self.env._(
            "The levels were read on %s: look again before you decide.",
            format_datetime(self.env, self.watch_read_at, tz=str(self.env.tz)),
        )

    def _tell_unread(self):
        """Say how many levels no reading has seen: of what was matched since."""
        if self.state != "watch" or not self._has_port(base.Levels):
            return ""
        count = self.env["retail.sync.stock.run"].sudo()._count_unread(self)
        return count and self.env._(
            "Levels that were not read yet: %s. Look again before you decide.", count
        )

    def _tell_levels(self):
        """Say how many levels would change, as far as they were read."""
        if not self._has_port(base.Levels):
            return self.env._("It does not tell which stock it has.")
        run = self._first_look()
        if not run:
            return self.env._("Levels that would change: %s.", self.differs_count)
        if not self.differs_count:
            return self.env._(
                "Levels are being read: %(done)s of %(total)s.",
                done=run.done,
                total=run.total,
            )
        return self.env._(
            "Levels are being read: %(done)s of %(total)s; so far %(count)s would"
            " change.",
            done=run.done,
            total=run.total,
            count=self.differs_count,
        )

    def _first_look(self):
        """Return the run that reads all levels for the first time, while it does."""
        looks = self.env["retail.sync.stock.run"].sudo()
        mine = [("channel_id", "=", self.id), ("kind", "=", "watch")]
        if looks.search_count([*mine, ("state", "=", "done")], limit=1):
            return looks
        return looks.search([*mine, ("state", "=", "running")], limit=1)

    def _tell_orders(self):
        """Say how many orders would be imported, as far as they were read."""
        if not self._is_reading_orders():
            return self.env._(
                "Orders that would be imported: %s.", self.watched_order_count
            )
        if not self.watched_order_count:
            return self.env._("Orders are being read.")
        return self.env._(
            "Orders are being read; so far %s would be imported.",
            self.watched_order_count,
        )

    def _is_reading_orders(self):
        """Return whether the first turn through the orders is not over yet."""
        workflow = self.sudo()._workflow("order")
        if workflow.state != "on" or not self._has_port(base.Pages):
            return False
        if not workflow.since and (workflow.cursor or not workflow.last_success_at):
            return True
        return bool(
            self.env["retail.sync.job"]
            .sudo()
            .search_count(
                [
                    ("channel_id", "=", self.id),
                    ("handler", "=", "order.fetch"),
                    ("state", "in", ("pending", "running")),
                ],
                limit=1,
            )
        )

    def _judge_health(self):
        """Say of a watched channel what going live would do."""
        if self.state != "watch" or not self.is_live_database:
            return super()._judge_health()
        note = f"{self._tell_levels()} {self._tell_orders()}"
        return "watch", note, self.env._("Show channel")
