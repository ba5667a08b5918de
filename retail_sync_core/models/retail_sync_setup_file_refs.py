from dataclasses import dataclass

from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..domain import setup_file


@dataclass(frozen=True)
class Kind:
    """How records of one model are named so that another database finds them.

    :param paths: {word in the file: field}; all that is given must agree
    :param shared: belongs to no company and may have a name of a module's data
    :param enough: words of which the first that has a value names the record
    :param either: the first word that finds something counts, as ids differ by shop
    """

    paths: dict
    shared: bool = False
    domain: tuple = ()
    enough: tuple = ()
    either: bool = False


BY_NAME = {"name": "name"}
KINDS = {
    "account.account": Kind({"code": "code"}),
    "account.analytic.account": Kind({"code": "code", "name": "name"}),
    "account.fiscal.position": Kind(BY_NAME),
    "account.journal": Kind({"code": "code"}),
    "account.tax": Kind(
        {"name": "name", "amount": "amount"},
        domain=(("type_tax_use", "=", "sale"),),
    ),
    "crm.team": Kind(BY_NAME, shared=True),
    "delivery.carrier": Kind(BY_NAME, shared=True),
    "mail.template": Kind(BY_NAME, shared=True),
    "product.category": Kind({"path": "complete_name"}, shared=True),
    "product.pricelist": Kind(BY_NAME, shared=True),
    "product.product": Kind(
        {"sku": "default_code", "barcode": "barcode", "name": "name"},
        enough=("sku", "barcode", "name"),
    ),
    "res.country": Kind({"code": "code"}),
    "res.country.state": Kind({"country": "country_id.code", "code": "code"}),
    "res.currency": Kind(BY_NAME),
    "retail.sync.location": Kind({"id": "external_id", "name": "name"}, either=True),
    "stock.location": Kind({"path": "complete_name"}),
    "stock.warehouse": Kind({"code": "code"}),
    "uom.uom": Kind(BY_NAME, shared=True),
}
XML_ID = "xml_id"


class References:
    """Names records for the file of one channel, and finds them again here.

    Names are read and sought in the source language, whoever exports or loads.
    """

    def __init__(self, channel):
        self.reader = channel.env
        self.env = channel.env(context={**channel.env.context, "lang": "en_US"})
        self.channel = channel.with_env(self.env)
        self.company = self.channel.company_id
        self._names = {}
        self._found = {}

    # to the file
    def describe(self, record):
        """Return how ``record`` is named; its number never is."""
        key = record._name, record.id
        if key not in self._names:
            self._names[key] = self._describe(
                record.sudo().with_env(self.env(su=True)).with_company(self.company)
            )
        return self._names[key]

    def _describe(self, record):
        kind = KINDS[record._name]
        words = {}
        if kind.shared and not self._company_of(record):
            words[XML_ID] = _module_name(record)
        for word, path in kind.paths.items():
            if not kind.enough or word in kind.enough:
                words[word] = _read(record, path)
            if kind.enough and words.get(word):
                break
        return {word: value for word, value in words.items() if value not in (None, "")}

    def _company_of(self, record):
        return "company_id" in record._fields and record.company_id

    # from the file
    def find(self, model, ref):
        """Return (record, "") or (None, why not) for what a file names.

        :param model: of a field's comodel, never of the file
        """
        key = model, setup_file.canonical(ref)
        if key not in self._found:
            self._found[key] = self._find(model, ref)
        return self._found[key]

    def prepare_products(self, refs):
        """Find many products by their SKU in one go."""
        skus = {
            ref["sku"]
            for ref in refs
            if isinstance(ref, dict)
            and set(ref) == {"sku"}
            and _is_word("sku", ref["sku"])
        }
        Product = self.env["product.product"]
        found = {}
        for product in Product.search_fetch(
            self._domain(Product) & Domain("default_code", "in", list(skus)),
            ["default_code"],
        ):
            found.setdefault(product.default_code, Product)
            found[product.default_code] |= product
        for sku, products in found.items():
            if len(products) == 1:
                key = "product.product", setup_file.canonical({"sku": sku})
                self._found[key] = (products, "")

    def _find(self, model, ref):
        kind = KINDS[model]
        known = {*kind.paths, *((XML_ID,) if kind.shared else ())}
        if (
            not isinstance(ref, dict)
            or not ref
            or not set(ref) <= known
            or not all(_is_word(word, value) for word, value in ref.items())
        ):
            return None, self._say("shape", model, ref)
        try:
            found = self._search(model, kind, ref)
        except AccessError:
            return None, self._say("access", model, ref)
        if len(found) == 1:
            return found, ""
        return None, self._say("several" if found else "none", model, ref)

    def _search(self, model, kind, ref):
        Model = self.env[model].with_company(self.company)
        named = XML_ID in ref and self._by_module_name(Model, ref[XML_ID])
        if named:
            return named
        terms = [
            Domain(kind.paths[word], "=", value)
            for word, value in ref.items()
            if word != XML_ID
        ]
        if not terms:
            return Model
        if kind.either:
            found = (Model.search(self._domain(Model) & one, limit=2) for one in terms)
            return next(filter(None, found), Model)
        return Model.search(self._domain(Model) & Domain.AND(terms), limit=2)

    def _by_module_name(self, Model, name):
        module, dot, rest = str(name).partition(".")
        if not dot:
            return None
        # whose record it is, is asked below with the user's own rights
        data = self.env["ir.model.data"].sudo()
        row = data.search(
            [("module", "=", module), ("name", "=", rest), ("model", "=", Model._name)]
        )
        domain = self._domain(Model) & Domain("id", "in", row.mapped("res_id"))
        return Model.search(domain, limit=2)

    def _domain(self, Model):
        """Return which records of ``Model`` the channel may use."""
        kind = KINDS[Model._name]
        domain = Domain(list(kind.domain)) if kind.domain else Domain.TRUE
        if Model._name == "retail.sync.location":
            return domain & Domain("channel_id", "=", self.channel.id)
        if {"company_id", "company_ids"} & set(Model._fields):
            domain &= Domain(Model._check_company_domain(self.company))
        return domain

    def _say(self, problem, model, ref):
        """Say in the reader's language why something was not found, and what to do."""
        env = self.reader
        kind = env["ir.model"]._get(model).sudo().name
        name = words_of(ref)
        if problem == "access":
            return env._(
                "%(kind)s %(name)s: you are not allowed to see such records. Ask for"
                " the right to, or let somebody else load this.",
                kind=kind,
                name=name,
            )
        if problem == "several":
            return env._(
                "%(kind)s %(name)s stands here several times. Give them different"
                " names, then compare again.",
                kind=kind,
                name=name,
            )
        if problem == "none":
            return env._(
                "%(kind)s %(name)s does not exist here. Make it, or change the name in"
                " the file, then compare again.",
                kind=kind,
                name=name,
            )
        return env._("%(kind)s: %(name)s names no record.", kind=kind, name=name)


def words_of(ref):
    """Return how a person reads what a file calls a record."""
    if not isinstance(ref, dict):
        return setup_file.text_of(ref)
    words = [value for word, value in ref.items() if word != XML_ID]
    said = [f"{w:g}" if isinstance(w, float) else str(w) for w in words]
    return setup_file.text_of(" ".join(said) or str(ref.get(XML_ID, "")))


def _is_word(word, value):
    if word == "amount":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and 0 < len(value) <= 500 and "\0" not in value


def _read(record, path):
    for name in path.split("."):
        record = record[name]
    return record


def _module_name(record):
    """Return the name a module's data gives a record, or nothing.

    What an export of Odoo made up holds the record's number.
    """
    names = record.env["ir.model.data"].search(
        [("model", "=", record._name), ("res_id", "=", record.id)]
    )
    good = [name.complete_name for name in names if not name.module.startswith("_")]
    return min(good, default=None)
