from odoo import api, models
from odoo.exceptions import UserError

from ..domain import setup_file, table_file
from ..domain.mapping import normalize
from .retail_sync_setup_file_refs import References

# {table: its columns}; ``product_id.sku`` is the SKU of ours that is meant
COLUMNS = {
    "products": (
        "external_id",
        "sku",
        "barcode",
        "title",
        "product_id.sku",
        "product_id.barcode",
        "left_out",
        "published",
        "buffer_qty",
        "cap_qty",
    ),
    "locations": (
        "external_id",
        "name",
        "warehouse_id.code",
        "location_id.path",
        "left_out",
        "buffer_qty",
        "share",
    ),
    "taxes": (
        "title",
        "rate",
        "included",
        "country_id.code",
        "state_id.code",
        "tax_ids.name",
        "no_tax",
    ),
    "payment_methods": (
        "gateway",
        "currency_id.name",
        "label",
        "journal_id.code",
        "account_id.code",
        "release",
    ),
    "carriers": ("service", "name", "carrier_id.name", "url_template"),
}
# told in a row for the person who reads it, and never read
TOLD = {"products": ("our_name", "state", "suggestion", "suggestion_reason")}
# without one of these nobody knows what a row is about
NEEDED = {
    "products": (("external_id", "sku", "barcode"),),
    "locations": (("external_id", "name"),),
    "taxes": (("title",), ("rate",), ("included",)),
    "payment_methods": (("gateway",),),
    "carriers": (("service", "name"),),
}
SEVERAL = " | "
CODES = {"external_id", "sku", "barcode", "product_id.sku", "product_id.barcode"}


class RetailSyncSetupFile(models.AbstractModel):
    """Mapping tables as CSV, for whoever maps in a spreadsheet.

    A table is read into the form of a set-up file; comparing and loading are the same.
    """

    _inherit = "retail.sync.setup.file"

    @api.model
    def _tables(self):
        """Return the names of the tables that go out and in as CSV."""
        return list(COLUMNS)

    @api.model
    def _table_labels(self, table):
        """Return {column: header}."""
        section = self._sections()[table]
        ours = {
            "product_id.sku": self.env._("Our SKU"),
            "product_id.barcode": self.env._("Our barcode"),
            "warehouse_id.code": self.env._("Our warehouse"),
            "location_id.path": self.env._("Our location"),
            "country_id.code": self.env._("Country"),
            "state_id.code": self.env._("Region"),
            "tax_ids.name": self.env._("Our taxes"),
            "currency_id.name": self.env._("Currency"),
            "journal_id.code": self.env._("Our journal"),
            "account_id.code": self.env._("Our account"),
            "carrier_id.name": self.env._("Our delivery method"),
            "our_name": self.env._("Our product"),
            "state": self.env._("State"),
            "suggestion": self.env._("Suggested SKU"),
            "suggestion_reason": self.env._("Why suggested"),
        }
        columns = (*COLUMNS[table], *TOLD.get(table, ()))
        return {name: ours.get(name) or self._label(section, name) for name in columns}

    # out
    @api.model
    def _export_table(self, channel, table, delimiter, records=None):
        """Return a mapping table as CSV.

        :param records: these rows alone
        :raises AccessError: for all but managers
        """
        channel.ensure_one()
        channel._check_group("manager")
        section = self._sections()[table]
        rows = self._rows_here(channel, section)
        if records is not None:
            rows &= records
        rows = rows.sorted(lambda row: (row.display_name or "", row.id))
        refs = References(channel)
        labels = self._table_labels(table)
        point = self._decimal_point()
        lines = []
        for record in rows:
            row = self._export_row(section, record, refs)
            told = self._tell_row(record) if table in TOLD else {}
            cells = [self._cell(row, column, point) for column in COLUMNS[table]]
            cells += [
                table_file.guard(told[name] or "") for name in TOLD.get(table, ())
            ]
            lines.append(cells)
        return table_file.write(list(labels.values()), lines, delimiter)

    def _decimal_point(self):
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return lang.decimal_point or "."

    def _cell(self, row, column, point):
        """Return one cell's text."""
        name, _dot, word = column.partition(".")
        value = row[name]
        if word == "barcode" and value and "sku" in value:
            value = None  # one name is enough; two could contradict each other
        if word and isinstance(value, list):
            value = SEVERAL.join(str(one.get(word, "")) for one in value)
        elif word:
            value = (value or {}).get(word)
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, int | float):
            return f"{value:.10g}".replace(".", point)
        return table_file.guard(str(value or ""))

    def _tell_row(self, listing):
        """Return what a row of products tells besides."""
        labels = dict(listing._fields["state"]._description_selection(self.env))
        suggested = listing.suggested_id
        return {
            "our_name": listing.product_id.name,
            "state": labels[listing.state],
            "suggestion": suggested.default_code or suggested.barcode,
            "suggestion_reason": listing.suggestion_reason,
        }

    # in
    @api.model
    def _parse_table(self, content, table):
        """Return a CSV as the data of a set-up file, with the rows' numbers.

        :raises UserError: in words, when it cannot be read
        """
        try:
            headers, rows = table_file.read(content)
        except table_file.TableFileError as exc:
            raise UserError(self._say_no_table(exc.code, exc.params)) from exc
        table = self._guess_table(headers) or table
        columns = self._columns_of(headers, table)
        spec = self._sections()[table]
        return {
            "format": setup_file.FORMAT,
            "format_version": setup_file.FORMAT_VERSION,
            "rows": [number for number, _cells in rows],
            table: [self._row_of(spec, columns, cells) for _number, cells in rows],
        }

    def _known_headers(self, table):
        """Return {header as it may be written: column}, in English and as here."""
        known = {}
        for reader in (self.with_context(lang="en_US"), self):
            for column, label in reader._table_labels(table).items():
                known[normalize(column)] = known[normalize(label)] = column
        return known

    def _guess_table(self, headers):
        """Return the only table to which all headers belong, or nothing."""
        said = {normalize(header) for header in headers if header}
        fits = [
            table
            for table in COLUMNS
            for known in [self._known_headers(table)]
            if said <= set(known)
            and all(
                set(needed) & {known[header] for header in said}
                for needed in NEEDED[table]
            )
        ]
        return fits[0] if len(fits) == 1 else ""

    def _columns_of(self, headers, table):
        """Return the column of each header; "" for those that only tell."""
        known = self._known_headers(table)
        columns, strange = [], []
        for header in headers:
            column = known.get(normalize(header), "")
            if header and not column:
                strange.append(header)
            columns.append("" if column in TOLD.get(table, ()) else column)
        labels = self._table_labels(table)
        if strange:
            raise UserError(
                self.env._(
                    "The column %(strange)s is unknown here. Known are: %(known)s.",
                    strange=setup_file.text_of(", ".join(strange)),
                    known=", ".join(labels.values()),
                )
            )
        for needed in NEEDED[table]:
            if not set(needed) & set(columns):
                raise UserError(
                    self.env._(
                        "The column %s is missing: without it nobody knows what a row"
                        " is about.",
                        labels[needed[0]],
                    )
                )
        named = [column for column in columns if column]
        twice = {column for column in named if named.count(column) > 1}
        if twice:
            raise UserError(
                self.env._("The column %s stands twice.", labels[min(twice)])
            )
        return columns

    def _row_of(self, section, columns, cells):
        """Return a row as a set-up file has it; what cannot be read stays a text."""
        row, refs = {}, {}
        for column, cell in zip(columns, cells, strict=False):
            name, dot, word = column.partition(".")
            if dot:
                refs.setdefault(name, {})[word] = cell
            elif name:
                row[name] = self._value_of(section, column, cell)
        for name, said in refs.items():
            row[name] = self._ref_of(name, said, refs)
        return row

    def _value_of(self, section, name, cell):
        spec = self.env[section.model]._fields.get(name)
        kind = "boolean" if name == "left_out" else spec.type
        if kind == "boolean":
            yes = {"1", "x", "yes", "true", normalize(self.env._("Yes"))}
            no = {"", "0", "no", "false", normalize(self.env._("No"))}
            word = normalize(cell)
            return True if word in yes else False if word in no else cell
        if kind in ("float", "monetary"):
            return table_file.to_number(cell or "0", self._decimal_point())
        if kind == "selection":
            labels = dict(spec._description_selection(self.env))
            codes = {normalize(label): code for code, label in labels.items()}
            return codes.get(normalize(cell), cell) or None
        if name in CODES and table_file.is_mangled(cell):
            return {"mangled": cell}
        return cell or None

    def _ref_of(self, name, said, refs):
        """Return what a file calls the record that a row's cells name."""
        said = {word: text for word, text in said.items() if text}
        mangled = [text for text in said.values() if table_file.is_mangled(text)]
        if not said:
            return [] if name == "tax_ids" else None
        if mangled and name == "product_id":
            return {"mangled": mangled[0]}
        if name == "tax_ids":
            names = said["name"].split(SEVERAL.strip())
            return [{"name": one.strip()} for one in names if one.strip()]
        if name == "product_id" and "sku" in said:
            return {"sku": said["sku"]}
        if name == "state_id":
            return {"country": refs.get("country_id", {}).get("code", ""), **said}
        return said

    def _say_no_table(self, code, params):
        if code == "too_large":
            return self.env._(
                "The file is larger than %(limit)s MB. Divide it into several.",
                **params,
            )
        if code == "too_many":
            return self.env._(
                "The file has more than %(limit)s rows. Divide it into several.",
                **params,
            )
        if code == "not_text":
            return self.env._(
                "The file is not in UTF-8. Save it as CSV UTF-8 in your spreadsheet,"
                " then choose it again."
            )
        if code == "empty":
            return self.env._("The file is empty: its first row names the columns.")
        return self.env._(
            "The file is damaged in row %(line)s: it is no CSV from there on.", **params
        )
