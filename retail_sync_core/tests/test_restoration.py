from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..adapters import base
from ..domain import documents as doc
from .restore_common import ELSEWHERE, GROUP, RestoreCommon

CHANGES = ("send", "subscribe", "unsubscribe")


@tagged("post_install", "-at_install")
class TestRestoration(RestoreCommon):
    """A restored database reads what happened since its backup before it acts."""

    def outward(self):
        return [what for what, *_args in self.shop.asked if what in CHANGES]

    def intend(self, kind, document, handler="effect", **values):
        return self.env["retail.sync.effect"]._intend(
            self.channel, kind, None, document, "order:order-1", handler, **values
        )

    def intend_all(self):
        """Have something of each kind wait to be sent; return the effects."""
        money = doc.PaymentAction(order_id="order-1", action="mark_paid")
        return (
            self.intend(
                "shipment",
                doc.Shipment(order_id="order-1", reference="OUT/1"),
                "shipment.push",
            )
            | self.intend("payment", money, lane=0)
            | self.intend("cancellation", doc.Cancellation(order_id="order-1"))
        )

    def test_a_first_confirmation_has_nothing_to_catch_up_with(self):
        self.env.cr.execute("DELETE FROM retail_sync_fuse")

        self.assertFalse(self.env["retail.sync.fuse"]._confirm())
        self.assertFalse(self.line())

    def test_confirmed_once_more_it_does_not_catch_up_again(self):
        self.restore()
        self.catch_up()

        self.assertFalse(self.env["retail.sync.fuse"]._confirm())
        self.assertEqual(len(self.env["retail.sync.restoration"].search([])), 1)

    def test_nothing_leaves_of_any_kind_before_all_is_read(self):
        effects = self.intend_all()
        self.env["retail.sync.job"]._enqueue(self.channel, "subscriptions.ensure")
        self.restore()
        effects |= self.intend_all()
        self.env["retail.sync.stock.mark"]._enqueue_pushes(self.place)
        # a turn that does not end: the orders of since then are not all read
        more = base.Page(documents=(), cursor="2", more=True, as_of=self.shop.now)
        with patch.object(self.adapter, "fetch_page", lambda *asked: more):
            self.run_jobs(60, ahead_s=3)

        self.assertEqual(self.outward(), [])
        self.assertEqual(self.shop.calls("read_back"), [])
        self.assertEqual(set(effects.mapped("state")), {"intended"})
        kept = self.jobs().filtered(lambda job: job.state == "held")
        self.assertEqual(set(kept.mapped("wait_reason")), {"restoring"})
        self.assertIn("catches up", kept[0].explanation)
        self.assertEqual(self.line().state, "orders")

    def test_what_waited_in_the_backup_is_read_back_before_it_is_sent(self):
        told, untold = self.intend_all()[:2]
        self.shop.sent.append(base.Effect(kind=told.kind, key=told.key, body=None))
        self.restore()

        self.catch_up()

        self.assertEqual(self.line().state, "released")
        self.assertEqual((told.state, told.attempts), ("applied", 0))
        self.assertEqual((untold.state, untold.attempts), ("applied", 1))
        asked = [what for what, *_a in self.shop.asked if what in ("send", "read_back")]
        self.assertEqual(asked[0], "read_back")
        self.assertEqual(asked.count("send"), 2)

    def test_it_is_looked_for_from_the_backup_on(self):
        effect = self.intend_all()[:1]
        self.restore()

        self.catch_up()

        self.assertEqual(effect.kind, "shipment")
        (asked,) = self.shop.calls("read_back")[0]
        self.assertLessEqual(asked.sent_at, self.utc(self.backup_at))

    def test_reading_begins_where_the_backup_ended(self):
        self.channel._workflow("order").since = self.lost_at
        self.restore()

        self.catch_up()

        since = [args[2] for args in self.shop.calls("fetch_page")]
        overlap = timedelta(seconds=self.channel._workflow("order")._overlap_s())
        self.assertLessEqual(since[0], self.utc(self.backup_at) - overlap)

    def test_an_order_is_read_though_an_action_of_it_waits(self):
        self.intend_all()
        order = self.placed(created_at=self.utc(self.lost_at - timedelta(hours=1)))
        self.changed(order)
        self.restore()

        self.catch_up()

        self.assertTrue(self.theirs().order_id)

    def test_killed_in_the_middle_it_goes_on(self):
        self.intend_all()
        self.restore()
        self.run_jobs(200)
        self.jobs("restoration").filtered(lambda j: j.state == "pending").unlink()
        self.assertNotEqual(self.line().state, "released")
        with self.enter_registry_test_mode():
            self.env["retail.sync.workflow"]._enqueue_due()

        self.catch_up()

        self.assertEqual(self.line().state, "released")
        self.assertEqual(self.line().restoration_id.state, "done")

    def test_stopped_by_an_error_it_waits_for_a_person_and_says_so(self):
        self.restore()
        self.run_jobs(200)
        job = self.jobs("restoration")
        self.env.cr.execute(
            """UPDATE retail_sync_job
                  SET state = 'dead', is_head = NULL, error_message = 'Out of order.'
                WHERE id = %s""",
            [job.id],
        )

        with self.enter_registry_test_mode():
            self.env["retail.sync.workflow"]._enqueue_due()

        self.assertEqual(self.jobs("restoration"), job)
        self.line().invalidate_recordset()
        self.assertIn("Out of order.", self.line().step)
        job.action_retry()
        self.catch_up()
        self.assertEqual(self.line().state, "released")

    def test_a_paused_flow_stays_paused_when_the_channel_has_caught_up(self):
        effect = self.intend_all()[:1]
        self.restore()
        self.channel._workflow("shipment")._pause("Stocktaking")

        self.catch_up()

        self.assertEqual(self.line().state, "released")
        self.assertNotIn(effect.key, [one.key for one in self.shop.sent])
        self.channel._workflow("shipment")._resume()
        self.run_jobs(100)
        self.assertIn(effect.key, [one.key for one in self.shop.sent])

    def test_stock_is_compared_before_it_is_told(self):
        listing = self.env["retail.sync.listing"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "item-1",
                "sku": "SHIRT",
                "title": "Shirt",
                "product_id": self.shirt.id,
            }
        )
        self.shop.levels["item-1", "place-1"] = 7
        self.run_jobs(100, ahead_s=600)
        self.assertTrue(listing.level_ids)
        self.shop.asked.clear()
        self.restore()

        self.catch_up()
        self.run_jobs(100, ahead_s=600)

        self.assertEqual(self.line().run_id.state, "done")
        asked = [w for w, *_args in self.shop.asked if w in ("read_levels", "send")]
        self.assertEqual(asked[0], "read_levels")

    def test_a_manager_releases_a_channel_early_with_a_reason(self):
        effect = self.intend_all()[:1]
        self.restore()
        operator = new_test_user(self.env, "op", groups=GROUP + "operator")
        with self.assertRaises(AccessError):
            self.line().with_user(operator).action_release("Now")
        line = self.line().with_user(self.manager())
        self.assertEqual(line.action_release()["target"], "new")
        with self.assertRaises(UserError):
            line.action_release(" ")

        line.action_release("The sale begins")
        self.run_jobs(200)

        self.assertEqual(self.line().state, "released")
        self.assertIn("The sale begins", self.line().step)
        self.assertEqual(effect.attempts, 1)
        keys = [args[0].key for args in self.shop.calls("read_back")]
        self.assertIn(effect.key, keys)

    def test_a_moved_database_goes_on_at_once_with_a_reason(self):
        effect = self.intend_all()[:1]
        self.env.flush_all()
        self.env.cr.execute("UPDATE retail_sync_fuse SET identity = %s", [ELSEWHERE])
        self.env["retail.sync.fuse"].invalidate_model()
        fuse = self.env["retail.sync.fuse"].with_user(self.manager())
        action = fuse.action_confirm_database()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog = dialog.with_user(self.env.user.browse(fuse.env.uid))
        dialog.kind = "moved"
        with self.assertRaises(UserError):
            dialog.action_confirm()
        self.assertFalse(self.env["retail.sync.fuse"]._is_confirmed())
        dialog.reason = "New server, the old one was off"
        dialog.action_confirm()
        self.run_jobs(100)

        self.assertFalse(self.line())
        self.assertEqual(effect.state, "applied")
        self.assertEqual(self.shop.calls("read_back"), [])

    def test_the_dialog_knows_the_backup_and_moves_numbers_on(self):
        self.import_order(self.placed())
        sequence = self.env["ir.sequence"].search(
            [
                ("code", "=", "sale.order"),
                ("company_id", "in", (False, self.company.id)),
            ],
            limit=1,
        )
        first = sequence.number_next_actual
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE retail_sync_fuse SET identity = %s, confirmed_at = %s",
            [ELSEWHERE, self.backup_at],
        )
        self.env["retail.sync.fuse"].invalidate_model()
        fuse = self.env["retail.sync.fuse"].with_user(self.manager())
        action = fuse.action_confirm_database()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(dialog.since, self.backup_at)
        dialog.number_ids.margin = 50
        shown = dialog.with_user(fuse.env.user).action_confirm()

        row = self.env[shown["res_model"]].browse(shown["res_id"])
        self.assertEqual(sequence.number_next_actual, first + 50)
        mine = row.number_ids.filtered(lambda one: one.sequence_id == sequence)
        self.assertIn("50", mine.advice)

    def test_an_invoice_leaves_out_the_numbers_that_may_be_used(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )

        def invoice():
            move = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "journal_id": journal.id,
                    "partner_id": self.env.user.partner_id.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        (0, 0, {"product_id": self.mug.id, "price_unit": 1.0})
                    ],
                }
            )
            move.action_post()
            return move.sequence_number

        last = invoice()
        numbers = self.env["retail.sync.restoration.number"]
        rows = [
            values
            for values in numbers._find(self.channel)
            if values.get("journal_id") == journal.id
        ]
        row = self.restore()
        for values in rows:
            numbers.create({**values, "restoration_id": row.id, "margin": 20})
        self.env.cr.precommit.data.clear()  # a transaction keeps the last number

        self.assertEqual((invoice(), invoice()), (last + 21, last + 22))

    def test_moments_that_cannot_be_are_refused(self):
        check = self.env["retail.sync.restoration"]._check_since
        with self.assertRaises(UserError):
            check(self.lost_at, self.backup_at)
        with self.assertRaises(UserError):
            check(fields.Datetime.now() + timedelta(days=1), None)
        check(self.backup_at, self.lost_at)
