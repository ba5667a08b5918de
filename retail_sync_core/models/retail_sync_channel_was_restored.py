from odoo import fields, models


class RetailSyncChannel(models.Model):
    """A channel that catches up after a restore says so wherever it is shown."""

    _inherit = "retail.sync.channel"

    catching_up_words = fields.Char(
        string="Catches up", compute="_compute_catching_up_words", compute_sudo=True
    )

    def _compute_catching_up_words(self):
        lines = self._lines_catching_up()
        for channel in self:
            line = lines.filtered(lambda one, c=channel: one.channel_id == c)
            channel.catching_up_words = line.step if line else False

    def _lines_catching_up(self):
        return (
            self.env["retail.sync.restoration.line"]
            .sudo()
            .search([("channel_id", "in", self.ids), ("state", "!=", "released")])
        )

    def _judge_health(self):
        """Say first that nothing is sent yet."""
        words = self.catching_up_words
        if not words or self.state == "paused" or not self.is_live_database:
            return super()._judge_health()
        note = self.env._(
            "The database was restored: nothing is sent before this channel has caught"
            " up. %s",
            words,
        )
        return "busy", note, self.env._("Show how far it is")

    def action_next_step(self):
        """Show how far a restored database is."""
        self.ensure_one()
        live = self.state != "paused" and self.is_live_database
        if live and self._lines_catching_up():
            return self.action_open_restoration()
        return super().action_next_step()

    def action_open_restoration(self):
        """Show how far the channels of a restored database are."""
        self.check_access("read")
        restoration = self._lines_catching_up()[:1].restoration_id
        return restoration._open() if restoration else True
