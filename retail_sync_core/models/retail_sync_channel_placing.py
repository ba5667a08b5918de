from odoo import fields, models


class RetailSyncChannel(models.Model):
    """Who decides where an order ships from, and by what."""

    _inherit = "retail.sync.channel"

    ships_from = fields.Selection(
        [
            ("channel", "Where the channel says"),
            ("odoo", "Where Odoo decides"),
        ],
        string="Ships from",
        default="channel",
        required=True,
        help="Odoo decides by the rules of the channel's locations, and tells the"
        " channel. Orders that are picked up ship from where the channel says.",
    )
    ships_first = fields.Selection(
        [("rank", "The best rank"), ("near", "The nearest")],
        string="First comes",
        default="rank",
        required=True,
        help="Among the locations that have all of it; the other one decides between"
        " equals. Near is the same country, then the same region, then the distance"
        " where both addresses have coordinates, else how much of the postcode is"
        " the same.",
    )
