from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors

WINDOWS = (timedelta(days=2), timedelta(days=14), timedelta(days=59))
ENOUGH = 5  # orders, before a longer window is asked for
MOST = 10  # each is a call of its own; a person waits


@dataclass(frozen=True)
class Look:
    """From when on to look for orders: the shortest window first."""

    since: tuple[datetime, ...]


class RetailSyncHandlerOrdersSample(models.AbstractModel):
    """Looks at the last orders of a channel that is being connected; imports none.

    What they name (taxes, payment methods, shipping methods) is laid before the person
    who connects it, so that it is mapped before the first order comes.
    """

    _name = "retail.sync.handler.orders.sample"
    _inherit = "retail.sync.handler"
    _description = "Handler: Look at the Last Orders"

    _anytime = True
    _always_ends = True

    def _plan(self, job):
        now = self.env.cr.now().replace(tzinfo=timezone.utc)
        return Look(tuple(now - window for window in WINDOWS))

    @staticmethod
    def _call(adapter, plan):
        """Return the newest orders; no environment, no cursor."""
        if not isinstance(adapter, base.Pages) or not isinstance(adapter, base.Lookup):
            raise errors.PermanentError(
                "the channel gives no order by its id", code="not_supported"
            )
        notices = ()
        for since in plan.since:
            page = adapter.fetch_page(doc.Flow.ORDER.value, "", since)
            notices = [one for one in page.documents if isinstance(one, doc.Notice)]
            if len(notices) >= ENOUGH or page.more:
                break
        ids = list(dict.fromkeys(n.external_id for n in notices if n.external_id))
        return tuple(_found(adapter, ids[-MOST:]))

    def _apply(self, job, answer):
        channel = job.channel_id.sudo()
        channel._take_sample(answer)
        return self.env._("%s orders were looked at.", len(answer))


def _found(adapter, ids):
    for external_id in ids:
        try:
            yield adapter.fetch(doc.Flow.ORDER.value, external_id)
        except (errors.MissingError, errors.DataError):
            continue  # gone meanwhile, or for a person once it is imported
