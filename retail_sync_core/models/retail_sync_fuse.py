import os

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import config, str2bool
from psycopg2 import errors as pg_errors

from ..waking import wake_after_commit

_identities = {}


class RetailSyncFuse(models.Model):
    """Which database may call out (P10). A copy carries the rows of its original and an
    identity of its own, so nothing leaves it until a manager confirms it here.

    A copy of the whole cluster *and* of the server's configuration cannot be told apart
    from inside.
    """

    _name = "retail.sync.fuse"
    _description = "Confirmation of the Live Database"
    _order = "id desc"
    _rec_name = "identity"

    identity = fields.Char(required=True, readonly=True)
    confirmed_at = fields.Datetime(
        string="Confirmed", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    @api.model
    def _is_confirmed(self):
        """Return whether calls may leave: this very database was confirmed, and it is
        not neutralized."""
        cr = self.env.cr
        cr.execute(
            """SELECT (SELECT identity FROM retail_sync_fuse ORDER BY id DESC LIMIT 1),
                      (SELECT value FROM ir_config_parameter
                        WHERE key = 'database.is_neutralized')"""
        )
        confirmed, neutralized = cr.fetchone()
        if str2bool(neutralized or "false", default=True):
            return False
        return bool(confirmed) and confirmed == self._identity()

    @api.model
    def _identity(self):
        """Return what tells this database from every copy of it; kept per process."""
        cr = self.env.cr
        if cr.dbname not in _identities:
            _identities[cr.dbname] = self._read_identity()
        return f"{_identities[cr.dbname]}/{_instance_name()}"

    def _read_identity(self):
        cr = self.env.cr
        cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = cr.fetchone()
        try:
            with cr.savepoint(flush=False):
                cr.execute("SELECT system_identifier FROM pg_control_system()")
                (system,) = cr.fetchone()
        except pg_errors.InsufficientPrivilege:
            system = "hidden"  # some hosts forbid it: oid and instance name remain
        return f"{system}/{oid}"

    @api.model
    def _confirm(self, *, since=None, until=None, moved=""):
        """Confirm this database as the live one; what waited for it goes on.

        For people's buttons and set-up scripts. One that came from another database
        catches up first; see ``retail.sync.restoration._begin`` for the parameters.

        :return: the restoration, or no record
        """
        restoration = self.env["retail.sync.restoration"]
        if self._is_of_another():
            restoration = restoration._begin(since=since, until=until, moved=moved)
        if not self._is_confirmed():
            self.create({"identity": self._identity(), "user_id": self.env.uid})
        self.env["retail.sync.bucket"]._unblock("unconfirmed")
        self.env.cr.execute(
            """UPDATE retail_sync_job SET scheduled_at = now() AT TIME ZONE 'UTC'
                WHERE id = ANY (ARRAY(
                      SELECT id FROM retail_sync_job
                       WHERE state = 'pending' AND is_head
                         AND wait_reason = 'unconfirmed' FOR UPDATE SKIP LOCKED))"""
        )
        wake_after_commit(self.env.cr)
        return restoration

    @api.model
    def _is_of_another(self):
        """Return whether another database was confirmed with these rows before."""
        last = self.search([], limit=1).identity
        return bool(last) and last != self._identity()

    @api.model
    def action_confirm_database(self):
        """Confirm by a manager that this is the live database.

        Of one that came from another it is asked how old it is.
        """
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may confirm the database."))
        restorations = self.env["retail.sync.restoration"].sudo()
        if self.sudo()._is_of_another() and restorations._channels_at_work():
            return self.env["retail.sync.restoration.ask"]._open()
        self.sudo()._confirm()
        return True


def _instance_name():
    """Return the server's own name from its environment or configuration."""
    return (
        os.environ.get("RETAIL_SYNC_INSTANCE")
        or config.get("retail_sync_instance")
        or ""
    )
