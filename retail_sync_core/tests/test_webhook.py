from hashlib import sha256
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import config, mute_logger

from ..controllers import webhook
from ..domain import documents as doc
from ..models import retail_sync_door
from .common import RetailSyncCommon


@tagged("post_install", "-at_install")
class TestWebhook(HttpCase, RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(webhook, "REFUSALS", webhook.Refusals(3600.0)))

    def post(self, payload, address=None, headers=(), **values):
        body, signed = self.signed(payload, **values)
        return self.url_open(
            address or self.address(), data=body, headers={**signed, **dict(headers)}
        )

    def address(self, channel=None):
        channel = channel or self.channel
        return f"/retail_sync/{channel.code}/{channel.token}"

    def events(self):
        self.env.invalidate_all()
        return self.env["retail.sync.event"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_a_signed_webhook_is_stored_and_its_order_is_to_be_fetched(self):
        answer = self.post({"id": "o-1", "name": "#1001"}, event_id="e-1")

        self.assertEqual(answer.status_code, 200)
        self.assertRecordValues(
            self.events(),
            [{"external_id": "o-1", "state": "received", "source": "webhook"}],
        )
        self.assertRecordValues(
            self.jobs("order.fetch"),
            [{"order_key": "order:o-1", "identity": "order.fetch:o-1", "lane": 1}],
        )

    def test_the_same_delivery_again_is_answered_and_not_stored(self):
        self.post({"id": "o-1"}, event_id="e-1")

        answer = self.post({"id": "o-1"}, event_id="e-1")

        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.events()), 1)
        self.assertEqual(len(self.jobs("order.fetch")), 1)

    def test_an_address_that_no_database_compares_is_an_unknown_one(self):
        address = f"/retail_sync/{self.channel.code}/%00"

        self.assertEqual(self.post({"id": "o-1"}, address).status_code, 401)

    def test_ids_that_no_index_takes_are_answered_and_ask_what_has_changed(self):
        # letters that cannot be packed: an index takes 2,700 bytes
        long = "".join(sha256(bytes([n])).hexdigest() for n in range(120))

        answers = [
            self.post({"id": long, "name": long}, event_id=long) for _time in range(2)
        ]

        self.assertEqual([answer.status_code for answer in answers], [200, 200])
        self.assertRecordValues(self.events(), [{"external_id": ""}])
        self.assertEqual(self.jobs().mapped("handler"), ["flow.poll"])

    def test_without_a_delivery_id_the_same_body_counts_once(self):
        self.post({"id": "o-1", "version": "1"})
        self.post({"id": "o-1", "version": "1"})
        self.post({"id": "o-1", "version": "2"})

        self.assertEqual(len(self.events()), 2)

    def test_an_unknown_address_and_a_wrong_signature_get_the_same_answer(self):
        wrong = self.post({"id": "o-1"}, secret="another")
        unknown = self.post({"id": "o-1"}, "/retail_sync/manual/nobody")
        other_code = self.post({"id": "o-1"}, f"/retail_sync/x/{self.channel.token}")
        unsigned = self.post({"id": "o-1"}, headers={"X-Signature": ""})

        answers = {(a.status_code, a.content) for a in (wrong, unknown, other_code)}
        self.assertEqual(answers, {(401, wrong.content)})
        self.assertEqual(unsigned.status_code, 401)
        self.assertFalse(self.events())

    def test_an_archived_channel_is_as_good_as_none(self):
        self.channel.active = False
        self.channel.flush_recordset()

        self.assertEqual(self.post({"id": "o-1"}).status_code, 401)

    def test_a_paused_channel_keeps_what_comes(self):
        self.channel.action_pause("Stocktaking")
        self.env.flush_all()

        self.assertEqual(self.post({"id": "o-1"}).status_code, 200)
        self.assertEqual(self.events().state, "received")

    def test_a_form_an_empty_and_a_large_body_are_turned_away(self):
        form = self.post(
            b"a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        empty = self.url_open(self.address(), method="POST", headers={"X-Topic": "x"})
        large = self.post(b" " * (webhook.LARGEST_BODY + 1))

        statuses = [answer.status_code for answer in (form, empty, large)]
        self.assertEqual(statuses, [415, 400, 413])
        self.assertFalse(self.events())

    def test_a_body_nobody_can_read_waits_for_a_person_and_is_kept(self):
        answer = self.post(b"{half", event_id="e-1")

        event = self.events()
        self.assertEqual(answer.status_code, 200)
        self.assertRecordValues(event, [{"state": "parked", "reason": "unreadable"}])
        self.assertIn("cannot be read", event.problem)
        self.assertEqual(event._read_body(), b"{half")
        self.assertFalse(self.jobs())
        self.assertEqual(len(self.issues("bad_payload")), 1)

    def test_a_topic_of_no_interest_is_answered_and_forgotten(self):
        self.assertEqual(self.post({"id": "o-1"}, topic="themes/x").status_code, 200)
        self.assertFalse(self.events())

    def test_a_webhook_triggers_no_scheduled_action(self):
        self.env.cr.execute("SELECT count(*) FROM ir_cron_trigger")
        before = self.env.cr.fetchone()

        with patch("odoo.addons.retail_sync_core.waking.BELL.ring") as ring:
            self.post({"id": "o-1"})
        self.env.cr.execute("SELECT count(*) FROM ir_cron_trigger")

        self.assertEqual(self.env.cr.fetchone(), before)
        self.assertLessEqual(ring.call_count, 1)

    def test_a_rotated_secret_counts_beside_the_one_before(self):
        self.env["retail.sync.secret"]._store(self.channel, "webhook_secret", "new")
        self.env.flush_all()

        old = self.post({"id": "o-1"})
        new = self.post({"id": "o-2"}, secret="new")

        self.assertEqual((old.status_code, new.status_code), (200, 200))

    @mute_logger("odoo.addons.retail_sync_core.controllers.webhook")
    def test_without_a_key_the_sender_is_asked_to_come_again(self):
        with (
            patch.dict("os.environ", {"RETAIL_SYNC_SECRET_KEYS": ""}),
            patch.dict(config.options, {"retail_sync_secret_keys": ""}),
            patch.object(retail_sync_door, "_accounts", {}),
        ):
            answer = self.post({"id": "o-1"})

        self.assertEqual(answer.status_code, 503)

    def test_refusals_are_counted_in_memory_and_told_now_and_then(self):
        audit = self.env["retail.sync.audit"]
        told = [("action", "=", "webhook.refused")]
        before = audit.search_count(told)

        self.post({"id": "o-1"}, secret="another")
        self.post({"id": "o-1"}, secret="another")
        self.assertEqual(audit.search_count(told), before)
        webhook.REFUSALS._every_s = 0.0
        self.post({"id": "o-1"}, secret="another")

        self.env.invalidate_all()
        entry = audit.search([*told, ("channel_id", "=", self.channel.id)])
        self.assertEqual(entry.detail, {"count": 3})

    def test_the_answer_sets_no_cookie(self):
        answer = self.post({"id": "o-1"})

        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_lines_of_a_new_order_count_before_it_is_imported(self):
        line = {"line_id": "l-1", "sku": "MUG", "quantity": 2}
        with patch.object(
            type(self.env["retail.sync.demand"]), "_note", autospec=True
        ) as note:
            self.post({"id": "o-1", "demand": [line]}, topic="orders/create")

        _self, channel, demands = note.call_args.args
        self.assertEqual(channel.id, self.channel.id)
        self.assertEqual([d.line_id for d in demands], ["l-1"])
        self.assertIsInstance(demands[0], doc.Demand)
