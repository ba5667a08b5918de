from odoo import api, fields, models
from odoo.tools.misc import format_datetime


class RetailSyncLocation(models.Model):
    """What the form says of a count: since when, by whom, what is kept and open."""

    _inherit = "retail.sync.location"

    count_story = fields.Char(string="What is counted", compute="_compute_count_story")
    open_line_count = fields.Integer(
        string="Lines to apply", compute="_compute_open_line_count"
    )

    # not stored, and no depends: stock is counted without any of our fields
    def _compute_open_line_count(self):
        for place in self:
            # whoever sees the location need not see the warehouse's stock
            counts = place.sudo()._its_counts() if place.frozen_at else self.browse()
            place.open_line_count = sum(one._count_open_lines() for one in counts)

    @api.depends("frozen_at", "frozen_by_id")
    @api.depends_context("lang", "tz")
    def _compute_count_story(self):
        for place in self:
            sentences = place._tell_count() if place.frozen_at else ()
            place.count_story = " ".join(sentences)

    def _its_counts(self):
        """Return the locations at which the counts began that this one waits for."""
        return self.search([("is_counted", "=", True)]).filtered(self._shares_any)

    def _tell_count(self):
        """Yield the sentences of the count that goes on."""
        yield self.env._(
            "Being counted since %(since)s, begun by %(who)s.",
            since=format_datetime(self.env, self.frozen_at, tz=str(self.env.tz)),
            who=self.sudo().frozen_by_id.name or self.env._("somebody"),
        )
        others = self.sudo()._its_counts() - self
        if others and not self.is_counted:
            yield self.env._(
                "The count is that of %s, which offers some of the same stock.",
                ", ".join(others.mapped("name")),
            )
        kept, units, waiting = self._sum_up_kept()
        yield self.env._(
            "%(kept)s levels stay as they were told, %(units)s units in all, less what"
            " is sold meanwhile.",
            kept=kept,
            units=units,
        )
        if waiting:
            yield self.env._("What is new waits for its end: %s.", waiting)

    def _sum_up_kept(self):
        """Return how many levels are kept, their units, and how many wait."""
        [(units, levels)] = self.level_ids._read_group(
            [("location_id", "=", self.id), ("awaits_count", "=", False)],
            [],
            ["frozen_qty:sum", "__count"],
        )
        waiting = self.level_ids.search_count(
            [("location_id", "=", self.id), ("awaits_count", "=", True)]
        )
        return levels, units or 0, waiting

    def action_open_kept(self):
        """Show the levels of this location, with what each offered and offers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_level_action"
        )
        domain = [("location_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    def action_open_lines(self):
        """Open Odoo's inventory of the stock that is counted here."""
        self.ensure_one()
        action = self.env["stock.quant"].action_view_inventory()
        counts = self.sudo()._its_counts() or self
        roots = counts.location_id | counts.also_ids
        return {**action, "domain": [("location_id", "child_of", roots.ids)]}
