from datetime import timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

WHAT = [
    ("orders", "Customers and sales orders, for statistics"),
    ("customers", "Customers only"),
]
UNKNOWN = [
    ("placeholder", "Import the order; the line stands for “Past product”"),
    ("skip", "Leave the order out"),
    ("ask", "Ask for the product first"),
]
STATES = [
    ("counting", "Being counted"),
    ("ready", "Counted"),
    ("running", "Under way"),
    ("stopped", "Stopped"),
    ("done", "Done"),
    ("cancelled", "Canceled"),
]
# so many orders are listed ahead of those that are fetched
AHEAD = 100


class RetailSyncHistory(models.Model):
    """Past orders of a channel, imported for customers and statistics.

    Page by page, each with its cursor in one transaction; each order by a job of its
    own in the batch lane. After a crash, a stop or a night it goes on where it was.
    """

    _name = "retail.sync.history"
    _description = "Import of Past Orders"
    _order = "id desc"
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    since = fields.Datetime(string="Placed from", required=True, readonly=True)
    until = fields.Datetime(string="Placed before", required=True, readonly=True)
    what = fields.Selection(WHAT, default="orders", required=True, readonly=True)
    unknown_policy = fields.Selection(
        UNKNOWN,
        string="Products not known here",
        default="placeholder",
        required=True,
        readonly=True,
    )
    state = fields.Selection(STATES, default="counting", required=True, readonly=True)
    total = fields.Integer(
        string="Orders counted there", readonly=True, aggregator=None
    )
    is_exact = fields.Boolean(string="Counted exactly", default=True, readonly=True)
    visible_since = fields.Datetime(string="Visible since", readonly=True)
    missing_scope = fields.Char(string="Missing permission", readonly=True)
    cursor = fields.Char(readonly=True)
    is_listed = fields.Boolean(
        string="All pages are read",
        readonly=True,
        help="All pages are read; what is left waits for its turn.",
    )
    asked_by_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    began_at = fields.Datetime(string="Began", readonly=True)
    ended_at = fields.Datetime(string="Ended", readonly=True)
    line_ids = fields.One2many("retail.sync.history.line", "run_id", string="Orders")

    _under_way_uniq = models.UniqueIndex(
        "(channel_id) WHERE state = 'running'",
        "Past orders of this channel are being imported already.",
    )

    @api.depends("channel_id", "since", "until")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "Past orders of %(channel)s, %(since)s to %(until)s",
                channel=run.channel_id.name,
                since=run._say_day(run.since),
                until=run._say_day(run.until),
            )

    def _say_day(self, moment):
        """Return the reader's day of ``moment``, as that person writes dates."""
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment))

    # a person's verbs
    def action_begin(self):
        """Import what was counted."""
        self._check_group("manager")
        for run in self.sudo().filtered(lambda one: one.state == "ready"):
            run._check_free()
            run.write({"state": "running", "began_at": fields.Datetime.now()})
            run._audit("history.begun")
            run._enqueue()

    def action_stop(self):
        """Begin no more orders; it can go on later where it was."""
        self._check_group("operator")
        running = self.sudo().filtered(lambda one: one.state == "running")
        running.write({"state": "stopped"})
        running._audit("history.stopped")

    def action_go_on(self):
        """Go on where it was stopped."""
        self._check_group("operator")
        for run in self.sudo().filtered(lambda one: one.state == "stopped"):
            run._check_free()
            run.state = "running"
            run._audit("history.resumed")
            run._enqueue()
            run._enqueue_orders(run._waiting())

    def action_cancel(self):
        """End it for good; what is imported stays."""
        self._check_group("operator")
        self.sudo()._end()

    def _end(self):
        """End those that are not over, whatever they wait for."""
        for run in self.filtered(lambda one: one.state not in ("done", "cancelled")):
            run.write({"state": "cancelled", "ended_at": fields.Datetime.now()})
            run._jobs(run._unfinished())._cancel("the import of past orders ended")
            run._unfinished()._end("left", "run_cancelled")
            run._audit("history.cancelled")

    def action_ask_again(self):
        """End a count that found nothing, and ask for other days."""
        self.ensure_one()
        self._check_group("manager")
        if self.state != "ready" or self.total:
            raise UserError(
                self.env._(
                    "Something has become of this import meanwhile: load the page anew."
                )
            )
        self.sudo()._end()
        action = self.env["retail.sync.history.ask"]._open(self.channel_id)
        asked = {
            f"default_{name}": self[name]
            for name in ("what", "unknown_policy", "until")
        }
        return {**action, "context": {**action["context"], **asked}}

    def action_count(self):
        """Ask the channel anew how many there are."""
        self._check_group("manager")
        for run in self.sudo().filtered(lambda o: o.state in ("counting", "ready")):
            run.state = "counting"
            run._enqueue_count()

    def _check_free(self):
        """Refuse a second import of the channel at the same time."""
        if self.channel_id.state != "live":
            raise UserError(
                self.env._(
                    "%s is not live: no order is made now.", self.channel_id.name
                )
            )
        other = self.search(
            [("channel_id", "=", self.channel_id.id), ("state", "=", "running")]
        )
        if other:
            raise UserError(
                self.env._(
                    "%s is under way: wait for it, or stop it first.",
                    other[:1].display_name,
                )
            )

    def _check_group(self, name):
        self.channel_id._check_group(name)
        self.check_access("read")

    def _audit(self, action):
        for run in self:
            self.env["retail.sync.audit"]._record(run.channel_id, run, action)

    # work
    def _enqueue_count(self):
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "history.count",
            order_key=f"history:{self.id}",
            identity=f"history.count:{self.id}",
            lane=0,
            payload={"run_id": self.id},
        )

    def _enqueue(self):
        """Append the job that lists the next page."""
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "history.page",
            order_key=f"history:{self.id}",
            identity=f"history.page:{self.id}",
            lane=2,
            payload={"run_id": self.id},
        )

    def _enqueue_orders(self, lines):
        """Append a job for each order of ``lines``, behind all that is live."""
        self.env["retail.sync.job"].sudo()._enqueue_many(
            [
                {
                    "channel": self.channel_id,
                    "handler": "order.history",
                    "order_key": f"order:{line.external_id}",
                    "identity": f"order.history:{line.external_id}",
                    "lane": 2,
                    "payload": {
                        "run_id": self.id,
                        "external_id": line.external_id,
                        "external_ref": line.external_ref or "",
                    },
                }
                for line in lines
            ]
        )

    def _span(self):
        """Return from when to when, as an adapter wants it."""
        return (
            self.since.replace(tzinfo=timezone.utc),
            self.until.replace(tzinfo=timezone.utc),
        )

    def _waiting(self):
        return self.line_ids.search([("run_id", "=", self.id), ("state", "=", "wait")])

    def _unfinished(self):
        return self.line_ids.search(
            [("run_id", "=", self.id), ("state", "in", ("wait", "failed"))]
        )

    def _jobs(self, lines):
        """Return the jobs of ``lines`` that are not under way and not done."""
        return (
            self.env["retail.sync.job"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("identity", "in", [line._identity() for line in lines]),
                    ("state", "in", ("pending", "held", "parked", "dead")),
                ]
            )
        )

    def _take_page(self, page):
        """Write down one page and where to go on, and have its orders fetched."""
        notices = {one.external_id: one for one in page.documents}
        lines = self.env["retail.sync.history.line"]._note(self, notices.values())
        goes_on = page.more and page.cursor
        self.write({"cursor": page.cursor or False, "is_listed": not goes_on})
        self._enqueue_orders(lines)

    def _finish(self):
        self.write({"state": "done", "ended_at": self.env.cr.now()})
        self.env["retail.sync.hint"]._send()

    def _look_after(self, waiting):
        """See that each of ``waiting`` has a job; what was given up needs a person."""
        jobs = (
            self.env["retail.sync.job"]
            .sudo()
            .search(
                [
                    ("channel_id", "=", self.channel_id.id),
                    ("identity", "in", [line._identity() for line in waiting]),
                    ("state", "not in", ("done", "cancelled")),
                ]
            )
        )
        stuck = {
            job.identity: job.error_message or job.explanation
            for job in jobs
            if job.state in ("parked", "dead")
        }
        alive = set(jobs.mapped("identity")) - stuck.keys()
        lost = waiting.browse()
        for line in waiting:
            if line._identity() in stuck:
                line._end("failed", "data", message=stuck[line._identity()] or "")
            elif line._identity() not in alive:
                lost |= line
        self._enqueue_orders(lost)
