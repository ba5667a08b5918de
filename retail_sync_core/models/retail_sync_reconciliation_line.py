from odoo import api, fields, models

KINDS = [
    ("missing", "Not here"),
    ("older", "Newer there"),
    ("gone", "Not there anymore"),
    ("total", "Total"),
    ("refund", "Given back"),
    ("cancelled", "Canceled on one side"),
    ("units", "Units"),
    ("shipment", "Shipped"),
    ("untold", "Left and not told"),
    ("stock", "Stock"),
]
MONEY = ("total", "refund")
FETCHED = ("missing", "older")
OF_ORDER = [kind for kind, _label in KINDS if kind not in ("missing", "stock")]


class RetailSyncReconciliationLine(models.Model):
    """One mismatch: open until a later look finds both sides equal."""

    _name = "retail.sync.reconciliation.line"
    _description = "Mismatch"
    _order = "state desc, id desc"
    _rec_name = "name"

    run_id = fields.Many2one(
        "retail.sync.reconciliation",
        string="Last seen by",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
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
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    external_id = fields.Char(string="Id there", readonly=True)
    key = fields.Char(readonly=True, help="Tells it from others of the same order.")
    order_id = fields.Many2one(
        "retail.sync.order",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    drift_id = fields.Many2one(
        "retail.sync.drift",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    name = fields.Char(string="Of", readonly=True)
    detail = fields.Char(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    there = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    here = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    difference = fields.Float(readonly=True, digits=(16, 6), aggregator=None)
    there_text = fields.Char(string="Over there", compute="_compute_texts")
    here_text = fields.Char(string="In our books", compute="_compute_texts")
    difference_text = fields.Char(string="More there", compute="_compute_texts")
    mend_label = fields.Char(string="What to do", compute="_compute_texts")
    state = fields.Selection(
        [("open", "Open"), ("equal", "Equal now")],
        default="open",
        required=True,
        readonly=True,
    )
    found_at = fields.Datetime(
        string="Found", readonly=True, default=lambda self: self.env.cr.now()
    )
    closed_at = fields.Datetime(string="Found equal", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(channel_id, kind, external_id, COALESCE(key, '')) WHERE state = 'open'",
        "This mismatch is open already.",
    )

    @api.depends("there", "here", "difference", "kind", "currency_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        for line in self:
            line.there_text = line._say(line.there)
            line.here_text = line._say(line.here)
            line.difference_text = line._say(line.difference, is_difference=True)
            line.mend_label = line._say_mend()

    def _say(self, value, *, is_difference=False):
        if self.kind in MONEY and self.currency_id:
            return self.currency_id.format(value)
        if self.kind in (*FETCHED, "gone", "cancelled"):
            yes, no = self.env._("Yes"), self.env._("No")
            return "" if is_difference else (yes if value else no)
        return f"{value:g}"

    def _say_mend(self):
        if self.kind in FETCHED:
            return self.env._("Fetch it")
        if self.kind == "stock":
            return self.env._("Tell ours again")
        return self.env._("Open the order")

    # a person's verbs
    def action_mend(self):
        """Do what mends it, or open where a person can."""
        self.ensure_one()
        self.channel_id._check_group("operator")
        if self.kind == "stock":
            self.drift_id.action_tell()
            return True
        if self.kind in FETCHED:
            self._fetch()
            return self._say_begun(self.env._("The order is being fetched."))
        return self.order_id.get_formview_action()

    def action_look_again(self):
        """Compare these orders once more, now."""
        self.channel_id._check_group("operator")
        for order in self.order_id:
            self.env["retail.sync.job"].sudo()._enqueue(
                order.channel_id,
                "reconcile",
                order_key=f"reconcile:order:{order.id}",
                identity=f"reconcile:order:{order.id}",
                lane=1,
                payload={"order_id": order.id},
            )
        return self._say_begun(self.env._("It is being compared."))

    def _say_begun(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message},
        }

    def _fetch(self):
        for line in self:
            self.env["retail.sync.job"].sudo()._enqueue(
                line.channel_id,
                "order.fetch",
                order_key=f"order:{line.external_id}",
                identity=f"order.fetch:{line.external_id}",
                lane=0,
                payload={"external_id": line.external_id},
            )

    # what a look found
    @api.model
    def _settle(self, channel, external_id, findings, *, order=None, run=None):
        """Open or renew what was found of an order; what was not found is equal.

        :param findings: ``Finding`` values of this order: all there are
        """
        own = [("channel_id", "=", channel.id), ("external_id", "=", external_id)]
        before = self.search([*own, ("state", "=", "open"), ("kind", "!=", "stock")])
        known = {(line.kind, line.key or ""): line for line in before}
        for finding in findings:
            line = known.pop((finding.kind, finding.key), self.browse())
            values = self._prepare_values(finding)
            if run:
                values["run_id"] = run.id
            if line:
                line.write(values)
                continue
            self.create(
                {
                    **values,
                    "channel_id": channel.id,
                    "external_id": external_id,
                    "order_id": order.id if order else False,
                    "name": order.display_name if order else finding.name,
                    "detail": finding.name if order else False,
                    "currency_id": order.currency_id.id if order else False,
                }
            )
        self.union(*known.values())._close()

    def _prepare_values(self, finding):
        return {
            "kind": finding.kind,
            "key": finding.key or False,
            "detail": finding.name or False,
            "there": float(finding.there),
            "here": float(finding.here),
            "difference": float(finding.difference),
        }

    def _close(self):
        """Note that both sides were found equal."""
        still = self.filtered(lambda line: line.state == "open")
        still.write({"state": "equal", "closed_at": self.env.cr.now()})

    @api.model
    def _take_drifts(self, drifts):
        """Let differences of stock that wait for a person stand among the rest."""
        known = self.search([("drift_id", "in", drifts.ids)]).drift_id
        for drift in drifts - known:
            self.create(
                {
                    "channel_id": drift.channel_id.id,
                    "kind": "stock",
                    "external_id": f"drift:{drift.id}",
                    "drift_id": drift.id,
                    "name": drift.product_id.display_name,
                    "detail": drift.location_id.display_name,
                    "there": drift.found_qty,
                    "here": drift.expected_qty,
                    "difference": drift.difference,
                }
            )
