from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_is_zero

from ..domain.counting import Limit, OrdersFirst
from ..stock_terms import find_draws
from ..stock_terms_books import read_books
from .retail_sync_level_explain import plain

ISSUES = {"tracked", "archived", "absurd", "refused"}
PLAIN = {"reason_code": False, "reason_params": False}


class RetailSyncStockReading(models.Model):
    """Works out what our books should hold by what is said, and books the difference.

    The answer is a function of what is known: repeated, reordered and late words end
    in the same books.
    """

    _inherit = "retail.sync.stock.reading"

    def _settle(self, *, orders_first=False):
        """Bring our books to these figures, location by location.

        :raises OrdersFirst: see :meth:`_take`
        """
        for place in self.location_id:
            ours = self.filtered(lambda r, place=place: r.location_id == place)
            # several listings of one product share its stock
            ours = self.search(
                [
                    ("location_id", "=", place.id),
                    ("as_of", "!=", False),
                    "|",
                    ("id", "in", ours.ids),
                    ("product_id", "in", ours.product_id.ids),
                ],
                order="listing_id",
            )
            ours.with_company(place.company_id)._settle_at(place, orders_first)

    def _settle_at(self, place, orders_first):
        wait = self._waits_for(place)
        if wait:
            self.write({"state": "waiting", **PLAIN, "reason_code": wait})
            return
        countable = self._set_aside(place)
        figures = countable._figures()
        books = read_books(self.env, place, figures)
        changes = countable._changes(books)
        drops = [change for change in changes if change.difference < 0]
        bookable = [c for c in drops if not self._refusal(c)]
        if bookable and orders_first:
            raise OrdersFirst
        held = self._hold(place, drops)
        self._book(place, [c for c in changes if c.product not in held])
        self._note_short(place, changes)
        self._close_held(place)

    def _waits_for(self, place):
        if not place._is_counted_there() or not place.location_id:
            return "unmapped"
        counted = self.env["retail.sync.location"].search([("is_counted", "=", True)])
        return "frozen" if counted.filtered(place._shares_any) else ""

    def _set_aside(self, place):
        """Note what cannot be booked at all; return the rest."""
        draws = find_draws(self.env, self.product_id.ids, place.company_id)
        kits = self.product_id.ids
        kits = set(kits) - {kit for kit, part, _units in draws if kit == part}
        rest = self.browse()
        for reading in self:
            product = reading.product_id
            if reading.listing_id.state != "matched" or not product:
                reading._leave("waiting", "unmatched")
            elif product.id in kits:
                reading._leave("ignored", "kit")
            elif not product.is_storable:
                reading._leave("ignored", "not_stored")
            else:
                rest |= reading
        return rest

    def _leave(self, state, code):
        self.filtered(lambda reading: reading.state == "blocked")._close_blocked()
        self.write({"state": state, **PLAIN, "reason_code": code, "difference": 0.0})

    def _figures(self):
        return [
            (r.product_id.id, r.listing_id.id, r.kind, r.as_of, r.changed_at or None)
            for r in self
        ]

    def _changes(self, books):
        """Return what our books lack, product by product (:class:`Change`)."""
        changes = []
        for product, readings in self.grouped("product_id").items():
            known = books[product.id]
            figure = sum((reading._units() for reading in readings), Decimal(0))
            wanted = known.wanted(figure)
            digits = product.uom_id.rounding
            difference = wanted - known.held
            if float_is_zero(float(difference), precision_rounding=digits):
                difference = Decimal(0)
            change = Change(product, readings, figure, known, wanted, difference)
            readings.write(
                {
                    "book_qty": float(known.held),
                    "wanted_qty": float(wanted),
                    "difference": float(difference),
                }
            )
            changes.append(change)
        return changes

    def _units(self):
        """Return the figure in the product's unit."""
        unit, own = self.listing_id.uom_id, self.product_id.uom_id
        quantity = Decimal(repr(self.quantity))
        if not unit or unit == own:
            return quantity
        return quantity * Decimal(repr(unit.factor)) / Decimal(repr(own.factor))

    # what waits for a person
    def _hold(self, place, drops):
        """Hold back ``drops`` that are too large for a day; return their products."""
        asked = [c for c in drops if not all(c.readings.mapped("approved"))]
        products = {change.product for change in asked}
        drop = -sum((change.difference for change in asked), Decimal(0))
        if not drop:
            return set()
        limit = Limit(Decimal(repr(place.drop_share)), Decimal(repr(place.drop_units)))
        before = place._lost_today(but=products)
        stock = place._stock_counted() + place._lost_today(booked=True)
        if not limit.holds(drop + before, stock):
            return set()
        for change in asked:
            blocked = change.readings.filtered(lambda r: r.state == "blocked")
            blocked._close_blocked()
            change.readings.write(
                {
                    "state": "held",
                    "reason_code": "drop",
                    "reason_params": {"units": plain(-change.difference)},
                }
            )
        self._raise_held(place, stock)
        return products

    def _raise_held(self, place, stock):
        waits = [("location_id", "=", place.id), ("state", "=", "held")]
        [(products, units, rows)] = self._read_group(
            waits, [], ["product_id:count_distinct", "difference:sum", "__count"]
        )
        issue = self.env["retail.sync.issue"]._raise(
            place.channel_id,
            "count_drop",
            value=place.display_name,
            record=place,
            about=(place,),
        )
        lines = [
            self.env._(
                "%(product)s: from %(before)s to %(after)s",
                product=reading.product_id.display_name,
                before=f"{reading.book_qty:g}",
                after=f"{reading.wanted_qty:g}",
            )
            for reading in self.search(waits, order="difference, id", limit=5)
        ]
        if rows > len(lines):
            lines.append(self.env._("and %s more", rows - len(lines)))
        issue._renew(
            {
                "units": f"{-units:g}",
                "stock": f"{stock:.0f}",
                "products": products,
                "list": "\n".join(lines),
            }
        )

    @api.model
    def _close_held(self, place):
        """Close what was asked about a location once nothing of it waits."""
        domain = [("location_id", "=", place.id), ("state", "=", "held")]
        if not self.search_count(domain, limit=1):
            self.env["retail.sync.issue"]._close_about(
                place.channel_id, "count_drop", (place,)
            )

    # booking
    @api.model
    def _book(self, place, changes):
        """Book what differs, all at once; what Odoo refuses waits for a person."""
        bookable = []
        for change in changes:
            code = self._refusal(change) if change.difference else ""
            if code:
                change.readings._block(code)
            else:
                bookable.append(change)
        refused = self._book_together(place, [c for c in bookable if c.difference])
        for change in bookable:
            if change in refused:
                message = str(refused[change])[:300]
                change.readings._block("refused", message=message)
            else:
                change.readings._booked(change)

    def _book_together(self, place, changes):
        """Book ``changes``, one by one where not all go; return {refused: error}."""
        adjustments = self.env["retail.sync.stock.adjustment"]
        try:
            with self.env.cr.savepoint():
                if changes:
                    adjustments._make(place, changes)
        except UserError as exc:
            if len(changes) == 1:
                return {changes[0]: exc}
            refused = {}
            for change in changes:
                refused |= self._book_together(place, [change])
            return refused
        return {}

    def _booked(self, change):
        """Note that our books hold what these figures say."""
        held = {"difference": 0.0, "book_qty": float(change.wanted)}
        for reading in self:
            if reading.reason_code == "absurd":  # a person still hears of the last one
                reading.write(held)
                continue
            blocked = reading.state == "blocked"
            reading.write({"state": "applied", "approved": False, **held, **PLAIN})
            if blocked:
                reading._close_blocked()

    def _refusal(self, change):
        """Return why a change cannot be booked: nobody says which lots are new."""
        if not change.product.active:
            return "archived"
        tracked = change.difference > 0 and change.product.tracking != "none"
        return "tracked" if tracked else ""

    def _block(self, code, **params):
        """Note why figures cannot be booked, and ask a person."""
        for reading in self:
            if reading.reason_code not in (code, False):
                reading._close_blocked()
            reading.write(
                {
                    "state": "blocked",
                    "reason_code": code,
                    "reason_params": params or False,
                }
            )
            self.env["retail.sync.issue"]._raise(
                reading.channel_id,
                "count_blocked",
                field=self.env._("Stock"),
                value=reading.display_name,
                record=reading,
                about=(reading,),
            )._renew({"message": reading._say_blocked()})

    def _say_blocked(self):
        """Return the figures and why they are not booked."""
        if self.reason_code == "absurd":
            return self.env._(
                "%(channel)s says %(quantity)s of %(product)s at %(location)s: no shelf"
                " holds that. Our stock stays as it is.",
                channel=self.channel_id.name,
                quantity=(self.reason_params or {}).get("quantity"),
                product=self.listing_id.display_name,
                location=self.location_id.display_name,
            )
        return self.env._(
            "%(channel)s says %(quantity)s of %(product)s at %(location)s; we hold"
            " %(held)s and should hold %(wanted)s. %(reason)s",
            channel=self.channel_id.name,
            quantity=f"{self.quantity:g}",
            product=self.listing_id.display_name,
            location=self.location_id.display_name,
            held=f"{self.book_qty:g}",
            wanted=f"{self.wanted_qty:g}",
            reason=self.reason,
        )

    def _close_blocked(self):
        for channel, readings in self.grouped("channel_id").items():
            self.env["retail.sync.issue"]._close_about(
                channel, "count_blocked", *((reading,) for reading in readings)
            )

    def _note_short(self, place, changes):
        """Say where less is there than deliveries are to take."""
        Issue = self.env["retail.sync.issue"]
        enough = []
        for change in changes:
            about = (place, change.product)
            missing = change.books.promised - change.wanted
            if missing <= 0:
                enough.append(about)
            elif change.difference < 0 and not self._refusal(change):
                Issue._raise(
                    place.channel_id,
                    "count_short",
                    value=f"{change.product.display_name} @ {place.display_name}",
                    params={
                        "wanted": plain(change.wanted),
                        "promised": plain(change.books.promised),
                    },
                    record=change.product,
                    about=about,
                )
        Issue._close_about(place.channel_id, "count_short", *enough)


class Change:
    """What our books lack of one product at one location, in the product's unit."""

    def __init__(self, product, readings, figure, books, wanted, difference):
        self.product = product
        self.readings = readings
        self.figure = figure
        self.books = books
        self.wanted = wanted
        self.difference = difference
