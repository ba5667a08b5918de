from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from ..database import OpenTransactionError, assert_idle, short
from ..domain import errors
from ..models.retail_sync_handler import Again, Later, Stop
from .engine_common import EngineCase

OUTCOME = "odoo.addons.retail_sync_core.models.retail_sync_outcome"


@tagged("post_install", "-at_install")
class TestJob(EngineCase):
    def test_a_job_is_planned_called_and_applied(self):
        job = self.enqueue(self.calling(), payload={"id": 7})
        self.script("fine")

        self.work()

        self.assertEqual(self.read(job, "state", "note"), ("done", "told fine"))
        self.assertEqual(self.read(job, "attempts", "failures"), (1, 0))

    def test_a_plan_of_none_skips_the_call(self):
        job = self.enqueue(self.calling(_plan=lambda self, job: None))

        self.work()

        self.assertEqual(self.read(job, "state", "note"), ("done", "told None"))
        self.assertFalse(self.asked)

    def test_a_handler_works_as_the_channels_user_and_company(self):
        seen = []

        def apply(self, job, answer):
            seen.append((self.env.uid, self.env.company.id, job._name))

        with self.transaction() as env:
            user = env.ref("base.user_admin")
            env["retail.sync.channel"].browse(self.channel_id).user_id = user
            company = env["retail.sync.channel"].browse(self.channel_id).company_id
        self.enqueue(self.handler(_apply=apply))

        self.work()

        self.assertEqual(seen, [(user.id, company.id, "retail.sync.job")])

    def test_an_apply_that_fails_writes_nothing(self):
        def apply(self, job, answer):
            self.env["ir.config_parameter"].sudo().set_param("retail_sync.test", "x")
            raise errors.DataError("no such SKU", kind="unknown_sku", value="A-1")

        job = self.enqueue(self.handler(_apply=apply))

        self.work()

        self.assertEqual(self.read(job), "parked")
        with self.transaction() as env:
            self.assertFalse(env["ir.config_parameter"].get_param("retail_sync.test"))

    def test_a_user_error_in_apply_is_bad_data(self):
        def apply(self, job, answer):
            raise UserError("This period is locked.")  # pylint: disable=translation-required

        job = self.enqueue(self.handler(_apply=apply))

        self.work()

        self.assertEqual(self.read(job, "state", "error_message")[0], "parked")
        self.assertIn("period is locked", self.read(job, "error_message"))

    def test_parked_jobs_have_an_issue_and_go_on_when_it_is_closed(self):
        answers = [
            errors.DataError("no such SKU", kind="unknown_sku", value="A-1"),
            None,
        ]

        def apply(self, job, answer):
            error = answers.pop(0)
            if error:
                raise error

        job = self.enqueue(self.handler(_apply=apply))
        self.work()

        with self.transaction() as env:
            issue = env["retail.sync.job"].browse(job).issue_id
            self.assertEqual((issue.kind, issue.value), ("unknown_sku", "A-1"))
            issue._close("mapped")
        self.work()

        self.assertEqual(self.read(job, "state", "failures"), ("done", 0))

    def test_a_transient_error_backs_off_and_counts(self):
        job = self.enqueue(self.calling())
        self.script(errors.TransientError("no answer", code="503"))

        with patch(f"{OUTCOME}.random.random", return_value=1.0):
            self.work()

        self.assertEqual(
            self.read(job, "state", "failures", "wait_reason", "error_code"),
            ("pending", 1, "retry", "503"),
        )
        self.assertEqual(self.wait_s(job), 2)

    def test_back_off_doubles(self):
        job = self.enqueue(self.calling())
        self.script(*[errors.TransientError("no answer")] * 3)

        with patch(f"{OUTCOME}.random.random", return_value=1.0):
            for _attempt in range(3):
                self.work()
                self.set_job(job, scheduled_at=fields.Datetime.now())
                self.lift_blocks()

        self.assertEqual(self.read(job, "attempts", "failures"), (3, 3))

    def test_a_conflict_is_planned_again_at_once(self):
        plans = []

        def plan(self, job):
            plans.append(job.id)
            return len(plans)

        job = self.enqueue(self.calling(_plan=plan))
        self.script(
            errors.ConflictError("changed"), errors.ConflictError("again"), "fine"
        )

        self.work()

        self.assertEqual(self.read(job, "state", "attempts"), ("done", 3))
        self.assertEqual(len(plans), 3)

    def test_the_fourth_conflict_waits(self):
        job = self.enqueue(self.calling())
        self.script(*[errors.ConflictError("changed")] * 4)

        self.work()

        self.assertEqual(self.read(job, "state", "attempts"), ("pending", 4))
        self.assertEqual(self.read(job, "wait_reason"), "retry")

    @mute_logger(OUTCOME)
    def test_a_surprise_keeps_its_traceback_and_dies_after_three(self):
        job = self.enqueue(self.calling())
        self.script(*[KeyError("lines")] * 3)

        for _attempt in range(3):
            self.set_job(job, scheduled_at=fields.Datetime.now())
            self.work()

        self.assertEqual(self.read(job, "state", "failures"), ("dead", 3))
        self.assertIn("KeyError", self.read(job, "error_trace"))
        with self.transaction() as env:
            issue = env["retail.sync.job"].browse(job).issue_id
            self.assertEqual(issue.kind, "bug")

    def test_a_permanent_error_is_final(self):
        job = self.enqueue(self.calling())
        self.script(errors.PermanentError("refused with 422", code="422"))

        self.work()

        self.assertEqual(self.read(job, "state", "error_code"), ("dead", "422"))

    def test_later_costs_nothing(self):
        def plan(self, job):
            raise Later(30, "settling")

        job = self.enqueue(self.handler(_plan=plan))

        self.work()

        self.assertEqual(
            self.read(job, "state", "failures", "wait_reason"),
            ("pending", 0, "settling"),
        )

    def test_an_apply_may_ask_for_another_turn_or_stop(self):
        results = [Again(0.0, "accepted"), Stop("unknown_sku", value="A-1")]
        handler = self.handler(_apply=lambda self, job, answer: results.pop(0))
        job = self.enqueue(handler)

        self.work()

        self.assertEqual(self.read(job, "state", "attempts"), ("parked", 2))

    def test_a_lost_race_repeats_the_apply_and_never_the_call(self):
        tries = []

        def apply(self, job, answer):
            tries.append(answer)
            if len(tries) == 1:
                raise SerializationFailure("could not serialize access")
            return "written"

        job = self.enqueue(self.calling(_apply=apply))
        self.script("fine")

        self.work()

        self.assertEqual(tries, ["fine", "fine"])
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(self.read(job, "state", "note"), ("done", "written"))

    def test_no_call_leaves_while_a_transaction_is_open(self):
        handler = self.calling()
        self.enqueue(handler)
        self.stage()
        with self.transaction() as env:
            turn = self.turn(cursors=(env.cr,))
            with self.short() as claiming:
                jobs = claiming["retail.sync.queue"]._claim(1, 0, turn.token, 1)
            env.cr.execute("SELECT 1")
            with mute_logger(OUTCOME):
                env["retail.sync.runner"]._run(turn, jobs[0])

        self.assertFalse(self.asked)
        self.assertEqual(self.read(jobs[0].id, "error_code"), "OpenTransactionError")

    def test_the_engines_own_transaction_may_not_be_open_either(self):
        with short(self.registry), self.assertRaises(OpenTransactionError):
            assert_idle()

    def test_an_unknown_handler_is_not_claimed_and_parked_after_a_while(self):
        job = self.enqueue("module.gone")
        self.work()
        self.assertEqual(self.read(job), "pending")

        self.set_job(job, scheduled_at="2020-01-01")
        with self.short() as env:
            env["retail.sync.queue"]._park_unknown()

        self.assertEqual(
            self.read(job, "state", "error_code"), ("parked", "unknown_handler")
        )

    def test_a_job_of_a_newer_version_waits_for_a_newer_server(self):
        job = self.enqueue(self.handler())
        self.set_job(job, version=2)

        self.work()

        self.assertEqual(
            self.read(job, "state", "wait_reason", "attempts"),
            ("pending", "newer_server", 0),
        )

    def test_many_small_jobs_share_a_transaction_and_one_bad_one_fails_alone(self):
        def apply(self, job, answer):
            if job.payload["n"] == 3:
                raise errors.DataError("bad", kind="bad_payload", value="3")
            return f"done {job.payload['n']}"

        handler = self.handler(_together=True, _apply=apply)
        jobs = [self.enqueue(handler, payload={"n": n}) for n in range(1, 6)]

        self.work()

        self.assertEqual(
            [self.read(job) for job in jobs], ["done", "done", "parked", "done", "done"]
        )

    def test_a_retry_joins_a_twin_that_waits_and_hands_its_attempts_over(self):
        handler = self.calling()
        job = self.enqueue(handler, identity="fetch:1", order_key="order:1")
        twins = []

        def fail(adapter, what):
            twins.append(self.enqueue(handler, identity="fetch:1", order_key="order:1"))
            raise errors.TransientError("no answer")

        self.script(fail)
        with patch(f"{OUTCOME}.random.random", return_value=1.0):
            self.work()

        self.assertEqual(self.read(job), "cancelled")
        self.assertEqual(self.read(twins[0], "state", "attempts"), ("pending", 1))
        self.assertGreater(self.wait_s(twins[0]), 0)

    def test_only_operators_retry(self):
        job_id = self.enqueue(self.handler())
        with self.transaction() as env:
            user = env.ref("base.user_admin")
            job = env["retail.sync.job"].browse(job_id)
            user_env = env(user=env.ref("base.public_user").id)
            with self.assertRaises(UserError):
                job.with_env(user_env).action_retry()
            self.assertTrue(job.with_user(user).action_retry() is None)

    # helpers
    def wait_s(self, job):
        with self.transaction() as env:
            env.cr.execute(
                """SELECT round(extract(epoch FROM scheduled_at - write_date))
                     FROM retail_sync_job WHERE id = %s""",
                [job],
            )
            waited = env.cr.fetchone()[0]
        return int(waited)

    def lift_blocks(self):
        with self.transaction() as env:
            env.cr.execute(
                """UPDATE retail_sync_bucket
                      SET blocked_until = NULL, failures = 0, opened_at = NULL"""
            )
