import hashlib

from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import UserError
from psycopg2 import IntegrityError

from ..domain import setup_file
from .retail_sync_setup_file import DAYS

LOADABLE = ("add", "change")
NOTED = 50
AT_ONCE = 500


class RetailSyncSetupFile(models.AbstractModel):
    """Loading what was chosen of a comparison: all of it or nothing."""

    _inherit = "retail.sync.setup.file"

    @api.model
    def _parse(self, content):
        """Return the data of a file.

        :raises UserError: in words, when it cannot be read
        """
        try:
            data = setup_file.parse(content)
            for name, section in self._sections().items():
                read = setup_file.one_of if section.single else setup_file.rows_of
                read(data, name)
        except setup_file.SetupFileError as exc:
            raise UserError(self._say_unreadable(exc.code, exc.params)) from exc
        return data

    def _say_unreadable(self, code, params):
        """Return what is wrong with a file and what to do."""
        if code == "too_large":
            return self.env._(
                "The file is larger than %(limit)s MB: it is no set-up of a channel.",
                **params,
            )
        if code == "newer":
            return self.env._(
                "The file has format %(version)s, written by Retail Sync %(suite)s. It"
                " can be read here up to format %(known)s: update Retail Sync, then"
                " load the file.",
                known=setup_file.FORMAT_VERSION,
                **params,
            )
        if code == "not_json" and params["line"]:
            return self.env._(
                "The file is damaged in line %(line)s: it cannot be read from there on."
                " Export it again, or mend that line.",
                **params,
            )
        if code in ("shape", "too_many"):
            section = self._section_labels()[params["section"]]
            if code == "shape":
                return self.env._(
                    "The part %s of the file is not in the form of a set-up. Export it"
                    " again.",
                    section,
                )
            return self.env._(
                "The part %(section)s of the file has more than %(limit)s rows.",
                section=section,
                limit=params["limit"],
            )
        return self.env._(
            "This is no set-up file of Retail Sync. Choose a file that was made with"
            " Download on a channel's set-up."
        )

    @api.model
    def _load(self, channel, content, chosen, file_name="", digest=""):
        """Load the ``chosen`` lines of a file into ``channel``.

        :param digest: SHA-256 of what was uploaded, where ``content`` was made of it

        :param chosen: {line's ref: (effect, here, there)} as the person saw it
        :return: the loaded lines
        :raises UserError: when something changed since, or a row is refused; then
            nothing is loaded
        """
        lines = {
            line.ref: line for line in self._compare(channel, self._parse(content))
        }
        picked = []
        for ref, seen in chosen.items():
            line = lines.get(ref)
            if line is None or (line.effect, line.here, line.there) != seen:
                raise UserError(
                    self.env._(
                        "The channel was changed since you compared: %s. Compare again,"
                        " then choose.",
                        self._title(line) if line else ref,
                    )
                )
            if line.effect in LOADABLE:
                picked.append(line)
        if not picked:
            raise UserError(
                self.env._("Choose lines that loading would add or change.")
            )
        self._load_rows(channel, self._by_row(picked))
        digest = digest or hashlib.sha256(content).hexdigest()
        self._note_loaded(channel, digest, picked, file_name)
        return picked

    def _by_row(self, lines):
        """Return the lines of each row together, in the order of the sections."""
        order = list(self._sections())
        rows = {}
        for line in sorted(lines, key=lambda one: order.index(one.section)):
            rows.setdefault(tuple(line.ref.split("/")[:2]), []).append(line)
        return list(rows.values())

    def _load_rows(self, channel, rows):
        """Write the rows; say which one it was when Odoo or the database refuses it."""
        if len(rows) > AT_ONCE:
            try:
                return self._write_rows(channel, rows, AT_ONCE)
            except UserError:
                self.env.invalidate_all()  # again, to name the row
        return self._write_rows(channel, rows, 1)

    def _write_rows(self, channel, rows, at_once):
        """Write the rows, ``at_once`` of them before the database is asked.

        :raises UserError: with the last row that was written
        """
        line = None
        listings = self.env["retail.sync.listing"].browse(
            lines[0].record.id
            for lines in rows
            if lines[0].section == "products" and lines[0].record
        )
        before = listings.product_id
        try:
            with self.env.cr.savepoint():
                for number, lines in enumerate(rows, start=1):
                    line = lines[0]
                    values = {}
                    for one in lines:
                        values.update(one.values)
                    self._write_row(channel, line, values)
                    if number % at_once == 0:
                        self.env.flush_all()
                # what follows from many matches is done once
                listings._mark(before)
                listings.filtered("product_id")._matched()
        except IntegrityError as exc:
            model = self.env[self._sections()[line.section].model]
            message = model._sql_error_to_message(exc)
            raise self._refused(line, message) from exc
        except UserError as exc:
            raise self._refused(line, str(exc)) from exc

    def _refused(self, line, message):
        return UserError(
            self.env._(
                "%(row)s cannot be loaded: %(why)s Nothing was loaded.",
                row=self._title(line),
                why=message if message.endswith(".") else f"{message}.",
            )
        )

    def _write_row(self, channel, line, values):
        """Add or change a record as a person would."""
        section = self._sections()[line.section]
        left_out = values.pop("left_out", None)
        if "days" in values:
            chosen = (values.pop("days") or "").split()
            values.update({day: day in chosen for day in DAYS})
        everywhere = values.pop("all_channels", False)
        for name, value in values.items():
            if isinstance(value, tuple):
                values[name] = [(6, 0, list(value))]
        if line.record is None:
            values["channel_id"] = False if everywhere else channel.id
            if section.model == "retail.sync.stock.rule":
                values["company_id"] = channel.company_id.id
            record = self.env[section.model].create(values)
        else:
            record = line.record.with_context(retail_sync_in_bulk=True)
            record.write(values)
        if left_out is not None and left_out != (record.state == "ignored"):
            verb = record.action_ignore if left_out else record.action_unignore
            verb()

    def _title(self, line):
        """Return which line is meant."""
        label = self._section_labels()[line.section]
        return ", ".join(filter(None, (label, line.key, line.name)))

    def _note_loaded(self, channel, digest, lines, file_name):
        """Keep on the channel who loaded what, and in the trail."""
        shown = [self._title(line) for line in lines[:NOTED]]
        if len(lines) > NOTED:
            shown.append(self.env._("and %s more", len(lines) - NOTED))
        what = self.env._(
            "Set-up loaded from %(file)s: %(count)s lines.",
            file=file_name or self.env._("another channel"),
            count=len(lines),
        )
        items = Markup().join(Markup("<li>%s</li>") % text for text in shown)
        channel.sudo().message_post(
            body=Markup("<p>%s</p><ul>%s</ul>") % (what, items),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        sections = {}
        for line in lines:
            sections[line.section] = sections.get(line.section, 0) + 1
        self.env["retail.sync.audit"]._record(
            channel,
            channel,
            "setup.loaded",
            {"sha256": digest, "lines": sections},
        )
