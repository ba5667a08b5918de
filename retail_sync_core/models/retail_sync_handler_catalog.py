from datetime import timedelta, timezone

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors
from .retail_sync_handler import Again


class RetailSyncHandlerPage(models.AbstractModel):
    """Reads a flow page by page: one page, one job run, one commit."""

    _name = "retail.sync.handler.page"
    _inherit = "retail.sync.handler"
    _description = "Handler: Page of a Flow"

    _anytime = True
    # the flow as the adapter knows it
    _page_flow = ""

    def _plan(self, job):
        payload = job.payload or {}
        return self._page_flow, payload.get("cursor") or ""

    @staticmethod
    def _call(adapter, plan):
        """Fetch the page; no environment, no cursor."""
        if not isinstance(adapter, base.Pages):
            raise errors.PermanentError(
                "the channel has no pages to read", code="not_supported"
            )
        flow, cursor = plan
        return adapter.fetch_page(flow, cursor, None)

    def _apply(self, job, answer):
        note = self._take(job.channel_id, answer)
        if answer.more and answer.cursor:
            job.sudo().payload = {**(job.payload or {}), "cursor": answer.cursor}
            return Again(0.0)
        job.sudo().payload = {**(job.payload or {}), "cursor": ""}
        self._finish(job, answer)
        return note

    def _take(self, channel, page):
        """Write down the documents of ``page``; return a note."""
        raise NotImplementedError

    def _finish(self, job, page):
        """Note that the last page is in."""


class RetailSyncHandlerCatalogPage(models.AbstractModel):
    """Reads what the channel offers, and matches it with our products."""

    _name = "retail.sync.handler.catalog.page"
    _inherit = "retail.sync.handler.page"
    _description = "Handler: Catalog of a Channel"

    _page_flow = doc.Flow.CATALOG.value
    _flow = doc.Flow.CATALOG.value

    def _take(self, channel, page):
        items = [item for item in page.documents if isinstance(item, doc.Item)]
        listings = self.env["retail.sync.listing"]._receive(channel, items)
        open_count = len(
            listings.filtered(lambda row: row.state in ("missing", "ambiguous"))
        )
        return self.env._(
            "%(count)s products read, %(open)s to be matched.",
            count=len(listings),
            open=open_count,
        )

    def _finish(self, job, page):
        workflow = job.channel_id.sudo()._workflow(doc.Flow.CATALOG)
        if not workflow:
            return
        workflow.last_success_at = self.env.cr.now()
        if page.as_of:
            since = page.as_of - timedelta(minutes=5)
            workflow.since = since.astimezone(timezone.utc).replace(tzinfo=None)


class RetailSyncHandlerPlacesRead(models.AbstractModel):
    """Reads the channel's locations."""

    _name = "retail.sync.handler.places.read"
    _inherit = "retail.sync.handler.page"
    _description = "Handler: Locations of a Channel"

    _page_flow = "places"

    def _take(self, channel, page):
        places = [place for place in page.documents if isinstance(place, doc.Place)]
        known = self.env["retail.sync.location"]._receive(channel, places)
        open_count = len(known.filtered(lambda place: place.state == "unmapped"))
        return self.env._(
            "%(count)s locations read, %(open)s to be mapped.",
            count=len(known),
            open=open_count,
        )
