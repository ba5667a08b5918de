from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..adapters.base import Outcome
from ..domain import errors
from ..domain.documents import Shipment
from .engine_common import EngineCase

OUTCOME = "odoo.addons.retail_sync_core.models.retail_sync_outcome"
APPLIED = Outcome(state="applied", external_id="F-1")


@tagged("post_install", "-at_install")
class TestEffect(EngineCase):
    def intend(self, kind="shipment", order_key="order:1", handler="effect", n=1):
        """Intend an action; return (effect id, job id)."""
        with self.transaction() as env:
            channel = env["retail.sync.channel"].browse(self.channel_id)
            document = Shipment(order_id="1", reference=f"WH/OUT/{n}")
            effect = env["retail.sync.effect"]._intend(
                channel, kind, channel, document, order_key, handler
            )
            return effect.id, effect.job_id.id

    def effect(self, effect_id, *names):
        """Return committed values of an effect."""
        with self.transaction() as env:
            effect = env["retail.sync.effect"].browse(effect_id)
            return tuple(effect[name] for name in names)

    def set_effect(self, effect_id, **values):
        """Change an effect behind the engine's back, as a crash or time would."""
        with self.transaction() as env:
            env["retail.sync.effect"].browse(effect_id).write(values)

    def words(self):
        """Return what the channel was asked to do, without the keys."""
        return [what for what, _key in self.asked]

    def test_sent_is_committed_before_the_call(self):
        seen = []

        def look(adapter, what):
            seen.append(self.effect(effect, "state", "attempts"))
            return APPLIED

        effect, job = self.intend()
        self.script(look)

        self.work()

        self.assertEqual(seen, [("sent", 1)])
        self.assertEqual(
            self.effect(effect, "state", "external_id"), ("applied", "F-1")
        )
        self.assertEqual(self.read(job), "done")

    def test_the_key_is_the_effects_own_and_stays(self):
        first, _job = self.intend(n=1)
        second, _job = self.intend(n=1)

        self.assertNotEqual(self.effect(first, "key"), self.effect(second, "key"))

    def test_the_document_comes_back_as_it_was_intended(self):
        effect, _job = self.intend(n=7)

        with self.transaction() as env:
            document = env["retail.sync.effect"].browse(effect)._get_document()

        self.assertEqual(document, Shipment(order_id="1", reference="WH/OUT/7"))

    def test_in_doubt_is_read_back_and_never_sent_twice(self):
        effect, job = self.intend()
        self.script(errors.InDoubtError("no answer"), APPLIED)

        self.work()
        self.assertEqual(self.effect(effect, "state"), ("unknown",))
        self.work(ahead_s=5)

        self.assertEqual(self.words(), ["send", "read_back"])
        self.assertEqual(self.effect(effect, "state"), ("applied",))
        self.assertEqual(self.read(job, "state", "failures"), ("done", 0))

    def test_what_did_not_happen_is_sent_again_with_the_same_key(self):
        _effect, job = self.intend()
        self.script(errors.InDoubtError("?"), Outcome(state="not_found"), APPLIED)

        self.work()
        self.work(ahead_s=5)

        self.assertEqual(self.words(), ["send", "read_back", "send"])
        self.assertEqual(self.asked[0][1], self.asked[2][1])
        self.assertEqual(self.read(job), "done")

    def test_a_crash_between_sent_and_settled_is_read_back(self):
        effect, job = self.crashed()
        self.script(APPLIED)

        self.take_over()
        self.set_job(job, scheduled_at="2020-01-01")
        self.set_effect(effect, sent_at="2020-01-01")
        self.work()

        self.assertEqual(self.words(), ["read_back"])
        self.assertEqual(self.effect(effect, "state", "attempts"), ("applied", 1))

    def test_a_call_that_may_still_run_is_waited_for(self):
        _effect, job = self.crashed()

        self.take_over()
        self.work()
        self.assertFalse(self.asked, "the take-over waits out the call")
        self.set_job(job, scheduled_at="2020-01-01")
        self.work()

        self.assertFalse(self.asked, "and so does the plan")
        self.assertEqual(
            self.read(job, "state", "wait_reason"), ("pending", "settling")
        )

    def test_a_surely_unsent_action_is_sent_again_without_reading_back(self):
        effect, job = self.intend()
        self.script(errors.TransientError("no connection"), APPLIED)

        self.work()
        self.assertEqual(self.effect(effect, "state"), ("intended",))
        self.work(ahead_s=100)

        self.assertEqual(self.words(), ["send", "send"])
        self.assertEqual(self.read(job), "done")

    @mute_logger(OUTCOME)
    def test_our_own_mistake_after_the_call_leaves_it_unknown(self):
        effect, _job = self.intend()
        self.script(KeyError("userErrors"))

        self.work()

        self.assertEqual(self.effect(effect, "state"), ("unknown",))

    def test_accepted_is_polled_until_it_is_applied(self):
        effect, job = self.intend()
        accepted = Outcome(state="accepted", handle="feed-1")
        self.script(accepted, accepted, APPLIED)

        self.work()
        self.assertEqual(self.effect(effect, "state", "handle"), ("accepted", "feed-1"))
        self.assertEqual(
            self.read(job, "state", "wait_reason"), ("pending", "accepted")
        )
        self.work(ahead_s=60)

        self.assertEqual(
            self.asked[1:], [("poll", "feed-1"), ("poll", "feed-1")], "sent but once"
        )
        self.assertEqual(self.read(job), "done")

    def test_refused_raises_an_issue_and_holds_the_key_for_later_actions(self):
        _effect, job = self.intend()
        _second, behind = self.intend(n=2)
        self.script(Outcome(state="refused", code="TAKEN", message="already shipped"))

        self.work()

        self.assertEqual(self.read(job, "state", "waiting_behind"), ("dead", 1))
        self.assertEqual(self.read(behind, "state", "attempts"), ("pending", 0))
        with self.transaction() as env:
            issue = env["retail.sync.job"].browse(job).issue_id
            self.assertEqual(issue.kind, "effect_refused")

    def test_a_held_key_lets_the_newest_version_in(self):
        self.intend()
        self.script(Outcome(state="refused", message="order was cancelled"))
        self.work()

        fetch = self.enqueue(self.handler(), order_key="order:1")
        self.work()

        self.assertEqual(self.read(fetch), "done")

    def test_asking_a_person_never_repeats(self):
        effect, job = self.intend(kind="stock")
        self.script(errors.InDoubtError("no answer"))

        self.work()
        self.work(ahead_s=100)

        self.assertEqual(self.words(), ["send"])
        self.assertEqual(self.read(job), "parked")
        with self.transaction() as env:
            issue = env["retail.sync.job"].browse(job).issue_id
            self.assertEqual(issue.kind, "effect_in_doubt")
            asked = issue.with_user(env.ref("base.user_admin")).action_mend()
            self.assertEqual(asked["context"]["active_ids"], [effect])

    def test_a_read_back_that_cannot_tell_ends_with_a_person(self):
        _effect, job = self.intend()
        unknown = [Outcome(state="unknown")] * 10
        self.script(errors.InDoubtError("no answer"), *unknown)

        for _look in range(10):
            self.work(ahead_s=1000)

        self.assertEqual(self.read(job), "parked")
        self.assertEqual(self.words().count("send"), 1)

    def test_a_manager_settles_a_doubtful_one_by_hand(self):
        effect, job = self.doubtful()
        _second, behind = self.intend(kind="shipment", n=2)
        self.work()
        self.assertEqual(self.read(behind), "pending")
        self.script(APPLIED)

        with self.transaction() as env:
            record = env["retail.sync.effect"].browse(effect)
            record.with_user(env.ref("base.user_admin")).action_settle(
                "applied", "seen in their backend"
            )
        self.work()

        self.assertEqual(
            self.effect(effect, "state", "doubt_note"),
            ("applied", "seen in their backend"),
        )
        self.assertEqual(self.read(job), "cancelled")
        self.assertEqual(self.read(behind), "done", "what waited behind it goes on")

    def test_a_person_may_have_it_sent_again(self):
        effect, job = self.doubtful()
        self.script(APPLIED)

        with self.transaction() as env:
            env["retail.sync.effect"].browse(effect).action_settle(
                "intended", "not there"
            )
        self.work()

        self.assertEqual(self.words(), ["send", "send"])
        self.assertEqual(self.read(job), "done")

    def test_only_managers_settle_and_they_say_why(self):
        effect, _job = self.doubtful()

        with self.transaction() as env:
            record = env["retail.sync.effect"].browse(effect)
            with self.assertRaises(AccessError):
                record.with_user(env.ref("base.public_user")).action_settle(
                    "applied", "x"
                )
            with self.assertRaises(UserError):
                record.action_settle("applied", " ")

    def test_a_late_answer_is_kept_out_and_used_by_the_read_back(self):
        effect, job = self.intend()

        def slow(adapter, what):
            # meanwhile another worker takes the job over
            with self.short() as env:
                env["retail.sync.queue"]._take_over([0], "another")
            return APPLIED

        self.script(slow)
        self.work()
        self.assertEqual(self.effect(effect, "state"), ("sent",), "not settled by it")
        self.set_job(job, scheduled_at="2020-01-01")
        self.work()

        self.assertEqual(self.words(), ["send"], "its answer spares the read-back")
        self.assertEqual(
            self.effect(effect, "state", "external_id"), ("applied", "F-1")
        )

    def test_a_kind_of_action_writes_what_follows(self):
        settled = []
        handler = self.handler(
            "test.ship",
            "retail.sync.handler.effect",
            _settled=lambda self, effect, outcome: settled.append(outcome.external_id),
        )
        self.intend(handler=handler)
        self.script(APPLIED)

        self.work()

        self.assertEqual(settled, ["F-1"])

    # helpers
    def crashed(self):
        """Return an effect whose worker died with the call under way."""
        effect, job = self.intend()
        self.stage()
        self.claim("dead", slot=0)
        with self.short() as env:
            env["retail.sync.queue"]._start([job], "dead")
        with self.transaction() as env:
            record = env["retail.sync.job"].browse(job)
            env["retail.sync.handler.effect"]._plan(record)
        return effect, job

    def take_over(self):
        with self.short() as env:
            env["retail.sync.queue"]._take_over([0], "alive")

    def doubtful(self):
        effect, job = self.intend(kind="stock")
        self.script(errors.InDoubtError("no answer"))
        self.work()
        self.work(ahead_s=100)
        return effect, job
