from odoo import models

from ..domain import setup_file
from .retail_sync_setup_file import DAYS, SAID
from .retail_sync_setup_file_read import Reading
from .retail_sync_setup_file_refs import words_of

# the rest of a key only helps to find the row
SHOWN_KEYS = {
    "retail.sync.location": ("name",),
    "retail.sync.listing": ("sku", "title"),
}


class RetailSyncSetupFile(models.AbstractModel):
    """How a person reads a comparison."""

    _inherit = "retail.sync.setup.file"

    def _label(self, section, name):
        """Return how people call a value of a section."""
        said = {
            "left_out": self.env._("Left out"),
            "all_channels": self.env._("For all channels"),
            "days": self.env._("Days"),
        }
        field = self.env[section.model]._fields.get(name)
        return said.get(name) or field._description_string(self.env)

    def _say_how(self, name):
        """Say by which word a row of the file was found here."""
        return {
            "name": self.env._("Found by its name; its id there differs."),
            "sku": self.env._("Found by its SKU; its id there differs."),
            "barcode": self.env._("Found by its barcode; its id there differs."),
        }[name]

    def _say_key(self, at, read):
        """Return what a row is about, in one line."""
        if at.section.single:
            return ""
        names = SHOWN_KEYS.get(at.section.model, at.section.keys)
        words = []
        for name in names:
            reading = read[name]
            if name == "days" and reading.value == " ".join(DAYS):
                continue
            if isinstance(reading.value, bool):
                text = self._label(at.section, name) if reading.value else ""
            else:
                text = reading.text
            words.append(text)
        return setup_file.text_of(" · ".join(filter(None, words)) or "-")

    def _as_reading(self, at, record, name):
        """Return a record's value with its words."""
        return Reading(self._raw(record, name), self._say_here(at, record, name))

    def _say_here(self, at, record, name):
        """Return the words for a value of a record that is here."""
        value = self._raw(record, name)
        if isinstance(value, bool) and (
            name in SAID or record._fields[name].type == "boolean"
        ):
            return self.env._("Yes") if value else self.env._("No")
        if name in SAID:
            return value
        spec = record._fields[name]
        if spec.type in ("many2one", "many2many"):
            records = record.sudo()[name]
            texts = [words_of(at.refs.describe(one)) for one in records]
            return setup_file.text_of(", ".join(texts))
        if spec.type == "selection":
            labels = dict(spec._description_selection(self.env))
            return str(labels.get(value, value or ""))
        if spec.type in ("float", "monetary"):
            return f"{value:g}"
        return setup_file.text_of(str(value)) if value or value == 0 else ""

    def _join(self, section, read):
        """Return the values of a row in one line."""
        parts = [
            f"{self._label(section, name)}: {read[name].text}"
            for name in section.values
            if name in read and read[name].text
        ]
        return setup_file.text_of("; ".join(parts), 400)

    def _say_values(self, at, record):
        values = at.section.values
        read = {name: self._as_reading(at, record, name) for name in values}
        return self._join(at.section, read)
