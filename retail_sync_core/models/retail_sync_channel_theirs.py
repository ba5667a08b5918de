from odoo import models

from ..domain.documents import Flow


class RetailSyncChannel(models.Model):
    """A channel that counts stock of ours tells when it changes."""

    _inherit = "retail.sync.channel"

    def _wanted_topics(self):
        """Leave out what tells of stock where the number is ours: echoes of our own."""
        topics = super()._wanted_topics()
        if any(place._is_counted_there() for place in self.location_ids):
            return topics
        flows = self._adapter_class() and self._adapter_class().webhook_topics
        return tuple(topic for topic in topics if flows.get(topic) is not Flow.STOCK)
