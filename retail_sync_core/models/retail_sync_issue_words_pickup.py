from odoo import models


class RetailSyncIssue(models.Model):
    """Issues about what buyers fetch at a counter."""

    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            "ready_refused": (
                self.env._("The channel did not take that %(value)s is ready"),
                self.env._(
                    "%(name)s waits at the counter, but the channel wrote to nobody:"
                    " %(answer)s"
                ),
                self.env._("Tell the buyer that it can be fetched. Then close this."),
            ),
            "pickup_waits": (
                self.env._("Orders of %(value)s are not fetched"),
                self.env._(
                    "Deliveries that wait at a counter for more than %(days)s days:"
                    " %(count)s (%(names)s)."
                ),
                self.env._(
                    "Remind the buyer, or cancel the sales order: its goods go back to"
                    " the shelf. Closed by itself when none waits too long."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), "pickup_waits": self.env._("See what waits")}

    def _mend_pickup_waits(self):
        """Open the deliveries that nobody has fetched in time."""
        waiting = self.env["stock.picking"]._retail_sync_unfetched(self.channel_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        return {
            **action,
            "name": self.env._("Not fetched"),
            "domain": [("id", "in", waiting.ids)],
            "context": {},
        }
