from odoo.tests import tagged

from ..adapters import base
from ..domain import errors
from .engine_common import EngineCase

OUTCOME = "odoo.addons.retail_sync_core.models.retail_sync_outcome"


@tagged("post_install", "-at_install")
class TestJobChannel(EngineCase):
    """What a channel's state, budget and breaker, and the fuse, do to its jobs."""

    def test_a_throttled_job_is_not_counted_and_all_of_the_channel_wait(self):
        handler = self.calling()
        first = self.enqueue(handler)
        second = self.enqueue(handler)
        self.script(errors.ThrottledError("asked to wait", retry_after_s=30))

        self.work()

        self.assertEqual(len(self.asked), 1)
        self.assertEqual(
            self.read(first, "state", "failures", "wait_reason"),
            ("pending", 0, "throttled"),
        )
        self.assertEqual(self.read(second, "state", "attempts"), ("pending", 0))
        self.assertLessEqual(self.bucket("tokens"), 0)
        self.assertEqual(self.bucket("block_reason"), "throttled")

    def test_a_throttled_channel_harms_no_other(self):
        handler = self.calling()
        other = self.make_channel()
        self.enqueue(handler)
        free = self.enqueue(handler, channel_id=other)
        self.script(errors.ThrottledError("asked to wait", retry_after_s=30), "fine")

        self.work()

        self.assertEqual(self.read(free), "done")

    def test_the_breaker_opens_after_five_failures_and_isolates_one_channel(self):
        handler = self.calling()
        other = self.make_channel()
        jobs = [self.enqueue(handler) for _number in range(8)]
        self.script(*[errors.TransientError("no way", code="unreachable")] * 5)
        self.work()

        free = self.enqueue(handler, channel_id=other)
        self.script("fine")
        self.work()

        self.assertEqual(len(self.asked), 6)
        self.assertTrue(self.bucket("opened_at"))
        self.assertEqual([self.read(job, "attempts") for job in jobs[5:]], [0, 0, 0])
        self.assertEqual(self.read(free), "done")

    def test_one_probe_closes_the_breaker_again(self):
        handler = self.calling()
        for _number in range(3):
            self.enqueue(handler)
        self.open_breaker()
        self.script("fine", "fine", "fine")

        self.stage()
        self.assertEqual(len(self.claim("probe")), 1)
        self.assertEqual(self.claim("other"), [], "one probe, no second")
        with self.short() as env:
            kind = "read:test.calling"
            env["retail.sync.bucket"]._answered(self.channel_id, kind, worked=True)

        self.assertFalse(self.bucket("opened_at"))
        self.assertEqual(len(self.claim("rest")), 2)

    def test_a_failed_probe_counts_nothing_against_its_job(self):
        job = self.enqueue(self.calling())
        self.open_breaker()
        self.script(errors.TransientError("no answer"))

        self.work()

        self.assertEqual(self.read(job, "attempts", "failures"), (1, 0))
        self.assertTrue(self.bucket("opened_at"))

    def test_a_configuration_error_pauses_the_channel_and_costs_no_attempt(self):
        handler = self.calling()
        job = self.enqueue(handler)
        behind = self.enqueue(handler)
        self.script(errors.ConfigurationError("refused with 401", code="401"))

        self.work()

        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            self.assertEqual(channel.state, "paused")
        self.assertEqual(
            self.read(job, "state", "failures", "wait_reason"), ("pending", 0, "paused")
        )
        self.assertEqual(self.read(behind, "state", "attempts"), ("pending", 0))

    def test_an_unconfirmed_database_sends_nothing(self):
        with self.transaction() as env:
            env.cr.execute("DELETE FROM retail_sync_fuse")
        job = self.enqueue(self.calling())

        self.work()

        self.assertFalse(self.asked)
        self.assertEqual(
            self.read(job, "state", "wait_reason", "attempts"),
            ("pending", "unconfirmed", 0),
        )
        self.assertIn("copy", self.read(job, "explanation"))

    def test_what_waited_for_the_confirmation_goes_on(self):
        with self.transaction() as env:
            env.cr.execute("DELETE FROM retail_sync_fuse")
        job = self.enqueue(self.calling())
        self.work()
        self.script("fine")

        with self.transaction() as env:
            env["retail.sync.fuse"].action_confirm_database()
            self.assertTrue(env.cr.postcommit.data.get("retail_sync_wake"))
        self.work()

        self.assertEqual(self.read(job), "done")

    def test_a_neutralized_database_sends_nothing(self):
        with self.transaction() as env:
            env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self.addCleanup(self.remove_param, "database.is_neutralized")
        self.enqueue(self.calling())

        self.work()

        self.assertFalse(self.asked)

    def test_another_identity_is_another_database(self):
        with self.transaction() as env:
            env.cr.execute("UPDATE retail_sync_fuse SET identity = '1/2/elsewhere'")
            self.assertFalse(env["retail.sync.fuse"]._is_confirmed())

    def test_a_paused_channel_waits_but_its_connection_can_be_tested(self):
        plain, test = self.calling(), self.calling("test.anytime", _anytime=True)
        waiting, probing = self.enqueue(plain), self.enqueue(test)
        with self.transaction() as env:
            env["retail.sync.channel"].browse(self.channel_id).state = "paused"
        self.script("fine")

        self.work()

        self.assertEqual((self.read(waiting), self.read(probing)), ("pending", "done"))

    def test_the_channels_own_figures_correct_the_budget(self):
        def answer(adapter, what):
            adapter.note_rate(base.RateReading(available=17, capacity=500, per_s=0.0))
            return "fine"

        self.enqueue(self.calling())
        self.script(answer)

        self.work()

        self.assertEqual((self.bucket("tokens"), self.bucket("capacity")), (17, 500))

    def test_no_more_is_claimed_than_the_budget_allows(self):
        with self.transaction() as env:
            env.cr.execute(
                "UPDATE retail_sync_bucket SET tokens = 3, per_s = 0, capacity = 10"
                " WHERE channel_id = %s",
                [self.channel_id],
            )
        handler = self.calling()
        for _number in range(5):
            self.enqueue(handler)
        self.stage()

        self.assertEqual(len(self.claim("a")), 3)
        self.assertEqual(self.claim("b"), [])

    def open_breaker(self):
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket SET failures = 5, blocked_until = NULL,
                          opened_at = (now() AT TIME ZONE 'UTC') - interval '1 hour'
                    WHERE channel_id = %s""",
                [self.channel_id],
            )

    def remove_param(self, name):
        with self.transaction() as env:
            env["ir.config_parameter"].set_param(name, False)
