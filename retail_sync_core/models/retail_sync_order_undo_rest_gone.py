from odoo import models

KIND = "rest_shipped"


class RetailSyncOrder(models.Model):
    """The channel did not cancel the rest, for it was shipped over there by then."""

    _inherit = "retail.sync.order"

    def _judge_refund(self):
        result = super()._judge_refund()
        for order in self.filtered("is_rest_cancelled"):
            order._look_at_refused_rest()
        return result

    def _ask_about_rest(self, answer):
        result = super()._ask_about_rest(answer)
        self._look_at_refused_rest()
        return result

    def _look_at_refused_rest(self):
        """Offer no deliveries of what is gone: say so instead."""
        issue = self._rest_issue()
        if not issue or self._rest():
            return
        issue._close()
        units = self._units_of_rest_shipped()
        if units:
            self.env["retail.sync.issue"]._raise(
                self.channel_id,
                KIND,
                field=self.env._("Order"),
                value=self.display_name,
                params={"units": f"{units:g}"},
                record=self,
            )

    def _units_of_rest_shipped(self):
        """Return the units of the rest that are still sold there and left over there.

        What the channel took off meanwhile is not among them, nor is what somebody
        shipped there before the rest was canceled.
        """
        asked, elsewhere = self._asked_to_cancel(), self._shipped_elsewhere()
        stays = self.rest_stays or {}
        units = 0.0
        for line in self.line_ids.filtered(lambda line: line.external_id in stays):
            kept, before = stays[line.external_id]
            rest = line.current_quantity - asked[line] - kept
            gone = elsewhere.get(line.external_id, 0.0) - before
            units += max(min(rest, gone), 0.0)
        return units


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _mend_rest_refused(self):
        """Look once more: by now the rest may be gone."""
        order = self.env[self.res_model].browse(self.res_id).exists()
        order._check_operator()
        order.sudo()._look_at_refused_rest()
        return super()._mend_rest_refused() if self.state == "open" else True

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The rest of %(value)s was shipped over there"),
                self.env._(
                    "It was canceled here, and the channel tells that somebody shipped"
                    " it before. Units: %(units)s. They were not canceled there, and no"
                    " money went back for them."
                ),
                self.env._(
                    "Where it left your own stock, take it off that; then close this."
                ),
            ),
        }
