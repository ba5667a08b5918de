from odoo import api, fields, models
from odoo.tools import SQL

STATES = [
    ("wait", "Waiting"),
    ("imported", "Imported"),
    ("known", "There already"),
    ("left", "Left out"),
    ("failed", "Needs a person"),
]
REASONS = [
    ("test", "A test order"),
    ("cancelled", "Canceled there"),
    ("empty", "Nothing of it is wanted anymore"),
    ("live", "Comes in as usual"),
    ("unknown_product", "A product is not known here"),
    ("gone", "The channel does not give it"),
    ("run_cancelled", "The import was canceled"),
    ("total", "Its amounts do not add up"),
    ("data", "Something must be mapped or mended"),
]


class RetailSyncHistoryLine(models.Model):
    """What became of one past order; its id and number alone, no personal data."""

    _name = "retail.sync.history.line"
    _description = "Past Order of an Import"
    _order = "id"
    _rec_name = "external_ref"

    run_id = fields.Many2one(
        "retail.sync.history",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    channel_id = fields.Many2one(related="run_id.channel_id")
    company_id = fields.Many2one(related="run_id.company_id")
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    external_ref = fields.Char(string="Number there", readonly=True)
    placed_at = fields.Datetime(string="Placed", readonly=True)
    state = fields.Selection(STATES, default="wait", required=True, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    message = fields.Char(readonly=True)
    order_id = fields.Many2one(
        "retail.sync.order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    issue_id = fields.Many2one("retail.sync.issue", compute="_compute_issue_id")

    _once_uniq = models.Constraint(
        "UNIQUE(run_id, external_id)", "This order is listed already."
    )
    _state_idx = models.Index("(run_id, state)")

    def _compute_issue_id(self):
        """Find what the order waits for: a job's issue, or one about the order."""
        Issue = self.env["retail.sync.issue"]
        jobs = self.env["retail.sync.job"].sudo()
        for channel, lines in self.grouped("channel_id").items():
            found = jobs.search(
                [
                    ("channel_id", "=", channel.id),
                    ("identity", "in", [line._identity() for line in lines]),
                    ("state", "in", ("parked", "dead")),
                ]
            )
            waits = {job.identity: job.issue_id.id for job in found}
            for line in lines:
                issue = Issue.browse(waits.get(line._identity()) or [])
                if not issue and line.reason == "total":
                    issue = line.order_id._open_issue("total_mismatch")
                line.issue_id = issue.exists()

    def _identity(self):
        return f"order.history:{self.external_id}"

    @api.model
    def _note(self, run, notices):
        """Write down the orders that are new in ``run``; return their lines."""
        rows = [
            SQL(
                "(%s, %s, %s, %s, 'wait', %s, now() AT TIME ZONE 'UTC')",
                run.id,
                notice.external_id,
                notice.external_ref or None,
                notice.occurred_at and notice.occurred_at.replace(tzinfo=None),
                self.env.uid,
            )
            for notice in notices
        ]
        if not rows:
            return self
        # ORM: create() cannot say ON CONFLICT; a page may be read twice
        found = self.env.execute_query(
            SQL(
                """INSERT INTO retail_sync_history_line (
                          run_id, external_id, external_ref, placed_at, state,
                          create_uid, create_date)
                   VALUES %s ON CONFLICT (run_id, external_id) DO NOTHING
                RETURNING id""",
                SQL(", ").join(rows),
            )
        )
        return self.browse(row_id for (row_id,) in found)

    def _end(self, state, reason="", order=None, message=""):
        """Say what became of the orders."""
        if self:
            self.write(
                {
                    "state": state,
                    "reason": reason or False,
                    "message": message[:200] or False,
                    "order_id": order.id if order else False,
                }
            )

    def action_open_order(self):
        """Open the order, or the issue it waits for."""
        self.ensure_one()
        order = self.order_id
        sale = order.sudo().order_id.sudo(False)
        record = self.issue_id or (sale if sale.has_access("read") else order) or order
        return record.get_formview_action() if record else False

    def action_open_issue(self):
        """Open the issue the order waits for."""
        self.ensure_one()
        return self.issue_id.get_formview_action() if self.issue_id else False
