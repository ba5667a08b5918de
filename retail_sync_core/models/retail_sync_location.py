from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters import base
from ..domain.documents import Flow
from ..domain.mapping import normalize

STATES = [
    ("unmapped", "To be mapped"),
    ("mapped", "Mapped"),
    ("ignored", "Left out"),
]
STOCK_FIELDS = {
    "location_id",
    "warehouse_id",
    "state",
    "buffer_qty",
    "share",
    "activates",
}


class RetailSyncLocation(models.Model):
    """A location of the channel, and the stock of ours that is offered there."""

    _name = "retail.sync.location"
    _description = "Location of a Channel"
    _order = "channel_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(string="Id there", required=True)
    active_there = fields.Boolean(string="Open there", default=True)
    managed_by_others = fields.Boolean(
        string="Kept by another service",
        help="The channel says that somebody else keeps the stock of this location.",
    )
    state = fields.Selection(STATES, default="unmapped", required=True, index=True)

    warehouse_id = fields.Many2one("stock.warehouse", check_company=True)
    location_id = fields.Many2one(
        "stock.location",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
        domain="[('usage', 'in', ('internal', 'view'))]",
        help="Stock here and below is offered. By default the warehouse's stock.",
    )
    buffer_qty = fields.Float(
        string="Keep back",
        digits="Product Unit",
        help="Units of each product that are not offered; 0: as the channel says.",
    )
    share = fields.Float(
        string="Share (%)",
        default=100.0,
        help="How much of what is free is offered here, within the channel's share.",
    )
    activates = fields.Boolean(
        string="Stock new products there",
        default=True,
        help="A product the channel does not stock here yet is added to it.",
    )
    orders_asked_at = fields.Datetime(
        string="Orders asked for",
        readonly=True,
        help="Orders are fetched since, before stock is sent.",
    )
    level_ids = fields.One2many("retail.sync.level", "location_id", string="Levels")
    is_at_work = fields.Boolean(
        string="At work",
        compute="_compute_is_at_work",
        help="Stock is told or read here.",
    )

    _external_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This location of the channel is known."
    )
    _share_range = models.Constraint(
        "CHECK(share >= 0 AND share <= 100)", "A share is between 0 and 100 %."
    )
    _buffer_positive = models.Constraint(
        "CHECK(buffer_qty >= 0)", "What is kept back cannot be below zero."
    )

    @api.depends("warehouse_id")
    def _compute_location_id(self):
        for place in self:
            if place.warehouse_id:
                place.location_id = place.warehouse_id.lot_stock_id

    @api.depends("state", "channel_id.state")
    def _compute_is_at_work(self):
        for place in self:
            begun = place.channel_id.state in ("live", "paused")
            place.is_at_work = begun and place.state == "mapped"

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        places._settle_state()
        places._mark()
        return places

    def write(self, vals):
        # what is taken away must be told too: mark before and after
        changes = bool(STOCK_FIELDS & vals.keys())
        if changes:
            self._mark()
        result = super().write(vals)
        if changes:
            if "state" not in vals:
                self._settle_state()
            self._mark()
        return result

    def action_ignore(self):
        """Leave the locations out: nothing is sent there."""
        self.check_access("write")
        self.write({"state": "ignored"})

    def action_unignore(self):
        """Take the locations in again."""
        self.check_access("write")
        for place in self:
            place.state = "mapped" if place.location_id else "unmapped"

    def _stock_key(self):
        """Return the key under which all stock of this location is sent in turn."""
        return f"stock:{self.external_id}"

    def _may_be_told(self):
        """Return whether stock is sent to this location at all."""
        channel = self.channel_id
        adapter = channel._adapter_class()
        return bool(
            self.state == "mapped"
            and channel.active
            and channel.state == "live"
            and (channel.stock_push or channel.stock_restoring)
            and adapter
            and adapter.capability(base.Stock)
            and channel._workflow(Flow.STOCK.value).state != "paused"
        )

    def _settle_state(self):
        """Let the state follow the mapping; what is left out stays so until mapped."""
        for place in self:
            if place.location_id and place.state == "unmapped":
                place.state = "mapped"
            elif not place.location_id and place.state == "mapped":
                place.state = "unmapped"

    def _mark(self):
        """Have every level of the mapped locations looked at again."""
        self.env["retail.sync.stock.mark"]._append(
            [(None, place.location_id.id, place.channel_id.id) for place in self]
        )

    @api.model
    def _receive(self, channel, documents):
        """Write down the channel's locations (``Place`` documents), and map by name.

        :return: the locations, known and new
        """
        known = {
            place.external_id: place
            for place in self.search([("channel_id", "=", channel.id)])
        }
        warehouses = self._warehouses_by_name(channel)
        places = self.browse()
        for document in documents:
            values = self._prepare_values(document)
            place = known.get(document.external_id)
            if place:
                changed = {k: v for k, v in values.items() if place[k] != v}
                if changed:
                    place.write(changed)
            else:
                place = self.create(
                    {
                        **values,
                        "channel_id": channel.id,
                        "warehouse_id": self._find_warehouse(document, warehouses),
                    }
                )
            places |= place
        return places

    @api.model
    def _prepare_values(self, document):
        return {
            "external_id": document.external_id,
            "name": document.name or document.external_id,
            "active_there": document.active,
            "managed_by_others": document.managed_by_others,
        }

    @api.model
    def _warehouses_by_name(self, channel):
        names = {}
        for warehouse in self.env["stock.warehouse"].search(
            [("company_id", "=", channel.company_id.id)]
        ):
            names.setdefault(normalize(warehouse.name), set()).add(warehouse.id)
        return names

    @api.model
    def _find_warehouse(self, document, warehouses):
        """Return the id of the one warehouse of that name, or False."""
        found = warehouses.get(normalize(document.name), set())
        if len(found) != 1 or document.managed_by_others:
            return False
        return next(iter(found))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mapped(self):
        if any(place.state == "mapped" for place in self):
            raise UserError(
                self.env._("Leave a mapped location out before deleting it.")
            )
