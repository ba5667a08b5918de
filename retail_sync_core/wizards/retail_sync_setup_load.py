import base64
import binascii
import hashlib
from codecs import BOM_UTF8

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import osutil

from ..domain import setup_file

# what a busy server loads well within the time that Odoo gives a request
ROWS_AT_ONCE = 2000
LARGEST_BASE64 = setup_file.LARGEST_BYTES * 4 // 3 + 4


class RetailSyncSetupLoad(models.TransientModel):
    """A channel's set-up goes out as a file, is compared, and loaded line by line."""

    _name = "retail.sync.setup.load"
    _description = "Set-up of a Channel"

    channel_id = fields.Many2one(
        "retail.sync.channel",
        required=True,
        ondelete="cascade",
        default=lambda self: self._only_channel(),
    )
    source = fields.Selection(
        [("file", "A file"), ("channel", "Another channel")],
        string="Compare with",
        default="file",
        required=True,
    )
    file = fields.Binary(attachment=False)
    file_name = fields.Char(string="Name of the file")
    other_id = fields.Many2one(
        "retail.sync.channel",
        string="Other channel",
        domain="[('id', '!=', channel_id)]",
        ondelete="cascade",
    )
    table = fields.Selection(
        selection="_table_selection", default="products", required=True
    )
    delimiter = fields.Selection(
        [(",", "Comma"), (";", "Semicolon"), ("\t", "Tab")],
        string="Between the columns",
        required=True,
        default=lambda self: self._default_delimiter(),
    )
    record_ids = fields.Json(readonly=True)
    digest = fields.Char(readonly=True)
    content = fields.Binary(attachment=False, readonly=True)
    source_name = fields.Char(string="Compared with", readonly=True)
    own_file = fields.Binary(string="Set-up file", compute="_compute_own_file")
    own_file_name = fields.Char(
        string="Name of the set-up file", compute="_compute_own_file"
    )
    own_table = fields.Binary(string="Table as a file", compute="_compute_own_table")
    own_table_name = fields.Char(
        string="Name of the table", compute="_compute_own_table"
    )
    line_ids = fields.One2many("retail.sync.setup.load.line", "load_id")

    @api.model
    def _table_selection(self):
        setup = self.env["retail.sync.setup.file"]
        labels = setup._section_labels()
        return [(table, labels[table]) for table in setup._tables()]

    @api.model
    def _default_delimiter(self):
        """Return what this person's spreadsheet expects."""
        point = self.env["retail.sync.setup.file"]._decimal_point()
        return ";" if point == "," else ","

    @api.model
    def _only_channel(self):
        """Return the channel where there is no other one to choose."""
        channels = self.env["retail.sync.channel"].search([], limit=2)
        return channels if len(channels) == 1 else False

    @api.model
    def _open(self, channel):
        """Return the action that shows the set-up of ``channel``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set-up of %s", channel.name),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_channel_id": channel.id},
        }

    def _compute_own_file(self):
        for wizard in self:
            channel = wizard.channel_id
            text = self.env["retail.sync.setup.file"]._export(channel)
            wizard.own_file = base64.b64encode(text.encode())
            wizard.own_file_name = f"{wizard._clean_name()}.retail-sync.json"

    def _compute_own_table(self):
        setup = self.env["retail.sync.setup.file"]
        for wizard in self:
            records = None
            if wizard.record_ids is not False and wizard.record_ids is not None:
                model = setup._sections()[wizard.table].model
                records = self.env[model].browse(wizard.record_ids)
            wizard.own_table = base64.b64encode(
                setup._export_table(
                    wizard.channel_id, wizard.table, wizard.delimiter, records
                )
            )
            wizard.own_table_name = f"{wizard._clean_name()}.{wizard.table}.csv"

    def _clean_name(self):
        """Return the channel's name as a part of a file's name."""
        name = osutil.clean_filename(self.channel_id.name).strip()
        return name or self.channel_id.code

    def action_download(self):
        """Hand the channel's set-up out as a file."""
        return self._download("own_file")

    def action_download_table(self):
        """Hand a mapping table out as CSV."""
        return self._download("own_table")

    def _download(self, name):
        self.ensure_one()
        self._check_mine()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/web/content?model={self._name}&id={self.id}&field={name}"
            f"&filename_field={name}_name&download=true",
        }

    def action_compare(self):
        """Compare, and show what differs line by line."""
        self.ensure_one()
        self._check_mine()
        content, name = self._read_source()
        digest = hashlib.sha256(content).hexdigest()
        if content.removeprefix(BOM_UTF8).lstrip()[:1] not in (b"{", b"["):
            setup = self.env["retail.sync.setup.file"]
            data = setup._parse_table(content, self.table)
            content = setup_file.dump(data).encode()
        self.write(
            {
                "content": base64.b64encode(content),
                "source_name": name,
                "digest": digest,
            }
        )
        self._compare()
        return self._open_lines()

    def _check_mine(self):
        """Let a person only use the page that is theirs."""
        self.channel_id._check_group("manager")
        self.channel_id.check_access("read")
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("Somebody else opened this page."))

    def _read_source(self):
        """Return (what is compared, what it is called)."""
        if self.source == "channel":
            if not self.other_id:
                raise UserError(self.env._("Choose the channel to compare with."))
            text = self.env["retail.sync.setup.file"]._export(self.other_id)
            return text.encode(), self.other_id.name
        file = self.with_context(bin_size=False).file
        if not file:
            raise UserError(self.env._("Choose the file to compare with."))
        if len(file) > LARGEST_BASE64:
            file = b""
            limit = setup_file.LARGEST_BYTES // 1024 // 1024
            text = self.env["retail.sync.setup.file"]._say_unreadable(
                "too_large", {"limit": limit}
            )
            raise UserError(text)
        try:
            return base64.b64decode(file), self.file_name or ""
        except binascii.Error as exc:
            raise UserError(self.env._("The file arrived damaged. Try again.")) from exc

    def _is_table(self):
        return b'"rows"' in self._content()[:200]

    def _content(self):
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    def _compare(self):
        """Make the lines anew."""
        setup = self.env["retail.sync.setup.file"]
        data = setup._parse(self._content())
        lines = setup._compare(self.channel_id, data)
        self.line_ids.sudo().unlink()
        rows = data.get("rows") if isinstance(data.get("rows"), list) else []
        self.env["retail.sync.setup.load.line"].sudo().create(
            [
                self._prepare_line(number, line, rows)
                for number, line in enumerate(lines)
            ]
        )

    def _prepare_line(self, number, line, rows):
        """Return a line's values; ``rows`` are the numbers of a table's rows."""
        index = line.ref.split("/")[1]
        place = 0
        if index.isdigit() and int(index) < len(rows):
            place = rows[int(index)] if isinstance(rows[int(index)], int) else 0
        return {
            "load_id": self.id,
            "sequence": number,
            "row": place,
            "ref": line.ref,
            "section": line.section,
            "key": line.key,
            "name": line.name,
            "here": line.here,
            "there": line.there,
            "effect": line.effect,
            "reason": line.reason,
        }

    def _open_lines(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_setup_load_line_action"
        )
        return {
            **action,
            "name": self.env._(
                "%(channel)s compared with %(other)s",
                channel=self.channel_id.name,
                other=self.source_name or self.env._("the file"),
            ),
            "domain": [("load_id", "=", self.id)],
            "context": {
                "retail_sync_load_id": self.id,
                "retail_sync_table": self._is_table(),
                "search_default_to_decide": 1,
            },
        }

    def _load(self, lines):
        """Load the lines that were chosen."""
        self.ensure_one()
        self._check_mine()
        lines, left = self._bounded(lines)
        chosen = {
            line.ref: (line.effect, line.here or "", line.there or "") for line in lines
        }
        loaded = self.env["retail.sync.setup.file"]._load(
            self.channel_id, self._content(), chosen, self.source_name, self.digest
        )
        refs = [line.ref for line in loaded]
        done = lines.filtered(lambda line: line.ref in set(refs))
        done.sudo().write({"effect": "loaded", "reason": False})
        text = self.env._(
            "%s lines were loaded. The channel's log has them.", len(refs)
        )
        if left:
            text += " " + self.env._("Lines that are left: %s. Load again.", left)
        return self._tell(text)

    def _bounded(self, lines):
        """Return (lines that one request can load, how many are left for the next).

        What would change nothing is left out; a row is never divided.
        """
        able = lines.filtered(lambda line: line.effect in ("add", "change"))
        rows = {}
        for line in able.sorted("sequence"):
            row = tuple(line.ref.split("/")[:2])
            rows.setdefault(row, []).append(line.id)
        taken = [number for row in list(rows.values())[:ROWS_AT_ONCE] for number in row]
        return lines.browse(taken), len(able) - len(taken)

    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
