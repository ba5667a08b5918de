import re

from odoo import api, fields, models

from .retail_sync_issue import PRODUCTS

FACT = re.compile(r"%\(\w+\)s")


class RetailSyncIssue(models.Model):
    """The one thing to press on an issue's card, by its kind."""

    _inherit = "retail.sync.issue"

    mend_label = fields.Char(string="What to do", compute="_compute_mend_label")
    to_match_count = fields.Integer(
        string="Products to match", compute="_compute_to_match_count"
    )

    @api.depends("kind", "res_model")
    @api.depends_context("lang")
    def _compute_mend_label(self):
        labels = self._mend_labels()
        for issue in self:
            label = labels.get(issue.kind)
            opens = issue.res_model and self.env._("Open it")
            issue.mend_label = label or opens

    @api.depends("kind", "state")
    def _compute_to_match_count(self):
        for issue in self:
            matches = issue.state == "open" and issue.kind in PRODUCTS
            issue.to_match_count = issue.channel_id.unmatched_count if matches else 0

    @api.model
    def formatted_read_group(self, domain, groupby=(), *args, **kwargs):
        """Show causes in words where issues are grouped by them."""
        groups = super().formatted_read_group(domain, groupby, *args, **kwargs)
        if "kind" in groupby:
            words = self._words()
            for group in groups:
                # what has no words keeps its own: two groups must not look the same
                if group["kind"] in words:
                    group["kind"] = FACT.sub("…", words[group["kind"]][0])
        return groups

    def _mend_labels(self):
        product = self.env._("Match the product")
        settle = self.env._("Say what became of it")
        return {
            "unknown_sku": product,
            "ambiguous_sku": product,
            "unknown_tax": self.env._("Map the tax"),
            "unknown_gateway": self.env._("Map the payment method"),
            "unknown_carrier": self.env._("Map the carrier"),
            "unknown_location": self.env._("Map the location"),
            "unknown_state": self.env._("Map the region"),
            "unknown_currency": self.env._("Activate the currency"),
            "total_mismatch": self.env._("Put the amounts right"),
            "cancel_while_picking": self.env._("Decide on the order"),
            "effect_in_doubt": settle,
            "stock_drift": self.env._("See the stock levels"),
            "channel_paused": self.env._("Open the channel"),
        }

    def action_mend(self):
        """Open what mends this issue."""
        self.ensure_one()
        verb = getattr(self, f"_mend_{self.kind}", None)
        return verb() if verb else self.action_open_record()

    def action_match_all(self):
        """Open all products of the channel that are to be matched, in one list."""
        self.ensure_one()
        return self.channel_id.action_open_unmatched()

    def action_open_record(self):
        """Open the record the issue is about."""
        self.ensure_one()
        if self.res_model in self.env:
            record = self.env[self.res_model].browse(self.res_id).exists()
            if record:
                return record.get_formview_action()
        return self.channel_id.get_formview_action()

    def action_try_again(self):
        """Let what waits go on; what fails again comes back as an issue."""
        self.check_access("write")
        self._close(self.env._("Tried again by %s.", self.env.user.display_name))
        return True

    def action_close(self):
        """Close by hand what was settled elsewhere."""
        self.check_access("write")
        self._close(self.env._("Closed by %s.", self.env.user.display_name))
        return True

    # by kind
    def _mend_unknown_sku(self):
        listings = self.env["retail.sync.listing"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("state", "in", ("missing", "ambiguous")),
                "|",
                ("sku", "=", self.value),
                ("barcode", "=", self.value),
            ]
        )
        if len(listings) == 1:
            return listings.get_formview_action()
        return self.channel_id._open("retail_sync_listing_work_action")

    _mend_ambiguous_sku = _mend_unknown_sku

    def _mend_total_mismatch(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        if order and order.hold_code == "total":
            return order.action_correct()
        return self.action_open_record()

    def _mend_unknown_gateway(self):
        return self._ask_for(
            self.env["retail.sync.map.gateway"], {"gateway": self.value}
        )

    def _mend_unknown_carrier(self):
        return self._ask_for(self.env["retail.sync.map.carrier"], {"name": self.value})

    def _mend_unknown_state(self):
        params = self.params or {}
        return self._ask_for(
            self.env["retail.sync.map.state"],
            {"code": self.value, "country_id": params.get("country_id")},
        )

    def _mend_unknown_location(self):
        return self.channel_id._open("retail_sync_location_action")

    def _mend_unknown_currency(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "base.action_currency_form"
        )
        action["context"] = {"active_test": False, "search_default_name": self.value}
        return action

    def _mend_effect_in_doubt(self):
        is_manager = self.env.user.has_group(
            "retail_sync_core.retail_sync_group_manager"
        )
        if not is_manager or self.res_model != "retail.sync.effect":
            return self.action_open_record()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_effect_settle_action"
        )
        action["context"] = {"active_ids": [self.res_id]}
        return action

    def _mend_stock_drift(self):
        return self.channel_id.action_open_levels()

    def _mend_channel_paused(self):
        return self.channel_id.get_formview_action()

    def _ask_for(self, table, values):
        """Return the dialog that adds a row to a mapping ``table``."""
        found = table.search(
            [("channel_id", "=", self.channel_id.id)]
            + [
                (name, "=", value)
                for name, value in values.items()
                if name != "channel_id"
            ],
            limit=1,
        )
        defaults = {"channel_id": self.channel_id.id, **values}
        return {
            "type": "ir.actions.act_window",
            "name": self.mend_label,
            "res_model": table._name,
            "res_id": found.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }
