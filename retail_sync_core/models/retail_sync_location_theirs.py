from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..adapters import base

TAKE_ANEW = {"take_cursor": False, "take_pages_read": False, "take_missing_id": 0}
OWNERS = [("odoo", "Odoo"), ("channel", "The channel, or a service behind it")]


class RetailSyncLocation(models.Model):
    """Whose number the stock of a location is: ours, told to the channel, or theirs,
    read and booked here."""

    _inherit = "retail.sync.location"

    stock_owner = fields.Selection(
        OWNERS,
        string="Who counts the stock",
        default="odoo",
        required=True,
        help="Odoo: the channel is told what may be offered here. The channel, or a"
        " service behind it (a third-party warehouse): nothing is told; what it says it"
        " has is read and booked here as inventory adjustments. Other channels may sell"
        " this stock in both cases.",
    )
    can_be_read = fields.Boolean(string="Can be read", compute="_compute_can_be_read")
    read_every_min = fields.Integer(
        string="Read it all every (min)",
        default=60,
        help="All its stock is read so often, besides what the channel tells at once.",
    )
    drop_share = fields.Float(
        string="Ask before losing more than (%)",
        default=30.0,
        help="Figures of one day that take more than this share of the location's stock"
        " away wait for a person. Both limits must be passed.",
    )
    drop_units = fields.Float(
        string="and more than (units)", default=20.0, digits="Product Unit"
    )
    next_take_at = fields.Datetime(string="Next reading", readonly=True, copy=False)
    take_cursor = fields.Char(string="Where reading goes on", readonly=True, copy=False)
    take_number = fields.Integer(
        string="Number of the reading",
        readonly=True,
        copy=False,
        help="The complete reading that is under way.",
    )
    take_pages_read = fields.Boolean(
        string="All pages are read",
        readonly=True,
        copy=False,
        help="What no page named is asked for now.",
    )
    take_missing_id = fields.Integer(
        string="What was missing up to", readonly=True, copy=False
    )
    taken_at = fields.Datetime(
        string="All read", readonly=True, copy=False, help="The last complete reading."
    )
    reading_ids = fields.One2many(
        "retail.sync.stock.reading", "location_id", string="Readings"
    )
    heard_at = fields.Datetime(string="Last heard of", compute="_compute_readings")
    reading_count = fields.Integer(
        string="Number of readings", compute="_compute_readings"
    )
    held_count = fields.Integer(string="Held", compute="_compute_readings")
    adjustment_count = fields.Integer(string="Adjustments", compute="_compute_readings")

    _limits_range = models.Constraint(
        "CHECK(drop_share BETWEEN 0 AND 100 AND drop_units >= 0"
        " AND read_every_min BETWEEN 5 AND 10080)",
        "The share lies between 0 and 100 %, the units are not below zero; all is read"
        " every 5 minutes at the most and every week at the least.",
    )

    @api.depends("channel_id.code")
    def _compute_can_be_read(self):
        for place in self:
            adapter = place.channel_id._adapter_class()
            reads = adapter and issubclass(adapter, base.Counts)
            place.can_be_read = bool(reads or (adapter and adapter.stock_reports))

    @api.depends("reading_ids.state")
    def _compute_readings(self):
        Reading = self.env["retail.sync.stock.reading"]
        rows = Reading._read_group(
            [("location_id", "in", self.ids)],
            ["location_id", "state"],
            ["__count", "read_at:max"],
        )
        Adjustment = self.env["retail.sync.stock.adjustment"]
        changes = dict(
            Adjustment._read_group(
                [("location_id", "in", self.ids)], ["location_id"], ["__count"]
            )
        )
        for place in self:
            own = [row[1:] for row in rows if row[0] == place]
            times = [at for _state, _count, at in own if at]
            place.reading_count = sum(count for _state, count, _at in own)
            place.held_count = sum(c for state, c, _at in own if state == "held")
            place.heard_at = max(times) if times else False
            place.adjustment_count = changes.get(place, 0)

    @api.constrains("stock_owner", "location_id", "also_ids", "state")
    def _check_one_owner(self):
        """Refuse two who count the same stock: each would undo the other's figures."""
        for place in self.filtered(lambda place: place._is_counted_there()):
            others = self.sudo().search(
                [
                    ("id", "!=", place.id),
                    ("stock_owner", "=", "channel"),
                    ("state", "=", "mapped"),
                ]
            )
            for other in others:
                if place._shares_stock_with(other):
                    raise ValidationError(
                        self.env._(
                            "The stock of %(location)s is counted by %(other)s already."
                            " Map another location, or let Odoo count one of the two.",
                            location=place.location_id.display_name,
                            other=f"{other.channel_id.name}: {other.name}",
                        )
                    )

    def _shares_stock_with(self, other):
        """Return whether a location of ours belongs to both."""
        mine = (self.location_id | self.also_ids).mapped("parent_path")
        theirs = (other.location_id | other.also_ids).mapped("parent_path")
        return any(
            one.startswith(two) or two.startswith(one) for one in mine for two in theirs
        )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("managed_by_others"):
                vals.setdefault("stock_owner", "channel")
        places = super().create(vals_list)
        places.filtered(lambda p: p.stock_owner == "channel")._owner_changed()
        places._wake_reports()
        return places

    def write(self, vals):
        before = {place: place.stock_owner for place in self}
        result = super().write(vals)
        if "stock_owner" in vals:
            moved = self.filtered(lambda place: place.stock_owner != before[place])
            moved._owner_changed()
        if {"state", "location_id", "also_ids", "left_out_ids"} & vals.keys():
            self._settle_readings()
            self._wake_reports()
        return result

    def _wake_reports(self):
        """Let reports go on that waited for these locations to be mapped."""
        for place in self.filtered(lambda place: place.state != "unmapped"):
            self.env["retail.sync.issue"]._close_matching(
                place.channel_id, "unknown_location", place.external_id
            )

    @api.onchange("stock_owner")
    def _onchange_stock_owner(self):
        """Say before it is saved what is lost with what the other way knew."""
        place = self._origin
        if not place or place.stock_owner == self.stock_owner:
            return None
        levels = self.env["retail.sync.level"].search_count(
            [("location_id", "=", place.id)]
        )
        drifts = self.env["retail.sync.drift"].search_count(
            [("level_id.location_id", "=", place.id)]
        )
        gone = {"levels": levels, "drifts": drifts, "readings": place.reading_count}
        if not any(gone.values()):
            return None
        text = self.env._(
            "When you save, what was known of %(location)s by the other way of counting"
            " is deleted: %(levels)s stock levels, %(drifts)s differences and"
            " %(readings)s readings. Adjustments and stock moves stay. Export the"
            " differences before if you need them.",
            location=place.name,
            **gone,
        )
        title = self.env._("The history of this location's levels is deleted")
        return {"warning": {"title": title, "message": text}}

    def _owner_changed(self):
        """Forget what the other way of counting knew; nothing of it is true anymore."""
        for place in self:
            if place.stock_owner == "channel":
                place.level_ids.sudo().unlink()
            place.reading_ids.sudo().unlink()
            self.env["retail.sync.stock.reading"].sudo()._close_held(place)
            place.write({"next_take_at": False, **TAKE_ANEW})
            self.env["retail.sync.audit"]._record(
                place.channel_id, place, "stock.owner", {"owner": place.stock_owner}
            )
        self._mark()
        for channel in self.channel_id.filtered(lambda c: c.state == "live"):
            self.env["retail.sync.job"].sudo()._enqueue(
                channel,
                "subscriptions.check",
                order_key="subscriptions.check",
                identity="subscriptions.check",
            )

    def _thaw(self):
        """What was said while it was counted is booked now."""
        result = super()._thaw()
        theirs = self.sudo().search([("stock_owner", "=", "channel")])
        for place in theirs.filtered(self._shares_any):
            place._settle_readings()
        return result

    def _is_counted_there(self):
        """Return whether the number here is the channel's."""
        return self.stock_owner == "channel" and self.state == "mapped"

    def _is_only_place(self):
        """Return whether what the channel sells, it can only take from here."""
        return self.channel_id.location_ids.filtered(lambda p: p.state == "mapped") in (
            self,
            self.browse(),
        )

    def _may_be_told(self):
        """Tell nothing where the number is not ours."""
        return self.stock_owner == "odoo" and super()._may_be_told()

    def _settle_readings(self):
        """Have what was said of these locations worked out again."""
        for place in self.filtered("reading_ids"):
            products = place.reading_ids.product_id
            self.env["retail.sync.stock.reading"]._enqueue_settle(place, products.ids)

    # a person's verbs
    def action_take(self):
        """Read all stock of the locations now."""
        self.env["retail.sync.stock.reading"]._check_operator()
        self.check_access("read")
        self.sudo()._enqueue_take()

    def action_open_readings(self):
        """Show what was last said of each product here."""
        return self._open_counts("retail_sync_stock_reading_action")

    def action_open_held(self):
        """Show what waits for a person here."""
        action = self._open_counts("retail_sync_stock_reading_action")
        return {**action, "domain": [*action["domain"], ("state", "=", "held")]}

    def action_open_adjustments(self):
        """Show what was booked here because the channel said so."""
        return self._open_counts("retail_sync_stock_adjustment_action")

    def _open_counts(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"retail_sync_core.{name}"
        )
        return {**action, "domain": [("location_id", "=", self.id)], "context": {}}

    def _note_taken(self):
        """Note that all stock of the location was read; the next begins anew."""
        self.write({**TAKE_ANEW, "taken_at": self.env.cr.now()})

    def _enqueue_take(self):
        """Append the job that reads all stock, where the channel can be asked."""
        for place in self.filtered(lambda place: place._is_counted_there()):
            adapter = place.channel_id._adapter_class()
            if not adapter or not issubclass(adapter, base.Counts):
                continue
            name = f"stock.take:{place.id}"
            self.env["retail.sync.job"]._enqueue(
                place.channel_id,
                "stock.take",
                order_key=name,
                identity=name,
                lane=2,
                payload={"location_id": place.id},
            )
