from dataclasses import dataclass, field, replace

from odoo import api, models

from ..adapters import base
from ..domain import setup_file
from ..domain.mapping import normalize, normalize_sku
from .retail_sync_setup_file import SAID, Section
from .retail_sync_setup_file_read import Reading
from .retail_sync_setup_file_refs import References

UNIQUE_NAMES = {
    "retail.sync.location": (("name", normalize),),
    "retail.sync.listing": (("sku", normalize_sku), ("barcode", normalize_sku)),
}


@dataclass
class Line:
    """What the file says about one thing, what is here, and what loading would do.

    :param ref: where it stands in the file: section, row, name
    :param effect: ``same``, ``change``, ``add``, ``cannot`` or ``only_here``
    :param values: what loading writes; ``record`` is to be changed, none for ``add``
    """

    ref: str
    section: str
    key: str
    name: str = ""
    here: str = ""
    there: str = ""
    effect: str = "same"
    reason: str = ""
    values: dict = field(default_factory=dict)
    record: object = None


@dataclass(frozen=True)
class At:
    """Which section of which channel is compared.

    :param exact: ids over there that rows of the file name: no other row means them
    :param partial: the file never says all: what is not in it is no news
    """

    channel: object
    name: str
    section: Section
    refs: References
    exact: frozenset = frozenset()
    partial: bool = False


class RetailSyncSetupFile(models.AbstractModel):
    """What a file says, beside what is here."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _compare(self, channel, data):
        """Return the :class:`Line` of all that ``data`` (a parsed file) says.

        :raises AccessError: for all but managers
        :raises SetupFileError: when a section has no rows of the right form
        """
        channel.ensure_one()
        channel._check_group("manager")
        lines = []
        refs = References(channel)
        for name, section in self._sections().items():
            if name not in data:
                continue
            if section.single:
                rows = [setup_file.one_of(data, name)]
            else:
                rows = setup_file.rows_of(data, name)
            refs.prepare_products(row.get("product_id") for row in rows)
            exact = {setup_file.text_of(row.get("external_id")) for row in rows}
            at = At(channel, name, section, refs, frozenset(exact), "rows" in data)
            lines += self._compare_section(at, rows)
        return lines

    def _compare_section(self, at, rows):
        here = self._rows_here(at.channel, at.section)
        index = self._index_here(at.section, here)
        lines, met = [], set()
        for number, row in enumerate(rows):
            read, strange = self._read_row(at.section, row, at.refs)
            found, note, why = self._find_here(at, index, read, here)
            place = Line(f"{at.name}/{number}", at.name, self._say_key(at, read))
            place.reason = note
            if found and found.id in met:
                why = self.env._("It stands in the file twice; the first one counts.")
            why = why or self._problem_of_key(at, read, strange)
            if why:
                lines.append(self._refuse(at, place, found, read, why))
            elif found:
                lines += self._compare_row(at, place, found, row, read)
                lines += self._strange_lines(place, row, strange)
            else:
                lines.append(self._propose(at, place, read))
            met.update(found.ids)
        rest = here.filtered(lambda record: record.id not in met)
        if not at.section.single and not at.partial:
            lines += [self._only_here(at, record) for record in rest]
        return lines

    # finding what a row is about
    def _index_here(self, section, records):
        """Return {key: records}; the key is what a row's :meth:`_key_of` gives."""
        index = {}
        if section.single:
            return index
        for record in records:
            read = {name: Reading(self._raw(record, name)) for name in section.keys}
            for key in self._keys_of(section, read):
                index[key] = index.get(key, record.browse()) | record
        return index

    def _raw(self, record, name):
        """Return a record's value in the form of a reading's."""
        if name in SAID:
            return getattr(self, f"_say_{name}")(record)
        spec, value = record._fields[name], record.sudo()[name]
        if spec.type == "many2one":
            return value.id or False
        if spec.type == "many2many":
            return tuple(sorted(value.ids))
        if spec.type in ("float", "monetary"):
            return round(value, 6)
        return value if spec.type in ("boolean", "integer") else value or False

    def _keys_of(self, section, read):
        """Return what tells a row from others, the surest first."""
        values = {name: read[name].value for name in section.keys}
        if section.model in UNIQUE_NAMES:
            keys = [("external_id", values["external_id"])]
            names = UNIQUE_NAMES[section.model]
            keys += [(name, norm(values[name] or "")) for name, norm in names]
            return [key for key in keys if key[1]]
        if values.get("service"):  # one row a shipping method, whatever it leads to
            values = {"service": values["service"]}
        return [
            tuple(
                (name, value.strip().lower() if isinstance(value, str) else value)
                for name, value in values.items()
            )
        ]

    def _find_here(self, at, index, read, here):
        """Return (record or none, how it was found, why it cannot be told)."""
        if at.section.single:
            return here, "", ""
        for number, key in enumerate(self._keys_of(at.section, read)):
            found = index.get(key, here.browse())
            if number:
                found = found.filtered(lambda row: row.external_id not in at.exact)
            if len(found) == 1:
                return found, self._say_how(key[0]) if number else "", ""
            if found:
                why = self.env._(
                    "Several rows here are like it: it cannot be told which is meant."
                )
                return here.browse(), "", why
        return here.browse(), "", ""

    def _problem_of_key(self, at, read, strange):
        """Return why it is not sure what a row is about, or nothing."""
        for name in at.section.keys:
            # one name is enough where each is sure
            unsaid = at.section.certain and read[name].value is False
            if read[name].problem and not unsaid:
                label = self._label(at.section, name)
                return self.env._(
                    "%(name)s: %(why)s", name=label, why=read[name].problem
                )
        if strange and not at.section.certain:
            return self.env._(
                "This version does not know %s, so it cannot tell what the row is for."
                " Install here the modules that the file came from.",
                setup_file.text_of(", ".join(strange)),
            )
        return ""

    # lines
    def _compare_row(self, at, place, record, row, read):
        """Return a line for each value that differs; one line when none does."""
        lines = []
        for name in at.section.values:
            if name not in row:
                continue
            reading = read[name]
            same = not reading.problem and reading.value == self._raw(record, name)
            if same and not at.section.single:
                continue
            line = replace(
                place,
                ref=f"{place.ref}/{name}",
                name=self._label(at.section, name),
                here=self._say_here(at, record, name),
                there=reading.text,
                record=record,
                values={name: reading.value},
            )
            if reading.problem:
                line.effect, line.reason = "cannot", reading.problem
            elif not same:
                line.effect = "change"
            lines.append(line)
        return lines or [place]

    def _strange_lines(self, place, row, strange):
        """Return a line for each name that this version does not know."""
        why = self.env._("This version does not know it. Update Retail Sync here.")
        return [
            replace(
                place,
                ref=f"{place.ref}/?{number}",
                name=setup_file.text_of(name, 60),
                there=setup_file.text_of(row[name]),
                effect="cannot",
                reason=why,
            )
            for number, name in enumerate(strange[:20])
        ]

    def _refuse(self, at, place, record, read, why):
        here = self._say_values(at, record) if record else ""
        there = self._join(at.section, read)
        return replace(place, here=here, there=there, effect="cannot", reason=why)

    def _propose(self, at, place, read):
        """Return the line of a row that is not here: it is added, or cannot be."""
        line = replace(place, there=self._join(at.section, read), effect="add")
        line.values = {name: reading.value for name, reading in read.items()}
        line.reason = self._why_not_added(at.channel, at.section)
        for name, reading in read.items():
            if reading.problem and not line.reason:
                label = self._label(at.section, name)
                line.reason = self.env._(
                    "%(name)s: %(why)s", name=label, why=reading.problem
                )
        line.effect = "cannot" if line.reason else "add"
        return line

    def _why_not_added(self, channel, section):
        """Return why a row of this kind is never made by a file, or nothing."""
        reads = channel._has_port(base.Pages)
        if section.model == "retail.sync.workflow":
            return self.env._("This version has no such workflow.")
        if section.model == "retail.sync.location" and reads:
            return self.env._(
                "The channel has no such location. Make it over there, or name another"
                " one in the file; then read the locations again and compare again."
            )
        if section.model == "retail.sync.listing" and reads:
            return self.env._(
                "The channel offers no such product, or its products were not read yet."
                " Read them, then compare again."
            )
        return ""

    def _only_here(self, at, record):
        keys = at.section.keys
        read = {key: self._as_reading(at, record, key) for key in keys}
        return Line(
            f"{at.name}/#{record.id}",
            at.name,
            self._say_key(at, read),
            here=self._say_values(at, record),
            effect="only_here",
            reason=self.env._("Not in the file. Loading leaves it as it is."),
        )
