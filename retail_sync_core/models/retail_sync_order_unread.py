from odoo import models


class RetailSyncOrder(models.Model):
    """Refunds the channel was asked for, as long as it has not told of them."""

    _inherit = "retail.sync.order"

    def _refunds_unread(self):
        """Return the refunds the channel was asked for and has not told of yet."""
        told = self.refunds_there or []
        return self.sudo().refund_ids.filtered(
            lambda one: (
                one.state == "asked"
                or (
                    one.state == "done"
                    and one.external_id
                    and one.external_id not in told
                )
            )
        )

    def _refunded_unread(self):
        """Count also what goes back at a person's asking and is not told yet."""
        refunds = self._refunds_unread()
        return super()._refunded_unread() + sum(refunds.mapped("amount"))

    def _asked_to_cancel(self):
        """Count also units that never left and that are being refunded."""
        asked = super()._asked_to_cancel()
        units = self._units_of(self._refunds_unread(), never_left=True)
        for line in self.line_ids:
            asked[line] += units.get(line.external_id, 0.0)
        return asked


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    def _gives_back(self):
        return self.kind == "refund" or super()._gives_back()

    def _given_up(self):
        """A refund that is given up is withdrawn: it may be asked for anew."""
        for effect in self.filtered(lambda one: one.kind == "refund"):
            effect._get_subject()._end(effect.doubt_note or False)
        return super()._given_up()
