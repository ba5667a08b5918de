from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from .retail_sync_effect import SETTLED
from .retail_sync_restoration_line import BOOKED

BLOCKED = "restored_blocked"


class RetailSyncOrder(models.Model):
    """Deliveries that the lost database made and told: the channel has them, and here
    they are still open. They are booked as they were, and told to nobody again."""

    _inherit = "retail.sync.order"

    def _book_shipped_before(self, restoration, *, again=False):
        """Book what the channel says was shipped while the lost database worked.

        :param again: what cannot be booked now is tried again later
        :return: how many shipments a person must book
        """
        self._lock()
        if not self._may_book_shipped():
            return 0
        shipments = self._shipments_before(restoration)
        blocked = [one for one in shipments if not self._book_shipment(*one, again)]
        if len(blocked) < len(shipments):
            self._judge_hold()
        return len(blocked)

    def _may_book_shipped(self):
        """Return whether nothing of ours is still to be looked up there."""
        shipments = self._effects().filtered(lambda effect: effect.kind == "shipment")
        return self.order_id.state == "sale" and all(
            effect.state in SETTLED for effect in shipments
        )

    def _shipments_before(self, restoration):
        """Return the shipments that we do not know, from places of ours, by age."""
        found = []
        for shipment in self._shipments_elsewhere():
            made_at = fields.Datetime.to_datetime(
                (shipment.get("created_at") or "").replace("T", " ")[:19] or None
            )
            late = made_at and made_at > restoration.until
            if not late and self._places({shipment["location_id"]}):
                found.append((made_at or restoration.until, shipment))
        return sorted(found, key=lambda pair: (pair[0], pair[1]["external_id"]))

    def _book_shipment(self, moment, shipment, again):
        """Book one shipment as it was; return whether Odoo could without a person."""
        picking = self.env["stock.picking"]
        try:
            with self.env.cr.savepoint():
                units = self._units_of_shipment(shipment)
                pickings = picking._retail_sync_book(self, units, moment, shipment)
                self._note_told_before(pickings, units, shipment, moment)
        except UserError as exc:
            if not again:
                self._note(BLOCKED, id=shipment["external_id"], message=str(exc))
            return False
        return True

    def _units_of_shipment(self, shipment):
        """Return {our line: units} of what the shipment says has left."""
        lines = {line.external_id: line for line in self.line_ids}
        units = {}
        for line_id, count in shipment["lines"]:
            line = lines.get(line_id)
            if not line or not line.sale_line_id:
                raise UserError(self.env._("one of its lines is not in our order"))
            units[line] = units.get(line, 0.0) + count
        return units

    def _note_told_before(self, pickings, units, shipment, moment):
        """Keep that the channel knows: as if we had told it, at that time."""
        for line, count in units.items():
            line.shipped_qty += count
        document = self._prepare_shipment(
            pickings[0], {line: Decimal(str(count)) for line, count in units.items()}
        )
        for picking in pickings:
            effect = self.env["retail.sync.effect"]._append(
                self.channel_id, "shipment", picking, document, self._order_key()
            )
            effect.sudo().write(
                {
                    "state": "applied",
                    "code": BOOKED,
                    "external_id": shipment["external_id"],
                    "sent_at": moment,
                    "settled_at": fields.Datetime.now(),
                }
            )
            self._note_about(picking, "restored_shipment", name=picking.name)
        self._settle_shipped()


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "restored_shipment": (
                "came",
                self.env._(
                    "%(name)s was booked as the channel has it: it left before the"
                    " database was restored."
                ),
            ),
            BLOCKED: (
                "stopped",
                self.env._(
                    "The channel has shipment %(id)s, made before the database was"
                    " restored. It could not be booked here by itself: %(message)s"
                ),
            ),
        }
