from datetime import date, datetime, timedelta, timezone
from unittest.mock import patch

from cryptography.fernet import Fernet
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import config

from ..adapters.echo import Heard
from ..adapters.transport import Response
from ..domain.errors import TransientError
from .common import RetailSyncCommon

KEYS = "RETAIL_SYNC_SECRET_KEYS"
BASE = "web.base.url"


def configured(**options):
    """Let the server's configuration have ``options``."""
    return patch.dict(config.options, options)


class Answering:
    """A transport that answers as it is told, and keeps what was asked."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def send(self, request):
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(request) if callable(self.answer) else self.answer


class SetupCommon(RetailSyncCommon):
    def setUp(self):
        super().setUp()
        self.judge = self.env["retail.sync.setup.judge"]
        self.parameters = self.env["ir.config_parameter"].sudo()
        self.parameters.set_param(BASE, "https://shop.example.com")
        self.parameters.set_param(f"{BASE}.freeze", "True")

    def check(self, transport):
        with self.enter_registry_test_mode():
            self.env["retail.sync.setup"]._check_now(transport)
        self.env.invalidate_all()
        return self.env["retail.sync.setup"].search([])

    def line(self, setup, kind):
        return setup.line_ids.filtered(lambda line: line.kind == kind)


@tagged("post_install", "-at_install")
class TestSetupJudge(SetupCommon):
    def judged(self, finding):
        """Return (result, code), having seen that there are words for it."""
        result, code, params = finding
        finding_text, remedy = self.env["retail.sync.setup.line"]._words()[code]
        facts = {**params, "minutes": 2, "time": "2 min"}
        self.assertTrue(finding_text % facts if params else finding_text)
        self.assertEqual(bool(remedy), result != "good", code)
        return result, code

    def test_a_key_outside_the_database_is_good(self):
        self.assertEqual(self.judged(self.judge._judge_key()), ("good", "key"))

    def test_no_key_and_a_wrong_key_are_told_apart(self):
        with (
            patch.dict("os.environ", {KEYS: ""}),
            configured(retail_sync_secret_keys=""),
        ):
            missing = self.judged(self.judge._judge_key())
        with patch.dict("os.environ", {KEYS: "secret"}):
            bad = self.judged(self.judge._judge_key())

        self.assertEqual(missing, ("bad", "key_missing"))
        self.assertEqual(bad, ("bad", "key_bad"))

    def test_a_key_in_a_system_parameter_is_found(self):
        key = Fernet.generate_key().decode()
        self.parameters.set_param("my.own.note", f"the key: {key}")

        with patch.dict("os.environ", {KEYS: key}):
            found = self.judged(self.judge._judge_key())

        self.assertEqual(found, ("bad", "key_in_database"))

    def test_to_look_for_the_key_it_is_not_sent_to_the_database(self):
        key = Fernet.generate_key().decode()
        sent = []
        execute = type(self.env.cr).execute

        def listen(cr, query, params=None, **options):
            sent.append(f"{query} {params}")
            return execute(cr, query, params, **options)

        with (
            patch.dict("os.environ", {KEYS: key}),
            patch.object(type(self.env.cr), "execute", listen),
        ):
            self.judge._judge_key()

        self.assertTrue(sent)
        self.assertFalse([query for query in sent if key in query])

    def test_a_key_that_opens_no_secret_is_found(self):
        with patch.dict("os.environ", {KEYS: Fernet.generate_key().decode()}):
            finding = self.judge._judge_key()

        self.assertEqual(self.judged(finding), ("bad", "key_lost"))
        self.assertEqual(
            finding[2], {"channel": self.channel.name, "channel_id": self.channel.id}
        )

    def test_a_copy_is_told_from_the_live_database(self):
        self.assertEqual(self.judged(self.judge._judge_database())[0], "good")

        self.parameters.set_param("database.is_neutralized", "True")
        self.env.flush_all()

        self.assertEqual(self.judged(self.judge._judge_database())[0], "bad")

    def test_an_address_must_be_encrypted_public_and_fixed(self):
        def found(url, freeze="True"):
            self.parameters.set_param(BASE, url)
            self.parameters.set_param(f"{BASE}.freeze", freeze)
            return self.judged(self.judge._judge_address())

        good, plain = found("https://a.example.com"), found("http://a.example.com")
        private, local = found("https://10.0.0.7"), found("https://odoo.local")

        self.assertEqual(good, ("good", "address"))
        self.assertEqual(plain, ("warning", "address_plain"))
        self.assertEqual({private, local}, {("warning", "address_private")})
        thawed = found("https://a.example.com", freeze=False)
        self.assertEqual(thawed, ("warning", "address_thawed"))

    def test_an_address_that_nobody_reaches_is_said_to_work_by_asking(self):
        self.channel._workflow("order").interval_s = 450
        setup = self.env["retail.sync.setup"].create({})
        unheard = Heard(problem="unreachable")

        for address in ("http://shop.example.com", "https://10.0.0.7"):
            self.parameters.set_param(BASE, address)
            setup._note(
                {
                    "address": self.judge._judge_address(),
                    "webhook": self.judge._judge_webhook(unheard, False),
                }
            )
            found = self.line(setup, "address").finding

            self.assertEqual(setup.state, "warning")
            self.assertIn("asked for orders every 8 minutes", found)
            self.assertIn("orders arrive at once", found)

    def test_the_servers_clock_is_compared_with_the_databases(self):
        now = datetime.now(timezone.utc)

        right = self.judged(self.judge._judge_clock(now))
        wrong = self.judged(self.judge._judge_clock(now - timedelta(minutes=3)))

        self.assertEqual(right, ("good", "clock"))
        self.assertEqual(wrong, ("bad", "clock_server"))

    def test_the_channels_clock_is_compared_with_ours(self):
        now = datetime.now(timezone.utc)
        self.shop.info = self.info(clock=now + timedelta(minutes=5))
        self.channel._note_tested(self.shop.info)
        ahead = self.judge._judge_clock(now)
        self.channel._note_tested(self.info(clock=now.replace(tzinfo=None)))

        self.assertEqual(self.judged(ahead), ("bad", "clock_channel"))
        self.assertAlmostEqual(ahead[2]["seconds"], 300, delta=60)
        self.assertEqual(self.judged(self.judge._judge_clock(now))[1], "clock_all")

    def info(self, **values):
        info = self.shop.info
        return type(info)(name=info.name, account_id=info.account_id, **values)

    def test_mails_need_a_server_and_somebody_with_an_address(self):
        self.env["ir.mail_server"].sudo().search([]).active = False
        with configured(smtp_server="localhost"):
            none = self.judged(self.judge._judge_mail())
        self.env["ir.mail_server"].sudo().create(
            {"name": "Out", "smtp_host": "mail.example.com"}
        )
        self.channel.owner_id = new_test_user(self.env, "somebody", email="a@b.example")
        good = self.judged(self.judge._judge_mail())
        self.channel.owner_id.partner_id.email = False
        silent = self.judged(self.judge._judge_mail())
        self.channel.owner_id = False

        self.assertEqual(none, ("warning", "mail_missing"))
        self.assertEqual(good, ("good", "mail"))
        self.assertEqual(silent, ("warning", "mail_owner"))
        nobody = self.judged(self.judge._judge_mail())
        self.assertEqual(nobody, ("warning", "mail_nobody"))

    def test_the_end_of_a_versions_support_is_told_sixty_days_ahead(self):
        self.channel.write({"supported_until": "2027-10-01", "api_version": "2026-10"})

        def found(day):
            return self.judged(self.judge._judge_versions(day))

        self.assertEqual(found(date(2027, 8, 1)), ("good", "version"))
        self.assertEqual(found(date(2027, 8, 2)), ("warning", "version_ends"))
        self.assertEqual(found(date(2027, 9, 30)), ("warning", "version_ends"))
        self.assertEqual(found(date(2027, 10, 1)), ("bad", "version_over"))

    def test_of_several_versions_the_one_that_ends_first_counts(self):
        self.channel.write({"supported_until": "2028-01-01", "api_version": "2026-10"})
        self.make_channel(name="Old").supported_until = "2027-01-01"

        finding = self.judge._judge_versions(date(2026, 12, 1))

        self.assertEqual(finding[2]["channel"], "Old")
        self.assertEqual(finding[2]["days"], 31)
        setup = self.env["retail.sync.setup"].create({})
        setup._note({"version": finding})
        said = self.line(setup, "version").finding
        self.assertIn("only until 2027-01-01: in 31 days", said)
        for named in (": 2026-10 until 2028-01-01", "Old: - until 2027-01-01"):
            self.assertIn(named, said)

    def test_channels_without_a_version_need_none(self):
        self.channel.supported_until = False
        unknown = self.judged(self.judge._judge_versions(date(2026, 12, 1)))
        self.channel.write({"state": "draft", "last_test_ok": True})
        draft = self.judged(self.judge._judge_versions(date(2026, 12, 1)))
        self.channel.last_test_ok = False

        none = self.judged(self.judge._judge_versions(date(2026, 12, 1)))

        self.assertEqual(unknown, ("good", "version_unknown"))
        self.assertEqual(draft, ("good", "version_draft"))
        self.assertEqual(none, ("good", "version_none"))

    def test_workers_need_three_threads_and_to_be_switched_on(self):
        self.env["retail.sync.slot"]._ensure_slots(1)

        good = self.judged(self.judge._judge_workers(3))
        few = self.judged(self.judge._judge_workers(2))
        self.env["retail.sync.slot"].search([]).cron_id.active = False

        self.assertEqual(good, ("good", "workers"))
        self.assertEqual(few, ("warning", "workers_few"))
        self.assertEqual(
            self.judged(self.judge._judge_workers(3)), ("bad", "workers_off")
        )

    def test_a_worker_comes_soon_and_hears_of_unfinished_work(self):
        judged = self.judge._judge_waking

        self.assertEqual(self.judged(judged(0.3, True)), ("good", "waking"))
        self.assertEqual(self.judged(judged(0.3, False)), ("warning", "waking_deaf"))
        self.assertEqual(self.judged(judged(30.0, True)), ("bad", "waking_slow"))
        self.assertIsNone(judged(None, True))

    def test_what_became_of_the_message_is_told_apart(self):
        heard = {
            "webhook_untried": None,
            "webhook_unreachable": Heard(problem="unreachable"),
            "webhook_silent": Heard(problem="silent"),
            "webhook_certificate": Heard(problem="certificate"),
            "webhook_moved": Heard(status=301, location="https://www.example.com"),
            "webhook_elsewhere": Heard(status=404),
            "webhook_refused": Heard(status=403),
        }

        for code, one in heard.items():
            result, found = self.judged(self.judge._judge_webhook(one, False))
            self.assertEqual((code, result == "good"), (found, False))
        came = self.judge._judge_webhook(Heard(status=200, is_ours=True), True)
        lost = self.judge._judge_webhook(Heard(status=200, is_ours=True), False)
        self.assertEqual(self.judged(came), ("good", "webhook"))
        self.assertEqual(self.judged(lost), ("bad", "webhook_elsewhere"))

    def test_a_server_that_vanished_is_noticed_soon(self):
        judged = self.judge._judge_silence

        self.assertEqual(self.judged(judged(True, 0)), ("good", "keepalive"))
        self.assertEqual(self.judged(judged(False, 30)), ("good", "keepalive"))
        late = self.judged(judged(False, 7200))
        self.assertEqual(late, ("warning", "keepalive_late"))
        self.judged(self.judge._judge_keepalive())


@tagged("post_install", "-at_install")
class TestSetup(SetupCommon):
    def test_a_check_waits_for_a_worker_and_then_says_what_it_found(self):
        opened = self.env["retail.sync.setup"].action_open()
        setup = self.env["retail.sync.setup"].browse(opened["res_id"])

        self.assertTrue(setup.is_busy)
        self.assertEqual(self.line(setup, "webhook").state, "waiting")
        self.assertEqual(self.line(setup, "key").state, "good")

        self.check(Answering(TransientError("no connection", code="unreachable")))

        self.assertFalse(setup.is_busy)
        self.assertEqual(setup.state, "bad")
        line = self.line(setup, "webhook")
        self.assertIn("no connection", line.finding)
        self.assertTrue(line.remedy)

    def test_looking_again_changes_the_lines_that_are_there(self):
        setup = self.check(Answering(Response(status=404)))
        before = setup.line_ids

        setup.action_check()
        self.check(Answering(Response(status=403)))

        self.assertEqual(setup.line_ids, before)
        self.assertEqual(self.line(setup, "webhook").code, "webhook_refused")

    def test_when_no_worker_comes_that_is_what_it_says(self):
        self.env["retail.sync.setup"].action_open()
        setup = self.env["retail.sync.setup"].search([])
        setup.asked_at -= timedelta(minutes=2)

        self.assertFalse(setup.is_busy)
        self.assertEqual(self.line(setup, "workers").state, "bad")
        self.assertIn("No worker", self.line(setup, "workers").finding)

    def test_a_message_to_ourselves_must_come_into_this_database(self):
        def pass_on(request):
            nonce = request.url.rpartition("/")[2]
            self.assertTrue(request.url.startswith("https://shop.example.com/retail_"))
            self.env["retail.sync.setup"]._arrive(nonce)
            return Response(status=200, body=nonce.encode())

        setup = self.check(Answering(pass_on))

        self.assertEqual(self.line(setup, "webhook").state, "good")

    def test_a_refused_certificate_and_a_silent_server_are_told_apart(self):
        refused = "HTTPSConnectionPool: Max retries (Caused by SSLError(SSLCertV"
        answers = {
            "webhook_certificate": TransientError(refused, code="no_answer"),
            "webhook_silent": TransientError("ReadTimeout", code="no_answer"),
        }
        for code, error in answers.items():
            setup = self.check(Answering(error))
            self.assertEqual(self.line(setup, "webhook").code, code)

    def test_a_copy_posts_nothing(self):
        self.env["retail.sync.fuse"].search([]).unlink()
        transport = Answering(Response(status=200))

        setup = self.check(transport)

        self.assertFalse(transport.asked)
        self.assertEqual(self.line(setup, "webhook").code, "webhook_untried")

    def test_a_slow_worker_is_measured_from_the_press_of_the_button(self):
        self.env["retail.sync.setup"].action_open()
        setup = self.env["retail.sync.setup"].search([])
        setup.asked_at -= timedelta(seconds=40)

        self.check(Answering(Response(status=404)))

        self.assertEqual(self.line(setup, "waking").code, "waking_slow")

    def test_only_managers_look(self):
        operator = new_test_user(
            self.env, "operator", groups="retail_sync_core.retail_sync_group_operator"
        )

        with self.assertRaises(AccessError):
            self.env["retail.sync.setup"].with_user(operator).action_open()


@tagged("post_install", "-at_install")
class TestSetupDoor(HttpCase):
    def test_the_post_arrives_once_and_a_stranger_never(self):
        setup = self.env["retail.sync.setup"].create({"nonce": "n-1"})
        self.env.flush_all()
        address = "/retail_sync/setup/"

        stranger = self.url_open(address + "n-2", method="POST", json={})
        ours = self.url_open(address + "n-1", method="POST", json={})
        again = self.url_open(address + "n-1", method="POST", json={})

        self.env.invalidate_all()
        statuses = [answer.status_code for answer in (stranger, ours, again)]
        self.assertEqual(statuses, [404, 200, 404])
        self.assertIn("n-1", ours.text)
        self.assertTrue(setup.arrived_at)


@tagged("post_install", "-at_install")
class TestSetupAction(TransactionCase):
    def test_the_check_runs_by_itself_once_a_day(self):
        cron = self.env.ref("retail_sync_core.retail_sync_setup_cron")

        self.assertEqual((cron.interval_number, cron.interval_type), (1, "days"))
        self.assertEqual(cron.code, "model._cron_check()")
