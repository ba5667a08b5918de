from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Gift cards sold are owed, not earned: give the service its account."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    channels = env["retail.sync.channel"].with_context(active_test=False).search([])
    for channel in channels.filtered("product_gift_card_id"):
        product = channel.product_gift_card_id.with_company(channel.company_id)
        is_ours = product.default_code == "RETAIL-SYNC-GIFT-CARD"
        if is_ours and not product.property_account_income_id:
            product.property_account_income_id = channel._gift_card_account()
