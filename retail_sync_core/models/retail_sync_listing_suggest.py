from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain import suggesting
from ..domain.mapping import normalize_sku

OPEN = ("missing", "ambiguous")
ACCEPTED = "accepted_"
NAMED = 3


class RetailSyncListing(models.Model):
    """What a listing that was not matched probably is, and why.

    Never stored and never taken by itself: a person accepts it, and what cannot be told
    apart cannot be accepted.
    """

    _inherit = "retail.sync.listing"

    suggested_id = fields.Many2one(
        "product.product", string="Suggestion", compute="_compute_suggestion"
    )
    suggestion_reason = fields.Char(
        string="Why suggested", compute="_compute_suggestion"
    )

    @api.depends("state", "sku", "barcode", "title", "product_external_id")
    @api.depends_context("lang")
    def _compute_suggestion(self):
        found = self._suggest()
        Product = self.env["product.product"]
        for listing in self:
            suggestion = found.get(listing.id, suggesting.Suggestion())
            sure = suggestion.is_sure
            listing.suggested_id = Product.browse(suggestion.ids if sure else [])
            listing.suggestion_reason = listing._say_suggestion(suggestion)

    def _say_suggestion(self, suggestion):
        """Return in one sentence why, or why it cannot be told."""
        if not suggestion.ids:
            return False
        words = self._say_reason(suggestion.reason, round(suggestion.share * 100))
        if suggestion.is_sure:
            return words
        products = self.env["product.product"].browse(suggestion.ids[:NAMED])
        names = ", ".join(products.mapped("display_name"))
        more = len(suggestion.ids) - NAMED
        if more > 0:
            names = self.env._("%(names)s and %(count)s more", names=names, count=more)
        return self.env._(
            "%(why)s Several are: %(names)s. Choose one yourself.",
            why=words,
            names=names,
        )

    def _say_reason(self, reason, percent=0):
        return {
            "barcode": self.env._("Its barcode is the same."),
            "sku": self.env._("Its SKU is the same."),
            "crossed": self.env._("SKU on one side, barcode on the other."),
            "loose": self.env._("Its SKU is the same but for case, spaces and signs."),
            "sibling": self.env._("Other variants of the product are matched so."),
            "name": self.env._("Its name is alike (%s %%).", percent)
            if percent
            else self.env._("Its name is alike."),
        }[reason]

    @api.depends("match_code")
    def _compute_match_reason(self):
        accepted = self.filtered(
            lambda row: (row.match_code or "").startswith(ACCEPTED)
        )
        done = super(RetailSyncListing, self - accepted)._compute_match_reason()
        for listing in accepted:
            reason = listing.match_code.removeprefix(ACCEPTED)
            listing.match_reason = self.env._(
                "A suggestion that was accepted. %s", listing._say_reason(reason)
            )
        return done

    # a person's verbs
    def action_accept_suggestion(self):
        """Match the listings with what is suggested; what cannot be told stays open."""
        self.check_access("write")
        seen = self.env.context.get("retail_sync_seen")
        count = 0
        for channel in self.channel_id:
            rows = self.filtered(lambda row, channel=channel: row.channel_id == channel)
            count += len(rows._accept(seen))
        left = len(self.filtered(lambda row: row.state in OPEN))
        if not count:
            raise UserError(
                self.env._(
                    "Nothing was matched: there is no suggestion, or several of your"
                    " products are alike. Choose our product yourself."
                )
            )
        text = self.env._("Matched: %s.", count)
        if left:
            text += " " + self.env._(
                "Left open: %s, where there is no suggestion or several are alike.",
                left,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _accept(self, seen=None):
        """Match what has one suggestion; return what was matched.

        :param seen: the product that the person saw, where it was one listing
        :raises UserError: when another one is suggested by now
        """
        done = self.browse()
        for number, suggestion in self._suggest().items():
            listing = self.browse(number)
            if not suggestion.is_sure:
                continue
            if seen and len(self) == 1 and seen != suggestion.ids[0]:
                raise UserError(
                    self.env._(
                        "By now another product is suggested for %s. Load the page"
                        " again, then decide.",
                        listing.display_name,
                    )
                )
            listing.with_context(retail_sync_in_bulk=True).write(
                {
                    "product_id": suggestion.ids[0],
                    "match_code": ACCEPTED + suggestion.reason,
                }
            )
            done |= listing
        if done:
            done._matched()
        return done

    # looking
    def _suggest(self):
        """Return {id: suggestion} of the listings that are not matched."""
        found = {}
        for channel in self.channel_id:
            rows = self.filtered(
                lambda row, channel=channel: (
                    row.channel_id == channel
                    and row.state in OPEN
                    and isinstance(row.id, int)
                )
            )
            for look in ("_by_code", "_by_siblings", "_by_name"):
                rest = rows.filtered(lambda row: row.id not in found)
                hits = getattr(rest, look)(channel) if rest else {}
                found.update({key: hit for key, hit in hits.items() if hit.ids})
        return found

    def _ours(self, channel):
        """Return which products of ours the channel may sell."""
        return Domain("company_id", "in", (False, channel.company_id.id))

    def _by_code(self, channel):
        """Suggest by barcode, by SKU, by the one for the other, by the bare SKU."""
        exact, bare = self._index_codes(channel)
        found = {}
        for row in self:
            barcode, sku = normalize_sku(row.barcode), normalize_sku(row.sku)
            for reason, ids in (
                ("barcode", exact["barcode"].get(barcode) if barcode else ()),
                ("sku", exact["default_code"].get(sku) if sku else ()),
                ("crossed", exact["default_code"].get(barcode) if barcode else ()),
                ("crossed", exact["barcode"].get(sku) if sku else ()),
                ("loose", bare.get(suggesting.loose(row.sku))),
            ):
                if ids:
                    found[row.id] = suggesting.only(reason, ids)
                    break
        return found

    def _index_codes(self, channel):
        """Return ({field: {code: ids}}, {bare SKU: ids}) of what may be meant."""
        codes = {
            normalize_sku(row[name]) for row in self for name in ("sku", "barcode")
        }
        bares = {suggesting.loose(row.sku) for row in self} - {""}
        Product = self.env["product.product"]
        query = Product._search(self._ours(channel))
        code = SQL.identifier(Product._table, "default_code")
        barcode = SQL.identifier(Product._table, "barcode")
        query.add_where(
            SQL(
                "(upper(trim(%(code)s)) = ANY(%(codes)s)"
                " OR upper(trim(%(barcode)s)) = ANY(%(codes)s)"
                " OR upper(regexp_replace(%(code)s, '[\\W_]+', '', 'g'))"
                " = ANY(%(bares)s))",
                code=code,
                barcode=barcode,
                codes=list(codes - {""}),
                bares=list(bares),
            )
        )
        exact = {"barcode": defaultdict(list), "default_code": defaultdict(list)}
        bare = defaultdict(list)
        for product in Product.browse(query).sorted("id"):
            for name, index in exact.items():
                if product[name]:
                    index[normalize_sku(product[name])].append(product.id)
            bare[suggesting.loose(product.default_code)].append(product.id)
        bare.pop("", None)
        return exact, bare

    def _by_siblings(self, channel):
        """Suggest the variant that is left, where the others are of one product."""
        groups = set(self.mapped("product_external_id")) - {False}
        found = {}
        rows = self.search(
            [("channel_id", "=", channel.id), ("product_external_id", "in", [*groups])]
        )
        for group in groups:
            family = rows.filtered(lambda row, g=group: row.product_external_id == g)
            ours = family.product_id
            template = ours.product_tmpl_id
            open_rows = family.filtered(lambda row: row.state in OPEN)
            if len(template) != 1:
                continue
            left = template.product_variant_ids - ours
            names = {
                variant.id: suggesting.words(
                    " ".join(
                        variant.product_template_attribute_value_ids.mapped("name")
                    )
                )
                for variant in left
            }
            for row in self & open_rows:
                title = suggesting.words(row.title)
                said = [key for key, name in names.items() if name and name <= title]
                if not said and len(left) == len(open_rows) == 1:
                    said = left.ids
                found[row.id] = suggesting.only("sibling", said)
        return found

    def _by_name(self, channel):
        """Suggest the product whose name is most alike, among those not matched yet."""
        names = self._index_names(channel)
        by_word = defaultdict(set)
        for number, name in names.items():
            for word in name:
                by_word[word].add(number)
        found = {}
        for row in self:
            title = suggesting.words(row.title)
            # who is alike enough has one of the rarest words
            rarest = sorted(title, key=lambda word: (len(by_word.get(word, ())), word))
            near = set()
            for word in rarest[: suggesting.telling(len(title))]:
                near |= by_word.get(word, set())
            found[row.id] = suggesting.nearest(title, {key: names[key] for key in near})
        return found

    def _index_names(self, channel):
        """Return {product id: words of its name and variant} of what is not taken."""
        taken = self.search(
            [("channel_id", "=", channel.id), ("product_id", "!=", False)]
        ).product_id
        Product = self.env["product.product"]
        products = Product.search_fetch(
            self._ours(channel)
            & Domain("sale_ok", "=", True)
            & Domain("id", "not in", taken.ids),
            ["name", "product_template_variant_value_ids"],
        )
        return {
            product.id: suggesting.words(
                " ".join(
                    (
                        product.name or "",
                        *product.product_template_variant_value_ids.mapped("name"),
                    )
                )
            )
            for product in products
        }
