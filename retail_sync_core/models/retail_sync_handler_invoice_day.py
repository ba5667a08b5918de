from datetime import date, timedelta

from odoo import fields, models
from odoo.tools import SQL, format_date

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Again, Later, Stop

# how soon (s) it is looked again whether the day's orders are all here
LOOK_S = 60.0
# for so long after a day a channel's backlog is awaited; then it comes late
PATIENCE = timedelta(hours=6)
FIRST = "orders_first"


class RetailSyncHandlerInvoiceDay(models.AbstractModel):
    """Invoices what the tills of a channel sold on one day, once all of it is here."""

    _name = "retail.sync.handler.invoice.day"
    _inherit = "retail.sync.handler"
    _description = "Handler: Invoice a Day of the Tills"

    _needs_channel = False

    def _apply(self, job, answer):
        payload = job.payload or {}
        channel, day = job.channel_id, date.fromisoformat(payload["day"])
        currency = self.env["res.currency"].browse(payload["currency_id"])
        waits = self._waits(job, channel, day)
        if waits:
            return waits
        try:
            with self.env.cr.savepoint():
                return self._invoice(channel, day, currency)
        except errors.DataError as exc:
            return Stop.of(exc)

    # is the day over, and are its orders here?
    def _waits(self, job, channel, day):
        """Return what to do first, or None: the day may be invoiced.

        :raises Later: the day is not over, or its orders are not read yet
        """
        _begin, end = channel._day_bounds(day)
        now = self._now()
        if now < end:
            raise Later((end - now) / timedelta(seconds=1), "day_runs")
        workflow = channel.sudo()._workflow(doc.Flow.ORDER)
        read = not (workflow and self._is_polled(channel)) or (
            workflow.since and workflow.since >= end
        )
        if not read:
            raise Later(LOOK_S, FIRST)
        payload = dict(job.payload or {})
        if "behind" not in payload:
            payload.update(behind=self._newest_job(channel), since=str(now))
            job.sudo().payload = payload
        began = fields.Datetime.to_datetime(payload["since"][:19])
        if now < began + PATIENCE and self._has_backlog(job, (_begin, end)):
            return Again(LOOK_S, FIRST)
        return None

    def _now(self):
        return fields.Datetime.now()

    def _is_polled(self, channel):
        adapter = channel.sudo()._adapter_class()
        return adapter is not None and issubclass(adapter, base.Pages)

    def _newest_job(self, channel):
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT COALESCE(max(id), 0) FROM retail_sync_job"
                " WHERE channel_id = %s AND state IN ('pending', 'running')",
                channel.id,
            )
        )[0][0]

    def _has_backlog(self, job, bounds):
        """Return whether orders of the day may still be on their way.

        What was to be fetched when all had been read, and what is to be booked of the
        day's orders; what waits for a person keeps nobody waiting.
        """
        begin, end = bounds
        return self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (
                       SELECT 1 FROM retail_sync_job
                        WHERE channel_id = %(channel)s AND id <= %(behind)s
                          AND state IN ('pending', 'running')
                          AND handler IN ('order.fetch', 'order.import'))
                    OR EXISTS (
                       SELECT 1 FROM retail_sync_job j JOIN retail_sync_order o
                           ON o.channel_id = j.channel_id
                          AND j.order_key = 'order:' || o.external_id
                        WHERE j.channel_id = %(channel)s
                          AND j.state IN ('pending', 'running')
                          AND j.handler = 'order.settle'
                          AND o.placed_at >= %(begin)s AND o.placed_at < %(end)s)
                """,
                channel=job.channel_id.id,
                behind=job.payload["behind"],
                begin=begin,
                end=end,
            )
        )[0][0]

    # the invoice
    def _invoice(self, channel, day, currency):
        """Invoice what waits for this day; return what was done, or that more waits.

        :raises DataError: the period is closed, or nothing could be invoiced
        """
        waiting = self.env["retail.sync.order"]._waiting_for_day(channel, day, currency)
        orders = waiting._due_for_day()
        if not orders:
            return self.env._("Nothing more waits for the invoice of this day.")
        taken = orders._invoice_day_together(channel, day, currency)
        if len(waiting) == waiting._most_on_day or taken != orders:
            return Again()  # the rest; who is refused again waits for a person
        left = self.env["retail.sync.day"]._left_out(channel, day, currency)
        return self._say(day, len(taken), left)

    def _say(self, day, count, left):
        text = self.env._(
            "Invoiced %(count)s receipts of %(day)s.",
            count=count,
            day=format_date(self.env, day),
        )
        if left:
            names = ", ".join(left[:10].mapped("display_name"))
            text += " " + self.env._("Not on it: %s.", names)
        return text
