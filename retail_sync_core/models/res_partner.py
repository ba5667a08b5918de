from odoo import api, models
from odoo.tools import SQL

# How many digits from the end tell two phone numbers apart: a country's prefix may be
# written or not.
DIGITS = 8


class ResPartner(models.Model):
    _inherit = "res.partner"

    # each imported order looks its customer up
    _retail_sync_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _retail_sync_phone_idx = models.Index(
        r"(right(regexp_replace(phone, '\D', '', 'g'), 8)) WHERE phone IS NOT NULL"
    )

    @api.model
    def _retail_sync_with_phone(self, digits):
        """Return, as a superuser, all partners with this phone number.

        :param digits: digits alone; of more than eight the last eight count, theirs
            and these
        """
        self.flush_model(["phone"])
        # ORM: it compares a number as it is written, with its blanks and dashes
        rows = self.env.execute_query(
            SQL(
                r"""SELECT id FROM res_partner
                     WHERE phone IS NOT NULL
                       AND right(regexp_replace(phone, '\D', '', 'g'), 8) = %s""",
                digits[-DIGITS:],
            )
        )
        return self.sudo().browse(row[0] for row in rows)
