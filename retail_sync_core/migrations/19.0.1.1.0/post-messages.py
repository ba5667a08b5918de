from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Say in rows who writes to buyers: the channel, where its old switch was on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    channels = env["retail.sync.channel"].with_context(active_test=False).search([])
    env["retail.sync.message"]._make_defaults(channels)
    cr.execute(
        """SELECT 1 FROM information_schema.columns
            WHERE table_name = 'retail_sync_channel'
              AND column_name = 'notify_customer'"""
    )
    if cr.fetchone():
        cr.execute(
            "SELECT id FROM retail_sync_channel WHERE notify_customer IS NOT TRUE"
        )
        silent = channels.browse([row[0] for row in cr.fetchall()])
        silent.notify_customer = False
