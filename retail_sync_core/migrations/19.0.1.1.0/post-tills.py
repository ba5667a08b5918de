from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Have the tills counted: a new module comes by itself only to new databases."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    modules = env["ir.module.module"]
    modules.update_list()
    tills = modules.search([("name", "=", "retail_sync_pos")])
    has_tills = modules.search_count(
        [("name", "=", "point_of_sale"), ("state", "in", ("installed", "to upgrade"))]
    )
    if has_tills and tills.state == "uninstalled":
        tills.button_install()
