import math
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models

SOON = timedelta(days=1)
EARTH_KM = 6371.0


class RetailSyncLocation(models.Model):
    """Whether a location ships web orders, how many, when, and what it keeps."""

    _inherit = "retail.sync.location"

    ships_from = fields.Selection(related="channel_id.ships_from")
    ships_orders = fields.Boolean(
        string="May ship web orders",
        default=True,
        help="Where Odoo decides what ships from where, it may choose this location.",
    )
    ship_rank = fields.Integer(
        string="Ships as number",
        default=10,
        help="Of two locations that have all of it the lower number ships.",
    )
    ship_limit = fields.Integer(
        string="Orders a day",
        help="More are sent elsewhere, while another location has the goods. 0: no"
        " limit.",
    )
    ship_hours_id = fields.Many2one(
        "resource.calendar",
        string="Opening hours",
        check_company=True,
        help="A location that does not open before an order must leave, or within a"
        " day, is passed over. Empty: always open.",
    )
    counter_qty = fields.Float(
        string="Keep for the counter",
        digits="Product Unit",
        help="Units of each product that web orders take only where no other location"
        " has them.",
    )

    _placing_positive = models.Constraint(
        "CHECK(ship_limit >= 0 AND counter_qty >= 0)",
        "A limit and what is kept for the counter cannot be below zero.",
    )

    def _ship_warehouse(self):
        """Return the warehouse whose deliveries leave from here, or none."""
        return self.warehouse_id or self.location_id.warehouse_id

    @api.model
    def _that_may_ship(self, channel):
        """Return the locations of ``channel`` that web orders may ship from."""
        rows = self.search(
            [
                ("channel_id", "=", channel.id),
                ("state", "=", "mapped"),
                ("ships_orders", "=", True),
                ("active_there", "=", True),
            ]
        )
        return rows.filtered(lambda place: place._ship_warehouse())

    def _opens_before(self, until):
        """Return whether it is open some time from now to ``until`` (UTC, or False)."""
        hours = self.ship_hours_id.sudo()
        if not hours:
            return True
        now = fields.Datetime.now()
        end = until if until and until > now else now + SOON
        return bool(hours.get_work_hours_count(now, end))

    def _begin_of_day(self):
        """Return when today began here (UTC)."""
        zone = ZoneInfo(self.ship_hours_id.tz or self.channel_id.timezone or "UTC")
        now = fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(zone)
        begin = datetime(now.year, now.month, now.day, tzinfo=zone)
        return begin.astimezone(timezone.utc).replace(tzinfo=None)

    def _nearness(self, address):
        """Return how far ``address`` is, to be compared item by item.

        :param address: a contact, or a document's address as (country code, region
            code, postcode, latitude, longitude)
        """
        ours = self._ship_warehouse().sudo().partner_id
        country, state, postcode, *point = address
        is_abroad = (ours.country_id.code or "") != (country or "")
        is_apart = is_abroad or (ours.state_id.code or "") != (state or "")
        here = (ours.partner_latitude, ours.partner_longitude)
        known = any(here) and any(point)
        same = 0 if is_abroad else _same_begin(ours.zip, postcode)
        return (
            float(is_abroad),
            float(is_apart),
            _km(here, point) if known else math.inf,
            float(-same),
        )


def _same_begin(one, other):
    """Return how many letters of two postcodes are the same from the first on."""
    pairs = zip(_letters(one), _letters(other), strict=False)
    return next(
        (number for number, (a, b) in enumerate(pairs) if a != b),
        min(len(_letters(one)), len(_letters(other))),
    )


def _letters(postcode):
    return "".join(filter(str.isalnum, postcode or "")).upper()


def _km(one, other):
    """Return the distance of two (latitude, longitude) points over the globe."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))
