from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..domain.stock import Movement
from .retail_sync_movement import naive_utc

LARGEST_QTY = Decimal(10000)
# So many at once may be sold of anything; more only where the channel shows so many.
OFTEN_QTY = Decimal(100)
SOURCES = [("notice", "As told"), ("order", "As read")]

# The listing by its id, else by the SKU where only one has it. What is told of an order
# that is imported comes too late and is left out. The greater figure wins: notices come
# in any order, and until the import too much is safer than too little. But what is far
# more than the channel shows waits for the order itself: nothing is read from a notice
# that takes a product off every shop.
NOTE = """
INSERT INTO retail_sync_demand AS d (
       channel_id, order_external_id, line_external_id, item_external_id, sku,
       location_external_id, quantity, placed_at, listing_id, source, is_moved,
       create_uid, create_date, write_uid, write_date)
SELECT %(channel)s, v.order_id, v.line_id, NULLIF(v.item_id, ''), NULLIF(v.sku, ''),
       NULLIF(v.location_id, ''), v.quantity, v.placed_at,
       COALESCE(by_id.id, by_sku.id), 'notice', false,
       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
  FROM unnest(%(orders)s::text[], %(lines)s::text[], %(items)s::text[],
              %(skus)s::text[], %(places)s::text[],
              %(quantities)s::numeric[], %(times)s::timestamp[])
       AS v (order_id, line_id, item_id, sku, location_id, quantity, placed_at)
  LEFT JOIN LATERAL (
       SELECT min(i.id) AS id FROM retail_sync_listing i
        WHERE i.channel_id = %(channel)s AND v.item_id <> ''
          AND (i.external_id = v.item_id OR i.variant_id = v.item_id)) by_id ON true
  LEFT JOIN LATERAL (
       SELECT min(i.id) AS id FROM retail_sync_listing i
        WHERE i.channel_id = %(channel)s AND v.sku <> '' AND i.sku = v.sku
       HAVING count(*) = 1) by_sku ON true
 CROSS JOIN LATERAL (
       SELECT SUM(GREATEST(l.expected_qty, l.sent_qty)) AS units
         FROM retail_sync_level l
        WHERE l.listing_id = COALESCE(by_id.id, by_sku.id)
          AND l.acked_at IS NOT NULL) shown
 WHERE (v.quantity <= %(often)s OR v.quantity <= COALESCE(2 * shown.units, v.quantity))
   AND NOT EXISTS (
       SELECT 1 FROM retail_sync_order o
        WHERE o.channel_id = %(channel)s AND o.external_id = v.order_id
          AND (o.order_id IS NOT NULL OR o.state IN ('cancelled', 'ignored')))
 ORDER BY v.order_id, v.line_id
ON CONFLICT (channel_id, order_external_id, line_external_id) DO UPDATE
   SET quantity = EXCLUDED.quantity, is_moved = false
 WHERE d.quantity < EXCLUDED.quantity
RETURNING d.listing_id, d.location_external_id, d.placed_at
"""
# Once the sale order is confirmed its own moves count.
SETTLED = """
DELETE FROM retail_sync_demand d
 USING retail_sync_order o
  LEFT JOIN sale_order so ON so.id = o.order_id
 WHERE o.channel_id = d.channel_id AND o.external_id = d.order_external_id
   AND (o.state IN ('cancelled', 'ignored') OR so.state NOT IN ('draft', 'sent'))
RETURNING d.listing_id
"""
# Where the channel took the units from: the place it names, or the only one there is.
# Without the time of the order nobody can tell whether a figure read has it in already;
# then the import tells.
MOVED = """
UPDATE retail_sync_demand d SET is_moved = true
  FROM retail_sync_listing i, retail_sync_location p
 WHERE NOT d.is_moved AND d.source = 'notice' AND d.placed_at IS NOT NULL
   AND i.id = d.listing_id
   AND p.channel_id = d.channel_id AND p.state = 'mapped'
   AND (p.external_id = d.location_external_id
        OR d.location_external_id IS NULL AND NOT EXISTS (
           SELECT 1 FROM retail_sync_location other
            WHERE other.channel_id = d.channel_id AND other.id <> p.id
              AND other.state = 'mapped'))
RETURNING d.channel_id, d.order_external_id, d.line_external_id, i.external_id,
          p.external_id, d.quantity, d.placed_at
"""


class RetailSyncDemand(models.Model):
    """Units of one order line that a channel has sold and Odoo has not reserved yet.

    They are subtracted from what is offered, on every channel, until the sale order is
    confirmed. Several notices of one order are one row a line.
    """

    _name = "retail.sync.demand"
    _description = "Demand Known Before the Import"
    _order = "id desc"
    _rec_name = "order_external_id"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, readonly=True, ondelete="cascade"
    )
    order_external_id = fields.Char(string="Order there", required=True, readonly=True)
    line_external_id = fields.Char(string="Line there", required=True, readonly=True)
    item_external_id = fields.Char(string="Product there", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    location_external_id = fields.Char(string="Location there", readonly=True)
    listing_id = fields.Many2one(
        "retail.sync.listing",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    placed_at = fields.Datetime(string="Placed", readonly=True)
    source = fields.Selection(SOURCES, default="notice", required=True, readonly=True)
    is_moved = fields.Boolean(
        string="Moved", readonly=True, help="Counted in what the channel has left."
    )

    _line_uniq = models.Constraint(
        "UNIQUE(channel_id, order_external_id, line_external_id)",
        "This order line is already noted.",
    )
    _unmoved_idx = models.Index("(id) WHERE NOT is_moved AND source = 'notice'")

    @api.model
    def _note(self, channel, demands):
        """Note sold order lines (``Demand`` documents); repeats change nothing.

        For a READ COMMITTED transaction: two notices of one order may come at once.
        """
        demands = [d for d in demands if d.quantity > 0 and d.order_id and d.line_id]
        if not demands:
            return
        self.env.flush_all()
        newest = {(d.order_id, d.line_id): d for d in demands}.values()
        for demand in newest:
            if demand.quantity > LARGEST_QTY:
                self._raise_absurd(channel, demand)
        # what nobody can have sold takes nothing off: the order is read in a moment
        newest = [d for d in newest if d.quantity <= LARGEST_QTY]
        self.env.cr.execute(NOTE, self._columns(channel, newest))
        noted = self.env.cr.fetchall()
        self.invalidate_model()
        self._mark_noted(channel, noted)

    def _columns(self, channel, demands):
        return {
            "channel": channel.id,
            "often": OFTEN_QTY,
            "uid": self.env.uid,
            "orders": [d.order_id for d in demands],
            "lines": [d.line_id for d in demands],
            "items": [d.item_id for d in demands],
            "skus": [d.sku for d in demands],
            "places": [d.location_id for d in demands],
            "quantities": [d.quantity for d in demands],
            "times": [naive_utc(d.placed_at) for d in demands],
        }

    def _mark_noted(self, channel, noted):
        """Mark what was sold. Where the channel took it from is not always known: then
        only the others are marked, for its own level has fallen already."""
        places = self.env["retail.sync.location"].search(
            [("channel_id", "=", channel.id), ("location_id", "!=", False)]
        )
        known = {place.external_id for place in places}
        told = places.filtered(lambda place: place.state == "mapped")
        certain, vague = set(), set()
        for listing_id, place, placed_at in noted:
            is_certain = place in known or (not place and len(told) == 1)
            if listing_id:
                (certain if is_certain and placed_at else vague).add(listing_id)
        self._mark_listings(certain)
        self._mark_listings(vague - certain, but=channel)

    def _mark_listings(self, listing_ids, but=None):
        """Mark the products of ``listing_ids``, everywhere or on all other channels."""
        listings = self.env["retail.sync.listing"].browse(sorted(listing_ids))
        products = listings.product_id
        Mark = self.env["retail.sync.stock.mark"]
        if not but:
            Mark._append([(product.id, None, None) for product in products])
            return
        others = self.env["retail.sync.channel"].search([("id", "!=", but.id)])
        Mark._append(
            [(product.id, None, other.id) for product in products for other in others]
        )

    @api.model
    def _mark_sold(self, channels):
        """Have all that is noted of ``channels`` looked at again, everywhere."""
        rows = self._read_group([("channel_id", "in", channels.ids)], ["listing_id"])
        self._mark_listings({listing.id for (listing,) in rows if listing})

    def _raise_absurd(self, channel, demand):
        self.env["retail.sync.issue"]._raise(
            channel,
            "bad_payload",
            field=self.env._("Quantity"),
            value=str(demand.quantity),
            params={"order": demand.order_id, "sku": demand.sku},
        )

    @api.model
    def _replace(self, order, sold):
        """Let ``order`` (``retail.sync.order``) speak for itself once it was read.

        A quotation, or an order that waits for a person, reserves nothing: its lines
        go on counting as they are now. A confirmed one counts through its own moves.

        :param sold: [(order line id, listing, units, place's id there or "")]
        """
        self._drop(order.channel_id, order.external_id)
        if order.order_id and order.order_id.state not in ("draft", "sent"):
            return
        self.create(
            [
                {
                    "channel_id": order.channel_id.id,
                    "order_external_id": order.external_id,
                    "line_external_id": line_id,
                    "item_external_id": listing.external_id,
                    "sku": listing.sku,
                    "location_external_id": place or False,
                    "listing_id": listing.id,
                    "quantity": units,
                    "source": "order",
                }
                for line_id, listing, units, place in sold
                if listing and units > 0
            ]
        )
        self._mark_listings({listing.id for _line, listing, _units, _place in sold})

    @api.model
    def _drop(self, channel, order_external_id):
        """Forget what was noted of an order: it is canceled, left out or imported."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM retail_sync_demand
                    WHERE channel_id = %s AND order_external_id = %s
                RETURNING listing_id""",
                channel.id,
                order_external_id,
            )
        )
        self.invalidate_model()
        self._mark_listings({row[0] for row in rows if row[0]})
        order = self.env["retail.sync.order"].search(
            [("channel_id", "=", channel.id), ("external_id", "=", order_external_id)]
        )
        if order.cancelled_at and not order._was_not_restocked():
            prefix = self._movement_id(order_external_id, "")
            kept = {
                self._movement_id(order_external_id, line_id): units
                for line_id, units in (order.not_put_back or {}).items()
            }
            self.env["retail.sync.movement"]._take_back(channel, prefix, kept)

    @api.model
    def _drop_unimported(self, channel):
        """Forget what was noted of ``channel``'s orders that will not be imported now.

        What has a sale order already counts on: somebody may still confirm it here.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM retail_sync_demand d
                    WHERE d.channel_id = %s AND NOT EXISTS (
                          SELECT 1 FROM retail_sync_order o
                           WHERE o.channel_id = d.channel_id
                             AND o.external_id = d.order_external_id
                             AND o.order_id IS NOT NULL)
                RETURNING d.listing_id""",
                channel.id,
            )
        )
        self.invalidate_model()
        self._mark_listings({row[0] for row in rows if row[0]})

    @api.model
    def _settle(self):
        """Forget what counts elsewhere by now; tell the levels what was sold there.

        :return: how many rows were settled
        """
        self.env.cr.execute(SETTLED)
        gone = self.env.cr.fetchall()
        self.env.cr.execute(MOVED)
        moved = self.env.cr.fetchall()
        if gone or moved:
            self.invalidate_model()
        self._mark_listings({row[0] for row in gone if row[0]})
        by_channel = {}
        for channel_id, order, line, item, place, quantity, placed_at in moved:
            by_channel.setdefault(channel_id, []).append(
                Movement(
                    movement_id=self._movement_id(order, line),
                    item_id=item,
                    location_id=place,
                    quantity=-int(quantity),
                    occurred_at=placed_at,
                )
            )
        Level = self.env["retail.sync.level"]
        for channel_id, movements in sorted(by_channel.items()):
            channel = self.env["retail.sync.channel"].browse(channel_id)
            Level._channel_moved(channel, movements)
        return len(gone) + len(moved)

    @api.model
    def _movement_id(self, order_external_id, line_external_id):
        """Return the id under which a sold order line moves the channel's own level."""
        return f"sold:{order_external_id}:{line_external_id}"

    @api.model
    def _find_listings(self, channel):
        """Give open rows without a listing the listing that is there by now."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_demand d SET listing_id = i.id
                     FROM retail_sync_listing i
                    WHERE d.channel_id = %s AND d.listing_id IS NULL
                      AND i.channel_id = d.channel_id
                      AND d.item_external_id IN (i.external_id, i.variant_id)
                RETURNING d.listing_id""",
                channel.id,
            )
        )
        found = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_model()
        self._mark_listings(found)
