from odoo import fields, models


class RetailSyncTestRow(models.Model):
    """One row is one request to the plain route that webhooks are measured against."""

    _name = "retail.sync.test.row"
    _description = "Row of a Plain Route"
    _log_access = False

    body = fields.Text()


class RetailSyncHandlerTestNothing(models.AbstractModel):
    """Does nothing: what remains is the engine's own work."""

    _name = "retail.sync.handler.test.nothing"
    _inherit = "retail.sync.handler"
    _description = "Handler: Nothing"

    _needs_channel = False


class RetailSyncHandlerTestNothingTogether(models.AbstractModel):
    """Does nothing, many at once in one transaction."""

    _name = "retail.sync.handler.test.nothing.together"
    _inherit = "retail.sync.handler.test.nothing"
    _description = "Handler: Nothing, Together"

    _together = True
