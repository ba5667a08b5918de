from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from .stock_picking import STATE_OF


class StockPicking(models.Model):
    """What the channel and the buyer were told of a delivery, for whoever packs it."""

    _inherit = "stock.picking"

    retail_sync_told = fields.Text(
        string="Told so far",
        compute="_compute_retail_sync_told",
        compute_sudo=True,
    )

    @api.depends("state", "retail_sync_state")
    @api.depends_context("lang", "tz")
    def _compute_retail_sync_told(self):
        for picking in self:
            order = picking.retail_sync_order_id
            tellings = order._tellings_of(picking) if order else ()
            sentences = [picking._retail_sync_say(effect) for effect in tellings]
            picking.retail_sync_told = "\n".join(sentences) or False

    def _retail_sync_say(self, effect):
        """Return in a sentence what became of telling ``effect``."""
        document = effect._get_document()
        facts = {
            "channel": effect.channel_id.name,
            "what": self._retail_sync_say_what(document),
            "why": effect.job_id.exists().explanation or "",
            "message": effect.message or effect.code or "",
            "when": effect.settled_at
            and format_datetime(self.env, effect.settled_at, tz=str(self.env.tz)),
        }
        said = self._retail_sync_said(STATE_OF[effect.state]) % facts
        if STATE_OF[effect.state] == "told" and document.notify_customer:
            said += " " + self.env._("It was asked to write to the buyer.")
        return said.strip()

    def _retail_sync_said(self, state):
        return {
            "waiting": self.env._("%(channel)s is to be told: %(what)s. %(why)s"),
            "told": self.env._("%(channel)s knows since %(when)s: %(what)s."),
            "doubt": self.env._(
                "Nobody knows yet whether %(channel)s was told: %(what)s. %(why)s"
            ),
            "refused": self.env._(
                "%(channel)s refused to be told: %(what)s. %(message)s"
            ),
        }[state]

    def _retail_sync_say_what(self, document):
        """Return the units and parcels that ``document`` tells of."""
        units = sum(units for _line, units in getattr(document, "lines", ()))
        numbers = ", ".join(parcel.number for parcel in document.tracking)
        parts = [
            units and self.env._("%g units", units),
            numbers and self.env._("parcel %s", numbers),
        ]
        return ", ".join(filter(None, parts)) or self.env._("no parcel number")
