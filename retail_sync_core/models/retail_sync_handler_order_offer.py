from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ..adapters import base
from ..domain import errors


@dataclass(frozen=True)
class Question:
    """Units of an order ((line, units)) whose worth the channel is asked for."""

    order_id: str
    lines: tuple[tuple[str, Decimal], ...]


class RetailSyncHandlerOrderOffer(models.AbstractModel):
    """Asks the channel what it would give back, for a dialog that is open.

    It always ends: our own figures do as well, and nobody is to look into it.
    """

    _name = "retail.sync.handler.order.offer"
    _inherit = "retail.sync.handler"
    _description = "Handler: Ask What Would Go Back"

    def _dialog(self, job):
        return (
            self.env["retail.sync.order.cancel"]
            .sudo()
            .browse((job.payload or {}).get("dialog_id"))
            .exists()
        )

    def _plan(self, job):
        dialog = self._dialog(job)
        if not dialog:
            return None
        order = dialog._theirs()
        rest = order._rest()
        if not rest:
            return None
        return Question(
            order.external_id,
            tuple(
                (line.external_id, Decimal(str(units))) for line, units in rest.items()
            ),
        )

    @staticmethod
    def _call(adapter, plan):
        """Return the channel's offer, or the error; no environment, no cursor."""
        if not isinstance(adapter, base.Offers):
            return errors.PermanentError("it suggests nothing", code="not_supported")
        try:
            return adapter.offer_refund(plan.order_id, plan.lines)
        except errors.ThrottledError:
            raise
        except errors.SyncError as exc:
            return exc

    def _apply(self, job, answer):
        dialog = self._dialog(job)
        if answer is None or not dialog:
            return self.env._("The dialog was left.")
        if isinstance(answer, errors.SyncError):
            dialog.offer_state = "silent"
            return self.env._("The channel did not say what it would give back.")
        dialog._take_offer(answer)
        return self.env._("The channel said what it would give back.")
