from collections import Counter

from odoo.tests import TransactionCase, new_test_user, tagged

from ..domain.documents import Flow
from ..models.retail_sync_workflow import DEFAULTS, FLOWS

GROUP = "retail_sync_core.retail_sync_group_"


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    """The application's menu fits on one line, and lists keep to one order."""

    def seen(self, group):
        """Return the menus that somebody of ``group`` sees."""
        user = new_test_user(self.env, f"menu_{group}", groups=GROUP + group)
        menus = self.env["ir.ui.menu"].with_user(user)
        return menus.browse(menus._visible_menu_ids())

    def test_the_menu_has_few_entries_and_those_of_each_day_first(self):
        root = self.env.ref("retail_sync_core.retail_sync_menu")

        top = self.seen("manager").filtered(lambda menu: menu.parent_id == root)

        self.assertLessEqual(len(top), 8, "so many fit in French")
        names = top.sorted("sequence").mapped("name")
        daily = ["Channels", "Issues", "Orders", "Where is my order?", "Stock"]
        self.assertEqual(names[:5], daily)

    def test_whoever_may_only_look_finds_the_inbox(self):
        seen = self.seen("viewer")

        self.assertIn(self.env.ref("retail_sync_core.retail_sync_event_menu"), seen)
        for name in ("job", "effect", "audit"):
            menu = self.env.ref(f"retail_sync_core.retail_sync_{name}_menu")
            self.assertNotIn(menu, seen)

    def test_no_two_fields_of_a_model_have_one_label(self):
        for name, model in self.env.items():
            if not name.startswith("retail.sync."):
                continue
            labels = Counter(field.string for field in model._fields.values())
            twice = [label for label, count in labels.items() if count > 1]
            self.assertEqual(twice, [], name)

    def test_workflows_have_one_order_everywhere(self):
        flows = [flow for flow, _label in FLOWS]

        self.assertEqual([flow.value for flow in DEFAULTS], flows)
        self.assertEqual([flow.value for flow in Flow], flows)
        channel = self.env["retail.sync.channel"].create({"name": "Shop"})
        ours = channel.workflow_ids.mapped("flow")
        self.assertEqual(ours, [flow for flow in flows if flow in ours])
        self.assertEqual(ours[:1], ["order"])
