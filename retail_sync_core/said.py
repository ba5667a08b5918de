"""Fields that keep what was said in English, and show it in the reader's language."""

from odoo import fields


class _Said:
    """What is stored stays as it was said; screens and exports get it translated."""

    def convert_to_read(self, value, record, use_display_name=True):
        """Return the sentence for a screen."""
        shown = super().convert_to_read(value, record, use_display_name)
        return record.env["retail.sync.words"]._say(shown)

    def convert_to_export(self, value, record):
        """Return the sentence for a file."""
        return record.env["retail.sync.words"]._say(
            super().convert_to_export(value, record)
        )


class SaidChar(_Said, fields.Char):
    """One sentence."""


class SaidText(_Said, fields.Text):
    """Several sentences."""
