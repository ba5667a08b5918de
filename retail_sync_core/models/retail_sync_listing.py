from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.mapping import match_product, normalize_sku

STATES = [
    ("missing", "To match"),
    ("ambiguous", "To match: several fit"),
    ("matched", "Matched"),
    ("ignored", "Left out"),
]
STOCK_FIELDS = {
    "product_id",
    "state",
    "published",
    "buffer_qty",
    "cap_qty",
    "fixed_qty",
    "fixed_until",
    "uom_id",
}
GOODS_FIELDS = {"product_id", "uom_id"}


class RetailSyncListing(models.Model):
    """A product the channel offers, and which of ours it is."""

    _name = "retail.sync.listing"
    _description = "Listing"
    _order = "channel_id, title, id"
    _rec_name = "title"
    _rec_names_search = ("title", "sku", "barcode", "external_id")
    _check_company_auto = True

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(string="Id there", required=True)
    variant_id = fields.Char(string="Variant there", index="btree_not_null")
    product_external_id = fields.Char(string="Product there")
    sku = fields.Char(string="SKU", index="btree_not_null")
    barcode = fields.Char()
    title = fields.Char(required=True)
    tracked = fields.Boolean(
        string="Counted there", default=True, help="The channel keeps stock of it."
    )
    published = fields.Boolean(
        string="Offered", default=True, help="Off: no stock is sent for it."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Our product",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    state = fields.Selection(STATES, default="missing", required=True, index=True)
    match_code = fields.Char(string="Code of the match", readonly=True)
    match_reason = fields.Char(string="Why", compute="_compute_match_reason")

    uom_id = fields.Many2one(
        "uom.uom",
        string="Sold there by",
        ondelete="restrict",
        help="A pack or another unit in which the channel counts; empty: as here.",
    )
    buffer_qty = fields.Float(
        string="Keep back",
        digits="Product Unit",
        help="Units that are not offered; 0: as the location or the channel says.",
    )
    cap_qty = fields.Float(
        string="Never offer more than", digits="Product Unit", help="0: no limit."
    )
    fixed_qty = fields.Float(string="Always offer", digits="Product Unit")
    fixed_until = fields.Datetime(
        string="Until",
        index="btree_not_null",
        help="Until then the quantity set by hand is offered.",
    )
    level_ids = fields.One2many("retail.sync.level", "listing_id", string="Levels")

    _external_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This listing is known."
    )
    _qty_positive = models.Constraint(
        "CHECK(buffer_qty >= 0 AND cap_qty >= 0 AND fixed_qty >= 0)",
        "Quantities cannot be below zero.",
    )

    @api.depends("title", "sku")
    def _compute_display_name(self):
        for listing in self:
            sku = f"[{listing.sku}] " if listing.sku else ""
            listing.display_name = f"{sku}{listing.title or listing.external_id}"

    @api.depends("match_code", "sku", "barcode")
    @api.depends_context("lang")
    def _compute_match_reason(self):
        for listing in self:
            sku, barcode = listing.sku or "", listing.barcode or ""
            listing.match_reason = {
                "barcode": self.env._("Found by its barcode %s.", barcode),
                "sku": self.env._("Found by its SKU %s.", sku),
                "hand": self.env._("Chosen by hand."),
                "ambiguous_barcode": self.env._(
                    "Several of our products have the barcode %s.", barcode
                ),
                "ambiguous_sku": self.env._(
                    "Several of our products have the SKU %s.", sku
                ),
            }.get(
                listing.match_code,
                self.env._(
                    "None of our products has the SKU or barcode %s.",
                    sku or barcode or "-",
                ),
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("product_id"):
                vals.setdefault("state", "matched")
                vals.setdefault("match_code", "hand")
        listings = super().create(vals_list)
        listings.filtered("product_id")._matched()
        return listings

    def write(self, vals):
        if "product_id" in vals and "state" not in vals:
            chosen = bool(vals["product_id"])
            vals = {
                "match_code": "hand" if chosen else "missing",
                **vals,
                "state": "matched" if chosen else "missing",
            }
        in_bulk = self.env.context.get("retail_sync_in_bulk")
        changes = STOCK_FIELDS & vals.keys() and not in_bulk
        before = self.product_id if changes else None
        goods = GOODS_FIELDS & vals.keys()
        known = {listing: listing._goods() for listing in self if goods}
        result = super().write(vals)
        if goods:
            others = self.filtered(lambda listing: listing._goods() != known[listing])
            others._await_counts()
        if changes:
            self._mark(before)
        if vals.get("product_id") and not in_bulk:
            self._matched()
        return result

    def _goods(self):
        """Return what is offered: the product, and in which unit."""
        return self.product_id, self.uom_id

    def _await_counts(self):
        """Have nothing told of other goods than before where stock is counted."""
        levels = self.sudo().level_ids.filtered("location_id.frozen_at")
        levels._forget_count(going_on=True)

    def action_match_again(self):
        """Look for our products once more, by barcode, then by SKU."""
        self.check_access("write")
        for channel in self.channel_id:
            open_listings = self.filtered(
                lambda listing, channel=channel: (
                    listing.channel_id == channel
                    and listing.state in ("missing", "ambiguous")
                )
            )
            open_listings._match(channel)

    def action_ignore(self):
        """Leave the listings out: no stock is sent, nobody is asked."""
        self.check_access("write")
        self.write({"state": "ignored"})

    def action_unignore(self):
        """Take the listings in again."""
        self.check_access("write")
        matched = self.filtered("product_id")
        matched.write({"state": "matched"})
        rest = self - matched
        rest.write({"state": "missing"})
        rest.action_match_again()

    def _mark(self, *more):
        """Have the levels of these listings looked at again, at all locations."""
        products = {(listing.product_id.id, listing.channel_id.id) for listing in self}
        for others in more:
            products |= {
                (p.id, channel.id) for p in others for channel in self.channel_id
            }
        first = self.channel_id.filtered("has_first_units").ids
        self.env["retail.sync.stock.mark"]._append(
            # what a channel claims first changes what all others offer
            [(p, None, None if c in first else c) for p, c in products if p]
        )

    def _matched(self):
        """Let go on what waited for these listings to be matched."""
        self._mark()
        for channel in self.channel_id:
            self.env["retail.sync.demand"]._find_listings(channel)
            self.filtered(
                lambda row, channel=channel: (
                    row.channel_id == channel and row.state == "matched"
                )
            )._close_issues(channel)

    def _close_issues(self, channel):
        """Close what was asked about the words of these listings."""
        words = {row[name] for row in self for name in ("sku", "barcode", "title")}
        Issue = self.env["retail.sync.issue"]
        issues = Issue.sudo().search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "in", ("unknown_sku", "ambiguous_sku")),
                ("value", "in", list(words - {False, ""})),
                ("state", "=", "open"),
            ]
        )
        for kind, value in {(issue.kind, issue.value) for issue in issues}:
            Issue._close_matching(channel, kind, value)

    def _match(self, channel):
        """Match listings of ``channel``; never with the first of several products."""
        index = self._index_products(channel, self)
        for listing in self.with_context(retail_sync_in_bulk=True):
            values = self._prepare_match_values(listing, index)
            if any(listing[name] != value for name, value in values.items()):
                listing.write(values)
        matched = self.filtered("product_id")
        if matched:
            matched._matched()

    @api.model
    def _prepare_match_values(self, item, index):
        """Return which product of ours ``item`` (a listing or an ``Item``) is."""
        found = match_product(item.barcode, item.sku, *index)
        if found.is_unique:
            return {
                "match_code": found.reason,
                "state": "matched",
                "product_id": found.ids[0],
            }
        return {
            "match_code": found.reason,
            "state": "ambiguous" if found.ids else "missing",
        }

    @api.model
    def _index_products(self, channel, items):
        """Return ({barcode: ids}, {SKU: ids}) of our products ``items`` may be.

        Products without a company belong to every company.
        """
        words = {
            form
            for word in {word for item in items for word in (item.barcode, item.sku)}
            if word
            for form in (word, word.strip(), normalize_sku(word), word.strip().lower())
        }
        by_barcode, by_sku = {}, {}
        if not words:
            return by_barcode, by_sku
        products = self.env["product.product"].search_fetch(
            [
                ("company_id", "in", (False, channel.company_id.id)),
                "|",
                ("barcode", "in", list(words)),
                ("default_code", "in", list(words)),
            ],
            ["barcode", "default_code"],
        )
        for product in products:
            for index, word in (
                (by_barcode, product.barcode),
                (by_sku, product.default_code),
            ):
                if word:
                    index.setdefault(normalize_sku(word), []).append(product.id)
        return by_barcode, by_sku

    @api.model
    def _receive(self, channel, documents):
        """Write down one page of the channel's catalog (``Item`` documents), and match.

        :return: the listings, known and new
        """
        items = {document.external_id: document for document in documents}
        known = {
            listing.external_id: listing
            for listing in self.search(
                [("channel_id", "=", channel.id), ("external_id", "in", list(items))]
            )
        }
        for external_id, listing in known.items():
            values = self._prepare_values(items[external_id])
            changed = {
                k: v for k, v in values.items() if (listing[k] or "") != (v or "")
            }
            if changed:
                listing.write(changed)
        known_ids = [listing.id for listing in known.values()]
        self.browse(known_ids).filtered(
            lambda listing: listing.state in ("missing", "ambiguous")
        )._match(channel)
        fresh = [item for key, item in items.items() if key not in known]
        index = self._index_products(channel, fresh)
        new = self.create(
            [
                {
                    **self._prepare_values(item),
                    **self._prepare_match_values(item, index),
                    "channel_id": channel.id,
                }
                for item in fresh
            ]
        )
        return self.browse(known_ids) | new

    @api.model
    def _prepare_values(self, document):
        return {
            "external_id": document.external_id,
            "variant_id": document.variant_id or False,
            "product_external_id": document.product_id or False,
            "sku": document.sku or False,
            "barcode": document.barcode or False,
            "title": document.title or document.sku or document.external_id,
            "tracked": document.tracked,
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_offered(self):
        if any(listing.state == "matched" and listing.published for listing in self):
            raise UserError(
                self.env._("Leave a product out before you delete its listing.")
            )
