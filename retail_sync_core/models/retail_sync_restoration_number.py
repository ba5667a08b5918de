from odoo import api, fields, models
from odoo.tools import SQL

PICKINGS = ("outgoing", "incoming", "internal")
JOURNALS = ("sale", "bank", "cash")


class RetailSyncRestorationNumber(models.Model):
    """A sequence that begins again where the backup was made: numbers that went out
    since then would be given once more."""

    _name = "retail.sync.restoration.number"
    _description = "Numbers Used Since the Backup"
    _order = "restoration_id desc, id"

    restoration_id = fields.Many2one(
        "retail.sync.restoration", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="Documents", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    sequence_id = fields.Many2one("ir.sequence", readonly=True, ondelete="cascade")
    journal_id = fields.Many2one(
        "account.journal", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    prefix = fields.Char(readonly=True)
    next_name = fields.Char(
        string="Next number",
        readonly=True,
        help="The first number that may have been used since the backup.",
    )
    next_number = fields.Integer(string="Next", readonly=True, aggregator=None)
    margin = fields.Integer(
        string="Left out",
        readonly=True,
        aggregator=None,
        help="So many numbers are left to the documents that are lost.",
    )
    advice = fields.Char(compute="_compute_advice")

    @api.depends("margin", "next_name")
    @api.depends_context("lang")
    def _compute_advice(self):
        for row in self:
            if row.margin:
                row.advice = self.env._(
                    "%(count)s numbers from %(first)s on are left out: they belong to"
                    " documents of the lost database.",
                    count=row.margin,
                    first=row.next_name,
                )
            else:
                row.advice = self.env._(
                    "Begins again with %s, which may stand on documents that customers"
                    " have. Compare with printed slips and mails.",
                    row.next_name,
                )

    @api.model
    def _find(self, channels):
        """Return the values of rows for all numbers that documents of channels get."""
        return [*self._find_sequences(channels), *self._find_journals(channels)]

    def _find_sequences(self, channels):
        Sequence = self.env["ir.sequence"].sudo()
        companies = channels.company_id.ids
        sales = Sequence.search(
            [("code", "=", "sale.order"), ("company_id", "in", [*companies, False])]
        )
        kinds = channels.location_ids.warehouse_id | channels.warehouse_id
        types = (
            self.env["stock.picking.type"]
            .sudo()
            .search([("warehouse_id", "in", kinds.ids), ("code", "in", PICKINGS)])
        )
        named = [(self.env._("Sales orders"), one) for one in sales]
        named += [(one.display_name, one.sequence_id) for one in types]
        return [
            {
                "name": name,
                "sequence_id": sequence.id,
                "company_id": sequence.company_id.id,
                "next_number": sequence.number_next_actual,
                "next_name": sequence.get_next_char(sequence.number_next_actual),
            }
            for name, sequence in named
            if sequence
        ]

    def _find_journals(self, channels):
        """Return the chains of numbers that end with a journal's last documents."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (m.journal_id, m.sequence_prefix)
                          m.journal_id, m.sequence_prefix, m.sequence_number, m.name
                     FROM account_move m JOIN account_journal j ON j.id = m.journal_id
                    WHERE m.company_id = ANY(%s) AND j.type = ANY(%s)
                      AND m.state = 'posted' AND m.sequence_number > 0
                      AND m.date >= date_trunc('month', now()) - interval '1 month'
                    ORDER BY m.journal_id, m.sequence_prefix, m.sequence_number DESC""",
                channels.company_id.ids,
                list(JOURNALS),
            )
        )
        journals = self.env["account.journal"].sudo()
        return [
            {
                "name": journals.browse(journal_id).display_name,
                "journal_id": journal_id,
                "company_id": journals.browse(journal_id).company_id.id,
                "prefix": prefix,
                "next_number": number + 1,
                "next_name": _following(name, prefix, number),
            }
            for journal_id, prefix, number, name in rows
        ]

    def _move_on(self):
        """Have each chain go on behind its margin."""
        for row in self.filtered(lambda one: one.margin > 0 and one.sequence_id):
            sequence = row.sequence_id.sudo()
            sequence.number_next_actual = row.next_number + row.margin

    @api.model
    def _first_free(self, journal, name):
        """Return the first number that ``journal`` may give in a name's chain."""
        rows = self.sudo().search([("journal_id", "=", journal.id), ("margin", ">", 0)])
        mine = rows.filtered(lambda row: name.startswith(row.prefix or ""))
        return max((row.next_number + row.margin for row in mine), default=0)


def _following(name, prefix, number):
    """Return the number after ``name`` as it is written."""
    digits = name[len(prefix) :]
    width = len(digits) - len(digits.lstrip("0123456789"))
    return f"{prefix}{number + 1:0{width}d}{digits[width:]}"
