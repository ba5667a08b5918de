from odoo import models


class RetailSyncIssue(models.Model):
    """What each kind of issue says: title, sentence, what to do."""

    _inherit = "retail.sync.issue"

    def _words(self):
        """Return {kind: (title, message, suggestion)}; ``%(name)s`` are facts."""
        return {
            **self._words_of_products(),
            **self._words_of_mapping(),
            **self._words_of_orders(),
            **self._words_of_actions(),
            **self._words_of_work(),
        }

    def _words_of_products(self):
        translate = self.env._
        return {
            "unknown_sku": (
                translate("Product %(value)s is not known"),
                translate(
                    "Orders name %(value)s, and no product here is matched with it."
                ),
                translate("Match it with a product; all that waits goes on by itself."),
            ),
            "ambiguous_sku": (
                translate("Product %(value)s is not clear"),
                translate("Several products here could be %(value)s."),
                translate("Choose the right one; all that waits goes on by itself."),
            ),
        }

    def _words_of_mapping(self):
        translate = self.env._
        again = translate("Map it once; all that waits for it goes on by itself.")
        return {
            "unknown_tax": (
                translate("Tax %(value)s is not mapped"),
                translate(
                    "Orders carry the tax %(value)s, and it is mapped to none here."
                ),
                again,
            ),
            "unknown_gateway": (
                translate("Payment method %(value)s is not mapped"),
                translate("Orders were paid by %(value)s, which is not known here."),
                again,
            ),
            "unknown_carrier": (
                translate("Carrier %(value)s is not mapped"),
                translate("The channel does not know how you call %(value)s."),
                again,
            ),
            "unknown_location": (
                translate("Location %(value)s is not mapped"),
                translate("The channel names the location %(value)s, unknown here."),
                again,
            ),
            "unknown_state": (
                translate("Region %(value)s is not known"),
                translate("An address names the region %(value)s, unknown here."),
                again,
            ),
            "unknown_currency": (
                translate("Currency %(value)s is not active"),
                translate("Orders are in %(value)s, which is not active here."),
                translate("Activate the currency."),
            ),
        }

    def _words_of_orders(self):
        translate = self.env._
        return {
            "total_mismatch": (
                translate("%(value)s does not add up"),
                translate("%(explanation)s"),
                translate("Say what the difference is, or ask the channel again."),
            ),
            "cancel_while_picking": (
                translate("%(value)s was canceled while it is being picked"),
                translate("The customer canceled; the goods are on their way already."),
                translate("Stop the delivery, or let it go and tell the customer."),
            ),
            "order_changed": (
                translate("%(value)s was changed over there"),
                translate("The order was changed after work on it began."),
                translate("Compare the order with the channel's."),
            ),
            "stock_drift": (
                translate("The stock of %(value)s is not what we told"),
                translate(
                    "The channel holds another quantity, and no sale explains it."
                ),
                translate("Look at the levels; the next turn tells ours again."),
            ),
        }

    def _words_of_actions(self):
        translate = self.env._
        return {
            "effect_in_doubt": (
                translate("Nobody knows whether it happened"),
                translate("No answer came for %(value)s, and the channel cannot tell."),
                translate("Look over there, then say what became of it."),
            ),
            "effect_refused": (
                translate("The channel refused"),
                translate("The channel refused %(field)s: %(value)s."),
                translate("Mend the cause, then try again."),
            ),
            "privacy_request": (
                translate("Privacy request for %(value)s"),
                translate("The channel asks to give out or erase a person's data."),
                translate("Answer it within 30 days, then close this."),
            ),
        }

    def _words_of_work(self):
        translate = self.env._
        mend = translate("Mend the cause, then try again.")
        return {
            "bad_payload": (
                translate("Something the channel sent cannot be read"),
                translate("%(field)s: %(value)s"),
                translate("Tell the maintainer of this channel's module."),
            ),
            "bad_amount": (
                translate("An amount cannot be read"),
                translate("%(field)s: %(value)s"),
                translate("Compare the order with the channel's."),
            ),
            "data": (
                translate("%(field)s %(value)s cannot be used"),
                translate("%(field)s: %(value)s"),
                mend,
            ),
            "gave_up": (
                translate("Given up after many attempts"),
                translate("The channel kept answering: %(value)s."),
                mend,
            ),
            "channel_paused": (
                translate("%(value)s is paused"),
                translate("Nothing is fetched or sent; what comes in is kept."),
                translate("Mend the access, then resume."),
            ),
            "bug": (
                translate("A mistake in the software"),
                translate("%(field)s stopped with %(value)s."),
                translate("Tell the maintainer; the details are with the work itself."),
            ),
        }
