from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

STATES = [
    ("not_told", "Not told"),
    ("waiting", "Being told"),
    ("told", "Told"),
    ("doubt", "In doubt"),
    ("refused", "Refused"),
]
STATE_OF = {
    "intended": "waiting",
    "sent": "waiting",
    "accepted": "waiting",
    "unknown": "doubt",
    "applied": "told",
    "refused": "refused",
    "abandoned": "not_told",
}


class StockPicking(models.Model):
    _inherit = "stock.picking"

    retail_sync_channel_id = fields.Many2one(
        related="sale_id.retail_sync_channel_id",
        string="Channel",
        store=True,
        index="btree_not_null",
    )
    retail_sync_order_id = fields.Many2one(
        "retail.sync.order",
        string="Order there",
        compute="_compute_retail_sync_order_id",
        compute_sudo=True,
    )
    retail_sync_state = fields.Selection(
        STATES,
        string="Told to the channel",
        compute="_compute_retail_sync_state",
        compute_sudo=True,
    )
    retail_sync_external_id = fields.Char(
        string="Shipment there",
        compute="_compute_retail_sync_state",
        compute_sudo=True,
    )
    retail_sync_hold_reason = fields.Char(
        string="Why on hold",
        compute="_compute_retail_sync_hold_reason",
        compute_sudo=True,
    )

    _retail_sync_done_idx = models.Index(
        "(retail_sync_channel_id, date_done)"
        " WHERE state = 'done' AND retail_sync_channel_id IS NOT NULL"
    )

    def _auto_init(self):
        """Come without touching a delivery: none of those that are here has a channel.

        Odoo would compute and write each of them otherwise.
        """
        name = "retail_sync_channel_id"
        if not column_exists(self.env.cr, self._table, name):
            create_column(self.env.cr, self._table, name, "int4")
        return super()._auto_init()

    @api.depends("sale_id.retail_sync_order_ids")
    def _compute_retail_sync_order_id(self):
        for picking in self:
            picking.retail_sync_order_id = picking.sale_id.retail_sync_order_ids[:1]

    @api.depends("state", "retail_sync_channel_id")
    def _compute_retail_sync_state(self):
        theirs = self.filtered("retail_sync_channel_id")
        effects = self.env["retail.sync.effect"].sudo()
        if theirs:
            effects = effects.search(
                [("res_model", "=", self._name), ("res_id", "in", theirs.ids)],
                order="id",
            )
        # parcels that were never told leave the delivery as it was told
        newest = {
            effect.res_id: effect
            for effect in effects
            if effect.kind != "tracking" or effect.state != "abandoned"
        }
        ids = {
            effect.res_id: effect.external_id
            for effect in effects.filtered("external_id")
        }
        for picking in self:
            effect = newest.get(picking.id)
            state = STATE_OF[effect.state] if effect else "not_told"
            picking.retail_sync_state = state if picking in theirs else False
            picking.retail_sync_external_id = ids.get(picking.id, False)

    @api.depends("state", "sale_id.retail_sync_order_ids.hold_reason")
    @api.depends_context("lang")
    def _compute_retail_sync_hold_reason(self):
        for picking in self:
            order = picking.retail_sync_order_id
            is_open = picking.state not in ("done", "cancel")
            reason = is_open and picking._is_delivery() and order.hold_reason
            picking.retail_sync_hold_reason = reason or False

    def button_validate(self):
        """Refuse, before any wizard opens, what is on hold."""
        self._check_retail_sync_hold()
        return super().button_validate()

    def _action_done(self):
        """Refuse what is on hold; tell the channel of what has left."""
        self._check_retail_sync_hold()
        result = super()._action_done()
        self._tell_retail_sync()
        return result

    def _check_retail_sync_hold(self):
        for picking in self.filtered("retail_sync_channel_id"):
            if picking.retail_sync_hold_reason:
                raise UserError(
                    self.env._(
                        "%(delivery)s is on hold. %(reason)s %(todo)s",
                        delivery=picking.display_name,
                        reason=picking.retail_sync_hold_reason,
                        todo=picking._retail_sync_hold_todo(),
                    )
                )

    def _tell_retail_sync(self):
        """Note in the ledger what the channel is to be told; the worker tells it."""
        for picking in self.filtered("retail_sync_channel_id"):
            order = picking.retail_sync_order_id.sudo()
            if order and picking.state == "done" and picking._is_delivery():
                order._intend_shipment(picking.sudo())
                order._settle_shipped()

    def _is_delivery(self):
        """Return whether the goods go to the customer (drop-shipped ones, too)."""
        return any(
            move.location_dest_id.usage == "customer" and move.sale_line_id
            for move in self.move_ids
        )

    def _is_being_picked(self):
        """Return whether somebody has begun: printed, picked, in a wave or done."""
        return self.state != "cancel" and (
            self._is_in_hands() or self._is_in_running_batch()
        )

    def _is_in_hands(self):
        """Return whether its own goods or papers were taken, or have left."""
        return (
            self.state == "done" or self.printed or any(self.move_ids.mapped("picked"))
        )

    def _is_in_running_batch(self):
        """Return whether a batch or wave that somebody works on contains it."""
        batch = self["batch_id"] if "batch_id" in self._fields else self.browse()
        return bool(batch) and batch.state == "in_progress"
