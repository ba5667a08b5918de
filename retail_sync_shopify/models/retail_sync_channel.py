from odoo import fields, models
from odoo.addons.retail_sync_core.domain import sentence


class RetailSyncChannel(models.Model):
    """A channel may be a Shopify shop; its adapter does the rest."""

    _inherit = "retail.sync.channel"

    code = fields.Selection(
        selection_add=[("shopify", "Shopify")],
        ondelete={"shopify": lambda channels: channels._let_go_of_shopify()},
    )

    def _let_go_of_shopify(self):
        """Stop these channels and tell who is responsible; what they made stays."""
        self._pause(sentence._("The module for Shopify was removed."))
        self.code = "manual"

    def _say_failure(self, error):
        if self.code != "shopify":
            return super()._say_failure(error)
        if error.code == "other_shop":
            return self.env._(
                "Another shop answers than the one entered: %s. Check the address, or"
                " take the app of this shop.",
                error.params.get("found", ""),
            )
        words = {**self._words_of_app(), **self._words_of_shop()}
        is_app = bool(self._setting("client_id"))
        code = "fixed_token" if error.code == "401" and not is_app else error.code
        return words.get(code) or super()._say_failure(error)

    def _words_of_app(self):
        """Return {code: what is wrong with the app and what to do}."""
        unknown = self.env._(
            "Shopify does not know this client ID with this secret. Copy both once more"
            " from the app's settings in the Dev Dashboard."
        )
        refused = self.env._(
            "Shopify gives no access: check the shop's address, the client ID and the"
            " client secret, and that the app is installed in this shop."
        )
        return {
            "shop_not_permitted": self.env._(
                "This app belongs to another organization than the shop: make the app"
                " in the Dev Dashboard of the organization that owns the shop."
            ),
            "app_not_installed": self.env._(
                "The app is not installed in this shop: open it in the Dev Dashboard,"
                " choose Install, pick the shop, and test again."
            ),
            "application_cannot_be_found": unknown,
            "invalid_client": unknown,
            "400": refused,
            "no_token": refused,
            "fixed_token": self.env._(
                "Shopify does not accept the fixed access token. It cannot be renewed:"
                " enter another one, or leave it and enter the client ID and the client"
                " secret of an app."
            ),
        }

    def _words_of_shop(self):
        """Return {code: what is wrong with the shop and what to do}."""
        return {
            "401": self.env._(
                "Shopify does not accept the access: check the client ID and the client"
                " secret, and that the app is installed in this shop."
            ),
            "402": self.env._("The shop is frozen: its bill at Shopify is not paid."),
            "403": self.env._(
                "Shopify refuses this app: check its permissions, install it once more"
                " and test again."
            ),
            "404": self.env._(
                "There is no such shop: check the address, it ends with .myshopify.com."
            ),
            "423": self.env._("The shop is locked: ask Shopify's support."),
            "moved": self.env._(
                "The shop has moved: enter its own address, it ends with"
                " .myshopify.com."
            ),
            "bad_domain": self.env._(
                "The shop's address must look like example.myshopify.com."
            ),
            "SHOP_INACTIVE": self.env._("The shop is closed or inactive."),
            "ACCESS_DENIED": self.env._(
                "The app lacks a permission: add those below to the app, release a new"
                " version of it, approve it in the shop and test again."
            ),
        }
