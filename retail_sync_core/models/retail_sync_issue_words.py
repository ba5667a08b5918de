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
        return {
            "unknown_sku": (
                self.env._("Product %(value)s is not known"),
                self.env._(
                    "Orders name %(value)s, and no product here is matched with it."
                ),
                self.env._(
                    "Match it with a product; all that waits goes on by itself."
                ),
            ),
            "ambiguous_sku": (
                self.env._("Product %(value)s is not clear"),
                self.env._("Several products here could be %(value)s."),
                self.env._("Choose the right one; all that waits goes on by itself."),
            ),
        }

    def _words_of_mapping(self):
        again = self.env._("Map it once; all that waits for it goes on by itself.")
        return {
            "unknown_tax": (
                self.env._("Tax %(value)s is not mapped"),
                self.env._(
                    "Orders carry the tax %(value)s, and it is mapped to none here."
                ),
                again,
            ),
            "unknown_gateway": (
                self.env._("Payment method %(value)s is not mapped"),
                self.env._("Orders were paid by %(value)s, which is not known here."),
                again,
            ),
            "unknown_carrier": (
                self.env._("Carrier %(value)s is not mapped"),
                self.env._("The channel does not know how you call %(value)s."),
                again,
            ),
            "unknown_location": (
                self.env._("Location %(value)s is not mapped"),
                self.env._("The channel names the location %(value)s, unknown here."),
                again,
            ),
            "unknown_state": (
                self.env._("Region %(value)s is not known"),
                self.env._("An address names the region %(value)s, unknown here."),
                again,
            ),
            "unknown_currency": (
                self.env._("Currency %(value)s is not active"),
                self.env._("Orders are in %(value)s, which is not active here."),
                self.env._("Activate the currency."),
            ),
        }

    def _words_of_orders(self):
        return {
            "total_mismatch": (
                self.env._("%(value)s does not add up"),
                self.env._("%(explanation)s"),
                self.env._("Say what the difference is, or ask the channel again."),
            ),
            "cancel_while_picking": (
                self.env._("%(value)s was canceled while it is being picked"),
                self.env._(
                    "The customer canceled; the goods are on their way already."
                ),
                self.env._("Stop the delivery, or let it go and tell the customer."),
            ),
            "order_changed": (
                self.env._("%(value)s was changed over there"),
                self.env._("The order was changed after work on it began."),
                self.env._("Compare the order with the channel's."),
            ),
            "draft_changed": (
                self.env._("Draft %(value)s was changed over there"),
                self.env._("Its quotation was edited here: it is left as it is."),
                self.env._(
                    "Open the quotation: take the draft as it is there, or keep yours."
                ),
            ),
            "stock_drift": (
                self.env._("The stock of %(value)s is not what we told"),
                self.env._(
                    "The channel holds another quantity, and no sale explains it."
                ),
                self.env._("Look at the levels; the next turn tells ours again."),
            ),
        }

    def _words_of_actions(self):
        return {
            "effect_in_doubt": (
                self.env._("Nobody knows whether it happened"),
                self.env._(
                    "No answer came for %(value)s, and the channel cannot tell."
                ),
                self.env._("Look over there, then say what became of it."),
            ),
            "effect_refused": (
                self.env._("The channel refused"),
                self.env._("The channel refused %(field)s: %(value)s."),
                self.env._("Mend the cause, then try again."),
            ),
            "privacy_request": (
                self.env._("Privacy request for %(value)s"),
                self.env._("The channel asks to give out or erase a person's data."),
                self.env._("Answer it within 30 days, then close this."),
            ),
        }

    def _words_of_work(self):
        mend = self.env._("Mend the cause, then try again.")
        return {
            "bad_payload": (
                self.env._("Something the channel sent cannot be read"),
                self.env._("%(field)s: %(value)s"),
                self.env._("Tell the maintainer of this channel's module."),
            ),
            "bad_amount": (
                self.env._("An amount cannot be read"),
                self.env._("%(field)s: %(value)s"),
                self.env._("Compare the order with the channel's."),
            ),
            "data": (
                self.env._("%(field)s %(value)s cannot be used"),
                self.env._("%(field)s: %(value)s"),
                mend,
            ),
            "gave_up": (
                self.env._("Given up after many attempts"),
                self.env._("The channel kept answering: %(value)s."),
                mend,
            ),
            "channel_paused": (
                self.env._("%(value)s is paused"),
                self.env._("Nothing is fetched or sent; what comes in is kept."),
                self.env._("Mend the access, then resume."),
            ),
            "bug": (
                self.env._("A mistake in the software"),
                self.env._("%(field)s stopped with %(value)s."),
                self.env._(
                    "Tell the maintainer; the details are with the work itself."
                ),
            ),
        }
