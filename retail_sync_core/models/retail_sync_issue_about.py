import hashlib

from odoo import api, models


class RetailSyncIssue(models.Model):
    """An issue whose cause is a record is known by the record's id: names change."""

    _inherit = "retail.sync.issue"

    @api.model
    def _cause_about(self, kind, about):
        """Return what identifies an issue of ``kind`` about the records ``about``."""
        ids = "|".join(f"{record._name},{record.id}" for record in about)
        return hashlib.sha256(f"{kind}|{ids}".encode()).hexdigest()[:32]

    @api.model
    def _close_about(self, channel, kind, *abouts):
        """Close the open issues of ``kind`` about ``abouts``, whatever the names.

        :param abouts: the records of each, as they were given when it was raised
        """
        if not abouts:
            return
        causes = [self._cause_about(kind, about) for about in abouts]
        self._find_open(channel, *causes)._close()
