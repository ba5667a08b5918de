from odoo import api, models


class RetailSyncAccountFact(models.AbstractModel):
    """What the door has in mind of a channel: after a change it looks again.

    The door is asked with every webhook; it must not ask the database each time for
    what a person changes once a year.
    """

    _name = "retail.sync.account.fact"
    _description = "Fact of an Account"

    # what the door wants to know of these rows
    _door_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self._forget_doors()
        return rows

    def write(self, vals):
        done = super().write(vals)
        if self._door_fields & vals.keys():
            self._forget_doors()
        return done

    def unlink(self):
        done = super().unlink()
        self._forget_doors()
        return done

    def _forget_doors(self):
        """Let every process look again, once this is committed."""
        self.env.registry.clear_cache()
