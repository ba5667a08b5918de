import json

from odoo.tests import tagged

from .folder_common import FolderCase


@tagged("post_install", "-at_install")
class TestCountedFolder(FolderCase):
    """A warehouse that leaves stock reports as numbered files, by SKU, on hand."""

    def setUp(self):
        super().setUp()
        self.place = self.env["retail.sync.location"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "W",
                "name": "Warehouse",
                "warehouse_id": self.warehouse.id,
                "stock_owner": "channel",
            }
        )

    def report(self, number, at, shelf, *, whole=False):
        """Leave a report in the folder."""
        body = {"at": at, "number": number, "whole": whole, "places": {"W": shelf}}
        name = f"counts/{number:06}.json"
        self.folder.write(name, json.dumps(body).encode())

    def turn(self):
        """Let the stock workflow ask, and work off what follows."""
        workflow = self.channel._workflow("stock")
        workflow.next_poll_at = False
        self.env["retail.sync.workflow"]._enqueue_due()
        self.run_jobs(ahead_s=60)
        self.env.invalidate_all()

    def held(self, product):
        return product.with_context(warehouse_id=self.warehouse.id).qty_available

    def test_reports_are_found_in_turns_and_booked(self):
        self.report(1, "2026-03-02T12:00:00+00:00", {"SHIRT": 95, "MUG": 90.0})
        self.report(2, "2026-03-02T13:00:00+00:00", {"SHIRT": 93})
        self.turn()

        self.assertEqual((self.held(self.shirt), self.held(self.mug)), (93, 90))
        self.assertEqual(self.channel._workflow("stock").cursor, "000002.json")

        self.report(3, "2026-03-02T14:00:00+00:00", {"SHIRT": 92}, whole=True)
        self.turn()

        self.assertEqual(self.held(self.shirt), 92)
        self.assertEqual(self.held(self.mug), 90)  # 90 at once wait for a person
        self.assertTrue(self.issues("count_drop"))

    def test_a_report_nobody_can_read_waits_and_the_next_is_booked(self):
        self.folder.write("counts/000001.json", b'{"at": "yesterday"')
        self.report(2, "2026-03-02T13:00:00+00:00", {"SHIRT": 99})

        self.turn()

        self.assertEqual(self.held(self.shirt), 99)
        event = self.env["retail.sync.event"].search(
            [("external_id", "=", "000001.json")]
        )
        self.assertEqual(event.state, "parked")
        self.assertTrue(self.issues("bad_payload"))

    def test_nothing_is_asked_where_the_number_is_ours(self):
        self.place.stock_owner = "odoo"
        self.report(1, "2026-03-02T12:00:00+00:00", {"SHIRT": 5})

        self.turn()

        self.assertFalse(
            self.jobs("flow.poll").filtered(
                lambda job: (job.payload or {}).get("flow") == "stock"
            )
        )
        self.assertEqual(self.held(self.shirt), 100)
