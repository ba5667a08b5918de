from odoo.tests import tagged

from .draft_common import DraftCommon, DraftShopAdapter


class TwoCurrenciesShopAdapter(DraftShopAdapter):
    """A shop of drafts that tells an order in whichever currency is asked for."""

    def fetch_in(self, external_id, currency):
        """Return the order with the amounts that it has in ``currency``."""
        self.shop.ask("fetch_in", external_id, currency)
        return self.shop.told_in[currency]


class ConfirmedCommon(DraftCommon):
    """A quotation that a person confirmed before its order came in francs."""

    def setUp(self):
        super().setUp()
        self.env.ref("base.CHF").active = True
        self.draft()
        self.hear_draft()
        self.sales().action_confirm()
        ours = self.ordered(price="18.50", other_currency="CHF")
        self.shop.told_in = {ours.currency: ours}
        self.ordered(price="33.00", currency="CHF", other_currency=self.currency_name)
        self.draft(minutes=5, order_id="order-1")


@tagged("post_install", "-at_install")
class TestDraftCurrency(ConfirmedCommon):
    """The order is fetched in the currency of the quotation that it was."""

    adapter = TwoCurrenciesShopAdapter

    def assert_fetched_in_ours(self):
        self.assert_one_order(37.0)
        self.assertEqual(self.sales().currency_id.name, self.currency_name)
        self.assertEqual(self.theirs().currency_id.name, self.currency_name)

    def test_when_the_order_tells_first(self):
        self.hear_order()

        self.assert_fetched_in_ours()

    def test_when_the_draft_named_its_order_first(self):
        self.hear_draft()

        self.assertFalse(self.shop.calls("find_draft"))
        self.assert_fetched_in_ours()

    def test_the_order_of_another_draft_comes_as_it_is_told(self):
        self.draft(minutes=5)

        self.hear_order()

        self.assertEqual(self.theirs().order_id.currency_id.name, "CHF")
        self.assertFalse(self.shop.calls("fetch_in"))


@tagged("post_install", "-at_install")
class TestDraftCurrencyFixed(ConfirmedCommon):
    """Where the channel cannot tell it otherwise, nothing is written."""

    def test_francs_are_not_written_on_another_currency(self):
        self.hear_order()

        self.assertEqual(len(self.sales()), 1)
        self.assertAlmostEqual(self.sales().amount_total, 39.98, 2)
        self.assertFalse(self.theirs().order_id)
        self.assertIn(self.currency_name, self.issues("other_currency").message)
