from dataclasses import dataclass, replace

from odoo import models
from odoo.exceptions import UserError

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Apart, Stop

UNKNOWN_PRODUCT = ("unknown_sku", "ambiguous_sku")


@dataclass(frozen=True)
class Wanted:
    """Which order to get; ``body`` where it came whole with its event.

    :param draft_ids: the channel's ids of drafts, of which one may have become it
    :param currency: in which ours is kept, if it is here already
    :param confirmed: (draft's id, currency) of those that a person confirmed
    """

    external_id: str
    body: bytes = b""
    draft_ids: tuple[str, ...] = ()
    currency: str = ""
    confirmed: tuple[tuple[str, str], ...] = ()


class RetailSyncHandlerOrderFetch(models.AbstractModel):
    """Fetches an order in its newest version and imports it.

    Whatever happened to the order over there, and in whichever order that was told,
    this brings ours to the state of now.
    """

    _name = "retail.sync.handler.order.fetch"
    _inherit = "retail.sync.handler"
    _description = "Handler: Fetch an Order"
    _gathers = True
    _flow = doc.Flow.ORDER.value

    def _plan(self, job):
        external_id = self._external_id(job)
        reference = (job.payload or {}).get("external_ref", "")
        order = self.env["retail.sync.order"]._ensure(
            job.channel_id, external_id, reference
        )
        return self._wanted(order, external_id)

    def _wanted(self, order, external_id):
        """Return what to ask the channel for, to have ``order`` as it is kept here."""
        drafts = self.env["retail.sync.draft"]
        confirmed = drafts._confirmed(order)
        named = confirmed.filtered("ordered_as")[:1].order_id
        return Wanted(
            external_id,
            draft_ids=drafts._candidates(order),
            currency=(order._kept_in() or named.currency_id).name or "",
            confirmed=tuple(
                (row.external_id, row.order_id.currency_id.name) for row in confirmed
            ),
        )

    def _external_id(self, job):
        payload = job.payload or {}
        return payload.get("external_id") or job.order_key.partition(":")[2]

    @staticmethod
    def _call(adapter, plan):
        """Return the order's newest version; no environment, no cursor."""
        if not isinstance(adapter, base.Lookup):
            raise errors.PermanentError(
                "the channel gives no order by its id", code="not_supported"
            )
        order = adapter.fetch("order", plan.external_id)
        return _as_kept(adapter, plan, _with_draft(adapter, plan, order))

    def _apply(self, job, answer):
        importer = self.env["retail.sync.importer.order"]
        try:
            with self.env.cr.savepoint():
                return self._say(importer._import(job.channel_id, answer))
        except (errors.DataError, UserError) as exc:
            error = self._in_words(exc)
            self._failed(job, error, "apply")
            self._count_meanwhile(job, answer)
            return Stop.of(error)

    def _apply_all(self, jobs, answers):
        importer = self.env["retail.sync.importer.order"]
        job_ids = {
            answer.external_id: job.id
            for job, answer in zip(jobs, answers, strict=True)
        }
        if len(job_ids) < len(jobs):  # the same order twice: one after the other
            raise Apart(jobs.ids)
        try:
            orders = importer._import_many(jobs.channel_id, answers)
        except Apart as exc:
            raise Apart({job_ids[external_id] for external_id in exc.ids}) from exc
        return [self._say(order) for order in orders]

    def _in_words(self, exc):
        """Return what a person must mend; Odoo's own refusals are for a person, too."""
        if isinstance(exc, errors.DataError):
            return exc
        text = str(exc)
        return errors.DataError(
            text, kind="bad_payload", field=self.env._("Order"), value=text[:120]
        )

    def _count_meanwhile(self, job, document):
        """Show what was read of an order that waits; its units are sold."""
        order = self.env["retail.sync.order"]._find_by_key(
            job.channel_id, job.order_key
        )
        if order and not order.order_id and not document.cancelled_at:
            importer = self.env["retail.sync.importer.order"]
            importer._note_as_read(order, document)
            importer._tell_stock(order, document)

    def _say(self, order):
        """Return what became of the order, in one sentence."""
        names = dict(order._fields["state"]._description_selection(self.env))
        return self.env._(
            "Order %(order)s: %(state)s.",
            order=order.display_name,
            state=names[order.state],
        )

    def _gave_up(self, job, error):
        """Offer again what was noted of an order that is not there."""
        if isinstance(error, errors.MissingError):
            external_id = self._external_id(job)
            self.env["retail.sync.demand"]._drop(job.channel_id, external_id)

    def _failed(self, job, error, phase):
        """Say on the order's timeline why it waits for a person."""
        if not isinstance(error, errors.DataError):
            return
        order = self.env["retail.sync.order"]._find_by_key(
            job.channel_id, job.order_key
        )
        if order:
            what = f"{error.field} {error.value}".strip()
            if error.kind in UNKNOWN_PRODUCT or not what:
                what = error.message
            order._note("parked", message=what)


class RetailSyncHandlerOrderImport(models.AbstractModel):
    """Imports an order that came whole with its event and cannot be fetched by id."""

    _name = "retail.sync.handler.order.import"
    _inherit = "retail.sync.handler.order.fetch"
    _description = "Handler: Import an Order"

    def _plan(self, job):
        wanted = super()._plan(job)
        event = job.event_id.exists()
        body = event._read_body() if event else b""
        if not body:
            raise errors.DataError(
                "the order's body is gone",
                kind="bad_payload",
                field=self.env._("Event"),
                value=wanted.external_id,
            )
        return Wanted(wanted.external_id, body)

    @staticmethod
    def _call(adapter, plan):
        """Return the order that the body describes; needs no network."""
        if not isinstance(adapter, base.Reader):
            raise errors.PermanentError(
                "the channel's files cannot be read here", code="not_supported"
            )
        return adapter.read(doc.Flow.ORDER.value, plan.body)


def _as_kept(adapter, plan, order):
    """Return ``order`` in the currency in which ours, or its quotation, is kept.

    Whose currency orders are booked in may have been changed meanwhile: that counts for
    new ones.
    """
    kept_in = plan.currency or dict(plan.confirmed).get(order.draft_id, "")
    if kept_in in ("", order.currency) or kept_in != order.other_currency:
        return order
    if not isinstance(adapter, base.InCurrency):
        return order
    told = adapter.fetch_in(plan.external_id, kept_in)
    return replace(told, draft_id=order.draft_id)


def _with_draft(adapter, plan, order):
    """Return ``order`` with the draft that it was, as far as the channel tells.

    What may not be asked keeps no order away.
    """
    wanted = plan.draft_ids and order.from_draft and not order.draft_id
    if not wanted or not isinstance(adapter, base.Drafts):
        return order
    try:
        found = adapter.find_draft(order.external_id, plan.draft_ids)
    except (errors.ConfigurationError, errors.PermanentError):
        return order
    return replace(order, draft_id=found)
