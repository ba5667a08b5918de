from dataclasses import dataclass

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from ..domain import errors


@dataclass(frozen=True)
class Question:
    """Units of an order that may be refunded."""

    order_id: str
    lines: tuple[doc.RefundLine, ...]


class RetailSyncHandlerRefundOffer(models.AbstractModel):
    """Asks the channel what it would refund, for a dialog that is open.

    It always ends: our own figures do as well, and nobody is to look into it.
    """

    _name = "retail.sync.handler.refund.offer"
    _inherit = "retail.sync.handler.order.offer"
    _description = "Handler: Ask What a Refund Would Be"

    def _dialog(self, job):
        return (
            self.env["retail.sync.order.refund.ask"]
            .sudo()
            .browse((job.payload or {}).get("dialog_id"))
            .exists()
        )

    def _plan(self, job):
        dialog = self._dialog(job)
        if not dialog:
            return None
        order = dialog.order_id
        lines = dialog._lines_to_name()
        return Question(order.external_id, lines)

    @staticmethod
    def _call(adapter, plan):
        """Return the channel's offer, or the error; no environment, no cursor."""
        if not isinstance(adapter, base.Refunding):
            return errors.PermanentError("it suggests nothing", code="not_supported")
        try:
            return adapter.suggest_refund(plan.order_id, plan.lines)
        except errors.ThrottledError:
            raise
        except errors.SyncError as exc:
            return exc
