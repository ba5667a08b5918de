from dataclasses import replace

from odoo import models


class RetailSyncHandlerReturnDecide(models.AbstractModel):
    """Approves or declines a return at the channel, once.

    A refusal stops nothing else of the order: it stands on the return.
    """

    _name = "retail.sync.handler.return.decide"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Decide a Return There"

    _flow = "return"
    _holds_key = False

    def _settled(self, effect, outcome):
        """Note the answer on the return, and read what it made of the order."""
        one = effect._get_subject()
        one._note_decision(effect.sudo()._get_document(), outcome)
        one.order_id._fetch_soon()
        if outcome.state == "refused":
            return self.env._("The channel refused: %s", outcome.message)
        return self.env._("The channel did it: %s", one.display_name)


class RetailSyncHandlerReturnDispose(models.AbstractModel):
    """Tells the channel what a receipt brought back, once."""

    _name = "retail.sync.handler.return.dispose"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Tell What Came Back"

    _flow = "return"

    def _plan_send(self, effect):
        """Freeze, with the intent to send, what is known not to be this one."""
        one = self._return_of(effect)
        if one:
            document = effect._get_document()
            effect._replace_body(
                replace(document, known=one.sudo()._known_dispositions())
            )
        return super()._plan_send(effect)

    def _return_of(self, effect):
        order = self.env["retail.sync.order"]._find_by_key(
            effect.channel_id, effect.order_key
        )
        return_id = effect.sudo()._get_document().return_id
        return order.return_ids.filtered(lambda one: one.external_id == return_id)

    def _settled(self, effect, outcome):
        """Put the answer on the timeline, and read what it made of the return."""
        one = self._return_of(effect)
        one._note_disposition(effect._get_subject(), outcome)
        one.order_id._fetch_soon()
        if outcome.state == "refused":
            return self.env._("The channel refused: %s", outcome.message)
        return self.env._("The channel knows what %s brought.", self._name_of(effect))

    def _refused(self, effect, answer):
        """It stands on the receipt; the order's other work goes on."""
        return self._settled(effect.sudo(False), answer)


class RetailSyncHandlerReturnMake(models.AbstractModel):
    """Has the channel open a return for what was made here, once.

    A refusal stops nothing else of the order: it stands on the receipt.
    """

    _name = "retail.sync.handler.return.make"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Make a Return There"

    _flow = "return"
    _holds_key = False

    def _is_wanted(self, effect):
        """Return whether the goods are still to come, or are here."""
        picking = effect._get_subject()
        return bool(picking) and picking.state != "cancel"

    def _settled(self, effect, outcome):
        """Put the answer on the timeline, and read what it made of the order."""
        order = self._order_of(effect)
        order._note_making(effect._get_subject(), outcome)
        order._fetch_soon()
        if outcome.state == "refused":
            return self.env._("The channel refused: %s", outcome.message)
        return self.env._("The channel has a return for %s.", self._name_of(effect))
