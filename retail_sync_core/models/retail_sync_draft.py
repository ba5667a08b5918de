from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

STATES = [
    ("waiting", "Waiting"),
    ("watched", "Would be a quotation"),
    ("quotation", "Quotation"),
    ("ordered", "Ordered"),
    ("deleted", "Deleted there"),
    ("ignored", "Left out"),
]
OPEN = ("waiting", "watched", "quotation")
ENDED = ("ordered", "deleted", "ignored")
CANDIDATES = 500
# an open draft that was not read for so long is asked for: nobody may have told its end
GONE_AFTER = timedelta(days=1)
GONE_AT_ONCE = 50
# so long after its end what a draft says of people is kept
RETENTION = timedelta(days=30)


class RetailSyncDraft(models.Model):
    """What a merchant prepares at the channel, and the quotation it is here."""

    _name = "retail.sync.draft"
    _description = "Draft of a Channel"
    _order = "changed_at desc, id desc"
    _rec_name = "external_ref"
    _rec_names_search = ("external_ref", "external_id")

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    timezone = fields.Char(related="channel_id.timezone")
    external_id = fields.Char(string="Id there", required=True, readonly=True)
    external_ref = fields.Char(string="Number there", readonly=True)
    state = fields.Selection(STATES, default="waiting", required=True, readonly=True)
    order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    ordered_as = fields.Char(
        string="Order there",
        readonly=True,
        index="btree_not_null",
        help="The channel's id of the order that it became.",
    )
    version = fields.Char(readonly=True)
    changed_at = fields.Datetime(string="Changed there", readonly=True)
    read_at = fields.Datetime(string="Read", readonly=True)
    asked_at = fields.Datetime(
        string="Asked", readonly=True, help="When it was looked for by its id."
    )
    note = fields.Text(readonly=True)
    written = fields.Char(
        readonly=True, help="A digest of the quotation as it was written last."
    )
    is_behind = fields.Boolean(
        string="Behind the channel",
        readonly=True,
        help="Changed there, but the quotation was edited here.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary(string="Total there", readonly=True)
    difference = fields.Monetary(
        readonly=True, help="The draft's total less what the quotation comes to."
    )

    _external_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This draft is already known."
    )

    @api.depends("external_ref", "external_id")
    def _compute_display_name(self):
        for draft in self:
            words = self.env["retail.sync.words"]
            number = words._say_ids(draft.external_id)
            draft.display_name = draft.external_ref or number

    @api.model
    def _ensure(self, channel, external_id, external_ref=""):
        """Return the draft's row, made when it is new; many may ask at once.

        A row that somebody else has just made fails this transaction's snapshot; it is
        repeated and finds the row.
        """
        domain = [("channel_id", "=", channel.id), ("external_id", "=", external_id)]
        draft = self.search(domain)
        if draft:
            return draft
        # ORM: create() cannot say ON CONFLICT
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO retail_sync_draft
                          (channel_id, company_id, external_id, external_ref, state,
                           create_uid, create_date, write_uid, write_date)
                   VALUES (%(channel)s, %(company)s, %(external)s, %(ref)s, 'waiting',
                           %(uid)s, now() AT TIME ZONE 'UTC',
                           %(uid)s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (channel_id, external_id) DO NOTHING
                   RETURNING id""",
                channel=channel.id,
                company=channel.company_id.id,
                external=external_id,
                ref=external_ref or None,
                uid=self.env.uid,
            )
        )
        return self.browse(rows[0]) if rows else self.search(domain)

    def _claim(self):
        """Lock and write the rows: who decided on older ones begins anew."""
        self.env.cr.execute(
            SQL(
                "UPDATE retail_sync_draft SET id = id WHERE id = ANY(%s)",
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    @api.model
    def _candidates(self, order):
        """Return the channel's ids of drafts that may have become ``order``.

        None where the order is here already, or its draft has named it.
        """
        channel = order.channel_id
        if order.order_id or not channel._quotes_drafts():
            return ()
        mine = [("channel_id", "=", channel.id)]
        if self.search_count([*mine, ("ordered_as", "=", order.external_id)], limit=1):
            return ()
        rows = self.search(
            [*mine, ("state", "in", OPEN), ("ordered_as", "=", False)],
            limit=CANDIDATES,
        )
        return tuple(rows.mapped("external_id"))

    @api.model
    def _confirmed(self, order):
        """Return drafts that may have become ``order`` and are sale orders already.

        Where its draft has named it, that one alone.
        """
        channel = order.channel_id
        if order.order_id or not channel._quotes_drafts():
            return self.browse()
        sold = [("channel_id", "=", channel.id), ("order_id.state", "=", "sale")]
        drafts = self.sudo()
        return drafts.search(
            [*sold, ("ordered_as", "=", order.external_id)]
        ) or drafts.search([*sold, ("ordered_as", "=", False)], limit=CANDIDATES)

    @api.model
    def _look_for_gone(self, channel):
        """Ask for open drafts that were not read for a day, each by its id.

        Once a day: one that cannot be read or applied is not asked for in every turn.
        """
        now = fields.Datetime.now()
        rows = self.search(
            [
                ("channel_id", "=", channel.id),
                ("state", "in", ("watched", "quotation")),
                ("ordered_as", "=", False),
                ("read_at", "<", now - GONE_AFTER),
                "|",
                ("asked_at", "=", False),
                ("asked_at", "<", now - GONE_AFTER),
            ],
            order="read_at, id",
            limit=GONE_AT_ONCE,
        )
        rows.asked_at = now
        door = self.env["retail.sync.door"]
        self.env["retail.sync.job"].sudo()._enqueue_many(
            [
                {
                    **door._draft_job(row.external_id, row.external_ref, is_gone=True),
                    "channel": channel,
                }
                for row in rows
            ]
        )

    @api.autovacuum
    def _gc_notes(self):
        """Forget what a draft that ended says of people; its ids and amounts stay."""
        self.search(
            [
                ("state", "in", ENDED),
                ("note", "!=", False),
                ("write_date", "<", fields.Datetime.now() - RETENTION),
            ],
            limit=1000,
        ).note = False

    def action_open_quotation(self):
        """Open the quotation, or the sale order that it is by now."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id.get_formview_action()

    def _is_newer_than(self, document):
        """Return whether we already hold a newer version than ``document``."""
        mine, theirs = self.version or "", document.version
        return len(mine) == len(theirs) and mine > theirs

    def _is_untouched(self):
        """Return whether the quotation is as we wrote it, and still a quotation."""
        sale = self.order_id
        return sale.state in ("draft", "sent") and sale._retail_sync_digest() == (
            self.written
        )

    def _tell_changed(self, what):
        """Tell a person what was not written to the quotation."""
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            "draft_changed",
            value=self.display_name,
            params={"message": what},
            record=self.order_id,
            about=self,
        )
        self.order_id.message_post(body=what)

    def _close_issue(self):
        self.env["retail.sync.issue"]._close_about(
            self.channel_id, "draft_changed", self
        )

    def _end_quotation(self, reason):
        """Cancel the quotation, if it still is one; nobody at the channel is told."""
        sale = self.order_id.filtered(lambda sale: sale.state in ("draft", "sent"))
        if not sale:
            return False
        sale.with_context(retail_sync_from_channel=True)._action_cancel()
        sale.message_post(body=reason)
        return True
