from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.errors import DataError
from ..domain.refunds import to_follow
from ..domain.tills import time_of


class RetailSyncOrder(models.Model):
    """Goods that were refunded over the web after they had left.

    What the channel put back is expected here, once by the channel's id of it; a return
    that a person made before is taken for it. What it did not put back stays with the
    customer, until somebody brings it.
    """

    _inherit = "retail.sync.order"

    returns_followed = fields.Json(
        string="Refunded goods",
        readonly=True,
        copy=False,
        help="What was done about the goods of each refund, by the channel's ids.",
    )

    def _take_back_refunded(self, wanted):
        """Expect, or receive, what was refunded and put back, and is not yet here.

        :param wanted: {order line id: units} that the order is for now
        :raises DataError: nobody said which place of ours they were put back at
        """
        lines = self._stock_lines()
        for row in to_follow(self.returns, self.returns_followed or {}):
            line = lines.get(row["line_id"])
            if line:
                self._follow_refund(line, row, wanted.get(row["line_id"], 0.0))

    def _follow_refund(self, line, row, wanted):
        unit = line.product_uom_id
        units = self._units_to_follow(line, row, wanted)
        if unit.compare(units, 0.0) <= 0:
            return
        place = row["restocked"] and self._place_put_back(row)
        joined = self._units_joined(line, row, units)
        self._note_followed(row, units, joined)
        if joined:
            self._note_about(line.order_id, "goods_back_before", units=f"{joined:g}")
            self._receive_joined(line, row, joined)
        if unit.compare(units, joined) <= 0:
            return
        if row["restocked"]:
            self._expect_back(line, row, units - joined, place)
        else:
            kept = f"{units - joined:g}"
            self._note_about(line.order_id, "goods_kept", units=kept)

    def _receive_joined(self, line, row, units):
        """Book, or have received elsewhere, what a refund of a return put back."""
        if row["restocked"]:
            moment = time_of(row["returned_at"]) or self.changed_at
            for one in self.return_ids:
                if one.external_id == row.get("return_id"):
                    place = self._place_put_back(row)
                    one._receive_there(line, place, units, moment)

    def _units_joined(self, line, row, units):
        """Return for how many of the units another return is made already.

        What the channel did not put back may still come back where it was refunded for
        a return that was asked for, or have been brought to a counter of ours.
        """
        brought = row.get("return_id") or self.sudo().refund_ids.place_id
        if not row["restocked"] and not brought:
            return 0.0
        return min(units, self._units_to_join(line, row))

    def _note_followed(self, row, units, joined=0.0):
        """Note what was done about a refund: never again.

        :param joined: units that came back before by another return
        """
        self.returns_followed = {
            **(self.returns_followed or {}),
            row["external_id"]: {
                "line_id": row["line_id"],
                "units": units,
                "restocked": row["restocked"],
                "joined": joined,
                "return_id": row.get("return_id") or "",
            },
        }

    def _units_to_follow(self, line, row, wanted):
        """Return the units of a refund that left here, and belong to no other one."""
        others = sum(
            one["units"]
            for external_id, one in (self.returns_followed or {}).items()
            if one["line_id"] == row["line_id"] and external_id != row["external_id"]
        )
        return min(row["units"], line._retail_sync_refunded(wanted) - others)

    def _units_to_join(self, line, row=None, *, free=False):
        """Return what came back, or is to, by a person's own return, not refunded yet.

        Whoever receives a parcel often does so before the money goes back.

        :param row: the refund that is looked at
        :param free: without the receipts of returns that were asked for
        """
        moves = line._retail_sync_returns().filtered(
            lambda move: (
                not move.picking_id.retail_sync_refund_ref
                and not (free and move.picking_id.retail_sync_return_id)
            )
        )
        known = sum(
            one["joined"]
            for external_id, one in (self.returns_followed or {}).items()
            if one["line_id"] == line.retail_sync_external_id
            and not (row and external_id == row["external_id"])
            and not (free and one.get("return_id"))
        )
        return max(sum(line._retail_sync_back(moves)) - known, 0.0)

    def _place_put_back(self, row):
        """Return the place where the channel put the goods; no record: not told.

        :raises DataError: nobody said yet where its stock is
        """
        wanted = row["location_id"]
        if not wanted:
            return self.env["retail.sync.location"]
        place = self.env["retail.sync.location"].search(
            [("channel_id", "=", self.channel_id.id), ("external_id", "=", wanted)]
        )
        if not place or place.state == "unmapped":
            raise DataError(
                f"location {wanted} is not mapped",
                kind="unknown_location",
                field=self.env._("Location"),
                value=wanted,
            )
        return place

    def _expect_back(self, line, row, units, place):
        """Make the receipts of ``units``; book them where they are on the shelf."""
        moment = time_of(row["returned_at"]) or self.changed_at
        live_at = self.channel_id.live_at
        told = {"units": f"{units:g}", "place": place.name or ""}
        if place and place.state != "mapped":
            self._note("goods_elsewhere", **told)
            return
        if live_at and moment < live_at:
            self._note("goods_counted", **told)
            return
        at_once = self._are_back_already(place)
        back_to = place._back_to(at_once=at_once) if place else {}
        pickings = self.env["stock.picking"]._retail_sync_expect(
            line, units, back_to, row["external_id"]
        )
        for picking in pickings:
            if not (at_once and self._finish_return(picking, moment)):
                self._note_about(picking, "goods_expected", name=picking.name, **told)

    def _are_back_already(self, place):
        """Return whether what the channel put back lies on the shelf."""
        is_theirs = place.stock_owner == "channel"
        return is_theirs or self.channel_id.return_policy == "book"

    def _finish_return(self, picking, moment):
        """Book a receipt at ``moment``; return whether: else the warehouse does it."""
        if not picking._retail_sync_lots_are_certain():
            return False
        try:
            with self.env.cr.savepoint():
                picking._retail_sync_finish(moment)
        except UserError as exc:
            self._note_about(
                picking, "return_not_booked", name=picking.name, message=str(exc)
            )
            return False
        return True


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            **self._sentences_of_receipts(),
            **self._sentences_without_receipt(),
        }

    def _sentences_of_receipts(self):
        return {
            "goods_expected": (
                "decided",
                self.env._(
                    "Refunded, and put back at %(place)s by the channel. Units that the"
                    " warehouse is to receive with %(name)s: %(units)s."
                ),
            ),
            "goods_back_before": (
                "decided",
                self.env._(
                    "Refunded, units: %(units)s. They were received here, or are to be,"
                    " with a return that was made before."
                ),
            ),
            "return_not_booked": (
                "stopped",
                self.env._("%(name)s could not be booked by itself: %(message)s"),
            ),
            "return_canceled": (
                "decided",
                self.env._(
                    "%(name)s was canceled by hand: its goods are not expected anymore."
                    " The refund stays as it is."
                ),
            ),
        }

    def _sentences_without_receipt(self):
        return {
            "goods_kept": (
                "came",
                self.env._(
                    "Refunded and not put back, units: %(units)s. They stay with the"
                    " customer."
                ),
            ),
            "goods_elsewhere": (
                "came",
                self.env._(
                    "Put back at %(place)s, which is left out here, units: %(units)s."
                ),
            ),
            "goods_counted": (
                "came",
                self.env._(
                    "Put back at %(place)s before the channel went live, units:"
                    " %(units)s. No stock of yours was moved."
                ),
            ),
        }
