from odoo import api, fields, models


class RetailSyncOrder(models.Model):
    """What became of returned units after the channel heard where they came.

    It takes one word on each unit of a return, as its last: what is scrapped, or put on
    the shelf, afterwards changes its level, and not what its return says.
    """

    _inherit = "retail.sync.order"

    units_not_told = fields.Text(
        string="Not told of returned units",
        compute="_compute_units_not_told",
        compute_sudo=True,
    )

    @api.depends("return_ids.line_ids.disposed", "line_ids.sale_line_id")
    @api.depends_context("lang")
    def _compute_units_not_told(self):
        for order in self:
            rows = order.return_ids.line_ids.grouped("line_external_id")
            sentences = [
                sentence
                for line in order.line_ids
                if line.external_id in rows
                for sentence in line._units_not_told(rows[line.external_id])
            ]
            order.units_not_told = "\n".join(sentences) or False


class RetailSyncOrderLine(models.Model):
    _inherit = "retail.sync.order.line"

    def _units_not_told(self, rows):
        """Return sentences on units of this line in ``rows`` of returns."""

        def told(*kinds):
            return sum(
                one["units"]
                for row in rows
                for one in row.disposed or []
                if one["kind"] in kinds
            )

        receipts = rows.return_id.picking_ids.move_ids
        scrapped = self.sale_line_id._retail_sync_scrapped(receipts)
        facts = {"line": self.title or self.sku or ""}
        found = []
        units = min(scrapped, told("restocked", "processing"))
        if units > 0:
            found.append(
                self.env._(
                    "%(line)s: %(units)g scrapped here after the channel heard that"
                    " they came back. Its stock follows ours; its return stays as it"
                    " is.",
                    units=units,
                    **facts,
                )
            )
        waiting = told("processing") - units
        if waiting > 0:
            found.append(
                self.env._(
                    "%(line)s: the channel's return says that %(units)g are being"
                    " looked at, and hears no more of them. On the shelf here they are"
                    " offered there again.",
                    units=waiting,
                    **facts,
                )
            )
        return found
