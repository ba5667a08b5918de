"""What the tests of returns share: an order that has left, and a return of it."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from ..domain import documents as doc
from .refund_common import RefundCommon

ASKED_AT = datetime(2026, 11, 21, 9, tzinfo=timezone.utc)


class ReturnCommon(RefundCommon):
    """Three shirts that have left, and a shop that knows of their returns."""

    def ask(self, units=2, state="requested", number=1, disposed=(), **values):
        """Return a return of so many shirts, as the shop tells it."""
        line = doc.ReturnLine(
            external_id=f"return-line-{number}",
            line_id="line-1",
            units=Decimal(units),
            reason="Too big",
            disposed=tuple(disposed),
            refunded=Decimal(values.pop("refunded", 0)),
        )
        return doc.ReturnRequest(
            external_id=f"return-{number}",
            external_ref=f"#1-R{number}",
            state=state,
            requested_at=ASKED_AT,
            lines=(line,) if units else (),
            **values,
        )

    def disposed(self, number=1, units=1, kind="restocked", location_id="web"):
        return doc.Disposed(
            external_id=f"disposition-{number}",
            kind=kind,
            units=Decimal(units),
            location_id=location_id if kind == "restocked" else "",
            at=ASKED_AT,
        )

    def newer(self, **values):
        """Return the order's next version."""
        self.version += 1
        self.document = replace(
            self.document,
            version=f"2026-11-{20 + self.version}T10:00:00+00:00",
            updated_at=ASKED_AT + timedelta(days=self.version),
            **{"return_state": "in_progress", **values},
        )
        self.shop.put(self.document)
        return self.document

    def tell(self, *returns, **values):
        """Import a newer version with these returns; return the order."""
        return self.settle(self.newer(return_requests=returns, **values))

    def open_receipts(self, order):
        return self.coming_back(order).filtered(
            lambda one: one.state not in ("done", "cancel")
        )

    def work(self):
        """Work off all that waits, and what waits to be looked at again."""
        for _turn in range(3):
            self.run_jobs(ahead_s=600)
        self.env.invalidate_all()

    def sent(self, kind):
        return [effect.body for effect in self.shop.sent if effect.kind == kind]
