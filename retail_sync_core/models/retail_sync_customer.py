from odoo import api, fields, models
from odoo.tools import SQL


class RetailSyncCustomer(models.Model):
    """A channel's customer <-> our contact. Only the id is kept, no personal data."""

    _name = "retail.sync.customer"
    _description = "Customer of a Channel"
    _rec_name = "external_id"

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    external_id = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="cascade", index="btree_not_null"
    )

    _external_uniq = models.Constraint(
        "UNIQUE(channel_id, external_id)", "This customer is already known."
    )

    @api.model
    def _of(self, channel, external_id):
        """Return the customer's row, made and locked when it is new.

        Two orders of a new customer at once: the second one's transaction is repeated
        (serialization failure) and then finds the first one's contact.
        """
        row = self.search(
            [("channel_id", "=", channel.id), ("external_id", "=", external_id)],
            limit=1,
        )
        if row:
            return row
        # ORM: create() cannot say ON CONFLICT
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO retail_sync_customer
                       (channel_id, company_id, external_id, create_uid, create_date,
                        write_uid, write_date)
                VALUES (%(channel)s, %(company)s, %(external)s, %(uid)s,
                        now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (channel_id, external_id) DO NOTHING
                RETURNING id
                """,
                channel=channel.id,
                company=channel.company_id.id,
                external=external_id,
                uid=self.env.uid,
            )
        )
        found = self.env.cr.fetchone()
        return self.browse(found) if found else self._of(channel, external_id)
