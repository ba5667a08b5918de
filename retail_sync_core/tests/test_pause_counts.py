from importlib.util import module_from_spec, spec_from_file_location

from odoo.modules import get_module_path
from odoo.tests import tagged

from .common_orders import OrdersCommon

NOT_BY_HANDLER = ("flow.poll",)


@tagged("post_install", "-at_install")
class TestPauseCounts(OrdersCommon):
    """Held work is counted and named wherever work that waits is."""

    def test_what_an_issue_let_go_on_counts_while_it_is_held(self):
        issue = self.env["retail.sync.issue"]._raise(self.channel, "data", value="x")
        job = self.env["retail.sync.job"]._enqueue(self.channel, "order.fetch")
        job = self.env["retail.sync.job"].browse(job.id)
        job.write({"state": "parked", "issue_id": issue.id})
        self.env.flush_all()
        issue._close()
        job.state = "held"
        self.env.flush_all()
        issue.invalidate_recordset()

        self.assertEqual(issue.waiting_count, 1)

    def test_the_guided_connection_names_what_is_held(self):
        wizard = self.env["retail.sync.channel.connect"].create(
            {"channel_id": self.channel.id, "step": "products", "code": "manual"}
        )
        self.channel._workflow("catalog").action_pause("Spring cleaning")
        self.channel._workflow("catalog")._enqueue_poll()
        self.run_jobs()
        wizard.invalidate_recordset()

        self.assertFalse(wizard.is_busy)
        self.assertIn("paused", wizard.work_problem)

    def test_counts_of_the_dialogs_are_the_readers_own(self):
        counted = {
            "retail.sync.go.live": ("story",),
            "retail.sync.pause": ("waiting_count",),
            "retail.sync.channel.connect": ("listing_count", "unmatched_count"),
        }
        for model, names in counted.items():
            for name in names:
                with self.subTest(model=model, name=name):
                    self.assertFalse(self.env[model]._fields[name].compute_sudo)

    def migration(self, name):
        path = get_module_path("retail_sync_core")
        spec = spec_from_file_location(
            "migration", f"{path}/migrations/19.0.1.1.0/{name}.py"
        )
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def test_the_update_says_of_each_job_which_flow_it_belongs_to(self):
        known = self.migration("post-flows").FLOWS
        prefix = "retail.sync.handler."
        flows = {}
        for name in self.registry:
            handler = self.registry[name]
            if name.startswith(prefix) and getattr(handler, "_flow", None):
                flows[name.removeprefix(prefix)] = handler._flow
        for name in NOT_BY_HANDLER:
            flows[name] = self.registry[prefix + name]._get_flow({})

        # handlers that are newer have no work from before the update
        old = {name: flow for name, flow in flows.items() if name in known}
        self.assertEqual(old, known)

    def test_the_update_reads_a_turns_flow_from_what_it_asks_for(self):
        jobs = self.env["retail.sync.job"]
        ids = [
            jobs._enqueue(self.channel, "flow.poll", payload=payload).id
            for payload in ({"flow": "stock"}, {"flow": "order"}, {})
        ]
        ids.append(jobs._enqueue(self.channel, "stock.read").id)
        self.env.flush_all()
        self.env.cr.execute("UPDATE retail_sync_job SET flow = NULL")

        self.migration("post-flows").migrate(self.env.cr, "19.0.1.0.0")

        self.env.invalidate_all()
        flows = jobs.browse(ids).mapped("flow")
        self.assertEqual(flows, ["stock", "order", "order", "stock"])
