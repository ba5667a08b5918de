from odoo import models

# the issue of what the channel refused to do with money
KIND = "money_refused"


class RetailSyncHandlerOrderPay(models.AbstractModel):
    """Captures, voids, marks as paid or gives back, at the channel, once.

    A refusal stops no delivery of the order: it is an issue of its own.
    """

    _name = "retail.sync.handler.order.pay"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Move an Order's Money There"

    _flow = "payment"
    _holds_key = False

    def _settled(self, effect, outcome):
        """Say what became of it, and read what it made of the order."""
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        what = order._money_words(effect.sudo()._get_document())
        issues = self.env["retail.sync.issue"]
        if outcome.state != "refused":
            order._note("pay_told", what=what)
            issues._close_matching(effect.channel_id, KIND, order.display_name)
            order._fetch_soon()
            return self.env._("The channel did it: %s", what)
        answer = outcome.message or outcome.code
        order._note("pay_refused", what=what, message=answer)
        issues._raise(
            effect.channel_id,
            KIND,
            field=self.env._("Order"),
            value=order.display_name,
            params={"wish": what, "answer": answer},
            record=order,
        )
        order._fetch_soon()
        order._judge_refund()
        return self.env._("The channel refused: %s", what)
