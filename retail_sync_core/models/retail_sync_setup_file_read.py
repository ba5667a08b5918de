from dataclasses import dataclass

from odoo import models

from ..domain import setup_file
from .retail_sync_setup_file import DAYS, SAID
from .retail_sync_setup_file_refs import words_of

BIGGEST_INT = 2**31 - 1
BIGGEST_FLOAT = 1e12
MOST_REFS = 200
WEB = ("https://", "http://")
NUMBERS = ("boolean", "float", "integer", "monetary")


@dataclass
class Reading:
    """One value of the file, understood or not."""

    value: object = None
    text: str = ""
    problem: str = ""


class RetailSyncSetupFile(models.AbstractModel):
    """What a row of a file says; a name or a value from it is never trusted."""

    _inherit = "retail.sync.setup.file"

    def _read_row(self, section, row, refs):
        """Return ({name: reading} of what is known, [names that are not])."""
        fields = self.env[section.model]._fields
        read = {
            name: self._read_value(fields.get(name), name, row.get(name), refs)
            for name in section.names
            if name in row or name in section.keys
        }
        strange = [
            name
            for name, value in row.items()
            if name not in section.names and value not in (None, False, "", [], 0)
        ]
        return read, strange

    def _read_value(self, spec, name, value, refs):
        """Return the reading of one value, as its field's type asks for."""
        kind = SAID.get(name) or spec.type
        reading = getattr(self, f"_read_{kind}")(spec, name, value, refs)
        empty = reading.value in (None, False) and kind not in NUMBERS
        if empty and spec is not None and spec.required and not reading.problem:
            reading.problem = self.env._("This cannot be empty.")
        return reading

    def _read_boolean(self, _spec, _name, value, _refs):
        if value is None:
            value = False
        if not isinstance(value, bool):
            return self._unreadable(value)
        return Reading(value, self.env._("Yes") if value else self.env._("No"))

    def _read_integer(self, _spec, _name, value, _refs):
        value = 0 if value is None else value
        if isinstance(value, bool) or not isinstance(value, int):
            return self._unreadable(value)
        if abs(value) > BIGGEST_INT:
            return self._unreadable(value)
        return Reading(value, str(value))

    def _read_float(self, _spec, _name, value, _refs):
        value = 0.0 if value is None else value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._unreadable(value)
        if not abs(value) < BIGGEST_FLOAT:
            return self._unreadable(value)
        return Reading(round(float(value), 6), f"{value:g}")

    _read_monetary = _read_float

    def _read_char(self, _spec, name, value, _refs):
        value = "" if value is None else value
        if not isinstance(value, str) or "\0" in value:
            return self._unreadable(value)
        if len(value) > setup_file.LONGEST_TEXT:
            return self._unreadable(value)
        value = value.strip()
        if name == "days" and not (value and set(value.split()) <= set(DAYS)):
            return self._unreadable(value)
        if name == "url_template" and value and not value.startswith(WEB):
            return self._unreadable(value)
        return Reading(value or False, setup_file.text_of(value))

    def _read_selection(self, spec, _name, value, _refs):
        if value is None:
            return Reading(False)
        labels = dict(spec._description_selection(self.env))
        if not isinstance(value, str) or value not in labels:
            return self._unreadable(value)
        return Reading(value, str(labels[value]))

    def _read_many2one(self, spec, _name, value, refs):
        if value is None:
            return Reading(False)
        if isinstance(value, dict) and "mangled" in value:
            return self._unreadable(value)
        record, problem = refs.find(spec.comodel_name, value)
        return Reading(record.id if record else None, words_of(value), problem)

    def _read_many2many(self, spec, _name, value, refs):
        value = [] if value is None else value
        if not isinstance(value, list) or len(value) > MOST_REFS:
            return self._unreadable(value)
        found = [refs.find(spec.comodel_name, one) for one in value]
        problem = next((problem for record, problem in found if not record), "")
        ids = sorted(record.id for record, _problem in found if record)
        text = setup_file.text_of(", ".join(map(words_of, value)))
        return Reading(tuple(dict.fromkeys(ids)), text, problem)

    def _unreadable(self, value):
        if isinstance(value, dict) and set(value) == {"mangled"}:
            text = setup_file.text_of(value["mangled"])
            why = self.env._(
                "A spreadsheet made the number %s of a code. Give the column the format"
                " text before you open or paste it there.",
                text,
            )
            return Reading(None, text, why)
        text = setup_file.text_of(value)
        return Reading(None, text, self.env._("%s cannot stand here.", text or "-"))
