from lxml import etree
from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

WIDGET = "retail_sync_datetime"


@tagged("post_install", "-at_install")
class TestZonedDates(TransactionCase):
    """A view that shows the channel's time, too, asks its model for the time zone."""

    def test_each_model_has_the_zone_that_its_views_ask_for(self):
        views = self.env["ir.ui.view"].search(
            [("arch_db", "like", WIDGET), ("type", "in", ("form", "list", "kanban"))]
        )
        self.assertTrue(views)
        missing = []
        for view in views.filtered(lambda one: one.mode == "primary"):
            model = self.env[view.model]
            arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
            missing += self.without_zone(model, arch)
        self.assertEqual(missing, [])

    def without_zone(self, model, node):
        """Return what ``node`` shows on ``model``, its subviews too, without a zone."""
        found = []
        for child in node:
            if not isinstance(child.tag, str):
                continue
            name = child.get("name") if child.tag == "field" else None
            if name and child.get("widget") == WIDGET:
                options = safe_eval(child.get("options") or "{}")
                if options.get("zone_field", "timezone") not in model._fields:
                    found.append(f"{model._name}.{name}")
            inner = model
            if name and name in model._fields and len(child):
                inner = self.env[model._fields[name].comodel_name]
            found += self.without_zone(inner, child)
        return found
