from odoo import models
from odoo.exceptions import AccessError


class RetailSyncIssue(models.Model):
    """What keeps figures of stock counted elsewhere from being booked."""

    _inherit = "retail.sync.issue"

    def _words_of_products(self):
        return {
            **super()._words_of_products(),
            **self._words_of_counts(),
            "count_drop": (
                self.env._("Much stock would go at %(value)s"),
                self.env._(
                    "%(channel)s says that %(units)s units of %(products)s products are"
                    " gone, of %(stock)s units in all. Nothing of it is booked yet:\n"
                    "%(list)s"
                ),
                self.env._(
                    "If it is true, book it. If not, have it mended there: a right"
                    " figure closes this by itself."
                ),
            ),
            "count_blocked": (
                self.env._("The stock of %(value)s cannot be booked"),
                self.env._("%(field)s: %(value)s"),
                self.env._("Mend it; the figure is kept and booked afterwards."),
            ),
            "count_silent": (
                self.env._("Nothing is heard of the stock at %(value)s"),
                self.env._(
                    "%(channel)s counts it, and has not told it since %(since)s. What"
                    " is offered of it elsewhere may be wrong."
                ),
                self.env._("Look why no readings or reports come."),
            ),
            "count_short": (
                self.env._("Less stock than promised: %(value)s"),
                self.env._(
                    "%(channel)s says that %(wanted)s are there; open deliveries need"
                    " %(promised)s."
                ),
                self.env._("Decide which delivery waits, or is sent from elsewhere."),
            ),
        }

    def _words_of_counts(self):
        return {
            "count_twice": (
                self.env._("Two figures of one moment at %(value)s"),
                self.env._(
                    "%(channel)s says different figures with the same time or number"
                    " of the report:\n%(list)s\nThe one that came last is booked."
                ),
                self.env._(
                    "Look at these products. Have whoever counts name each product once"
                    " in a report, number the reports, and set the clock."
                ),
            ),
            "count_open": (
                self.env._("%(value)s is still being counted"),
                self.env._(
                    "The count began at %(since)s and was not ended. Until then no"
                    " channel is told of units that came since."
                ),
                self.env._(
                    "If the count is applied in Odoo, open the location and choose The"
                    " count is applied."
                ),
            ),
        }

    def _mend_labels(self):
        return {
            **super()._mend_labels(),
            "count_drop": self.env._("Book it"),
            "count_blocked": self.env._("See the stock"),
            "count_short": self.env._("See the deliveries"),
        }

    def _mend_count_drop(self):
        """Book what waits at the location; it is written down who said so."""
        self.ensure_one()
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_operator"):
            raise AccessError(self.env._("Only operators may do this."))
        place = self.env["retail.sync.location"].browse(self.res_id).exists()
        held = place.reading_ids.filtered(lambda reading: reading.state == "held")
        held.action_apply()
        self._close(self.env._("Booked by %s.", self.env.user.display_name))
        return True

    def _mend_count_blocked(self):
        reading = self.env["retail.sync.stock.reading"].browse(self.res_id).exists()
        if reading.product_id:
            return reading.action_open_quants()
        return self.action_open_record()

    def _mend_count_short(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        domain = [
            ("move_ids.product_id", "=", self.res_id),
            ("state", "not in", ("done", "cancel", "draft")),
            ("picking_type_code", "=", "outgoing"),
        ]
        return {**action, "domain": domain, "context": {}}
