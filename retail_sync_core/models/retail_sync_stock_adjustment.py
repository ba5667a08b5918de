from datetime import timezone

from odoo import api, fields, models
from odoo.tools.misc import format_datetime

from .retail_sync_stock_reading import KINDS, SOURCES


class RetailSyncStockAdjustment(models.Model):
    """What was booked here because the owner of a location's stock said so."""

    _name = "retail.sync.stock.adjustment"
    _description = "Adjustment by a Reading"
    _order = "id desc"
    _rec_name = "product_id"

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    location_id = fields.Many2one(
        "retail.sync.location", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    before_qty = fields.Float(
        string="From", digits="Product Unit", readonly=True, aggregator=None
    )
    after_qty = fields.Float(
        string="To", digits="Product Unit", readonly=True, aggregator=None
    )
    difference = fields.Float(digits="Product Unit", readonly=True)
    figure = fields.Float(
        string="It says", digits="Product Unit", readonly=True, aggregator=None
    )
    kind = fields.Selection(KINDS, string="Counts", readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    as_of = fields.Datetime(string="As of", readonly=True)
    sold = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    left = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    moved = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    move_ids = fields.Many2many(
        "stock.move",
        "retail_sync_stock_adjustment_move_rel",
        "adjustment_id",
        "move_id",
        string="Stock moves",
        readonly=True,
    )
    explanation = fields.Char(string="Why", compute="_compute_explanation")

    _day_idx = models.Index("(location_id, create_date)")

    @api.depends("figure", "sold", "left", "moved", "as_of", "kind")
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.explanation = row._explain(kinds.get(row.kind, "").lower())

    def _explain(self, kind):
        parts = [
            self.env._(
                "%(figure)s %(kind)s there, %(time)s",
                figure=f"{self.figure:g}",
                kind=kind,
                time=format_datetime(self.env, self.as_of, tz=str(self.env.tz)),
            ),
            self.sold
            and self.env._(
                "plus %s sold there that have not left here yet", f"{self.sold:g}"
            ),
            self.left
            and self.env._(
                "less %s that left here and are not counted there yet",
                f"{self.left:g}",
            ),
            self.moved and self.env._("%s moved here since", f"{self.moved:+g}"),
        ]
        return ", ".join(filter(None, parts)) + "."

    @api.model
    def _make(self, place, changes):
        """Book ``changes`` as Odoo's own inventory adjustments; write down why.

        :raises UserError: where Odoo refuses one of them; nothing is written then
        """
        newest = {
            change.product: change.readings.sorted(lambda r: (r.as_of, r.id))[-1:]
            for change in changes
        }
        Move, values = self.env["stock.move"], []
        for change in changes:
            reason = self._reason(place, newest[change.product])
            values += self._prepare_moves(place, change, reason)
        moves, none = self._move(place, values).grouped("product_id"), Move.browse()
        rows = self.create(
            [
                {
                    **self._prepare_values(place, change, newest[change.product]),
                    "move_ids": [(6, 0, moves.get(change.product, none).ids)],
                }
                for change in changes
            ]
        )
        self.env["retail.sync.hint"]._send()
        return rows

    def _prepare_values(self, place, change, newest):
        return {
            "channel_id": place.channel_id.id,
            "location_id": place.id,
            "product_id": change.product.id,
            "before_qty": float(change.books.held),
            "after_qty": float(change.wanted),
            "difference": float(change.difference),
            "figure": float(change.figure),
            "kind": newest.kind,
            "source": newest.source,
            "as_of": newest.as_of,
            "sold": float(change.books.sold),
            "left": float(change.books.left),
            "moved": float(change.books.moved),
            "approved_by_id": newest.approved and self.env.uid,
        }

    def _reason(self, place, reading):
        """Return what stands on the stock move: who said so, what, when."""
        at = reading.as_of.replace(tzinfo=timezone.utc)
        return self.env._(
            "%(channel)s counts %(location)s: %(quantity)s %(kind)s as of %(time)s UTC",
            channel=place.channel_id.name,
            location=place.name,
            quantity=f"{reading.quantity:g}",
            kind=dict(reading._fields["kind"]._description_selection(self.env))[
                reading.kind
            ].lower(),
            time=f"{at:%Y-%m-%d %H:%M:%S}",
        )

    def _prepare_moves(self, place, change, reason):
        """Return the values of the inventory moves that ``change`` needs."""
        product = change.product.sudo().with_company(place.company_id)
        quants = self.env["stock.quant"].sudo().with_company(place.company_id)
        quants = quants.with_context(inventory_name=reason)
        outside = product.property_stock_inventory
        if change.difference > 0:
            shelf = place._shelf()
            quant = quants.new({"product_id": product.id, "location_id": shelf.id})
            units = float(change.difference)
            return [quant._get_inventory_move_values(units, outside, shelf)]
        return [
            quant._get_inventory_move_values(
                units, quant.location_id, outside, package_id=quant.package_id
            )
            for quant, units in place._take_from(quants, product, -change.difference)
        ]

    def _move(self, place, values):
        """Make and do the inventory moves; valuation follows as for any count."""
        Move = self.env["stock.move"].sudo().with_company(place.company_id)
        moves = Move.with_context(inventory_mode=False).create(values)
        moves.with_context(ignore_dest_packages=True)._action_done()
        moves._trigger_assign()
        return moves.with_env(self.env)

    @api.autovacuum
    def _gc_adjustments(self):
        """Forget old rows; the stock moves stay, with their reason."""
        old = self.search([("create_date", "<", "-730d")], limit=5000)
        old.unlink()
        return len(old), len(old) == 5000
