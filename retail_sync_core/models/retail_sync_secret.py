import os
from datetime import timedelta, timezone

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

GRACE = timedelta(hours=2)  # Shopify signs with the old secret for up to one hour


class RetailSyncSecret(models.Model):
    """One encrypted credential of a channel; the key is never in the database."""

    _name = "retail.sync.secret"
    _description = "Secret"
    _inherit = "retail.sync.account.fact"
    _order = "channel_id, name, version desc"
    _allow_sudo_commands = False
    _door_fields = frozenset(("active", "ciphertext", "expires_at"))

    channel_id = fields.Many2one(
        "retail.sync.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="channel_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True, readonly=True)
    version = fields.Integer(default=1, readonly=True)
    ciphertext = fields.Char(groups="base.group_system", copy=False, readonly=True)
    rotated_at = fields.Datetime(string="Replaced", readonly=True)
    expires_at = fields.Datetime(string="Valid until", readonly=True)
    active = fields.Boolean(default=True)

    _version_uniq = models.Constraint(
        "UNIQUE(channel_id, name, version)",
        "This version of the secret exists already.",
    )

    @api.model
    def _fernet(self):
        """Return the cipher; the newest key first, older ones still open.

        :raises UserError: when the server has no key, or one that is none
        """
        text = os.environ.get("RETAIL_SYNC_SECRET_KEYS") or config.get(
            "retail_sync_secret_keys"
        )
        keys = [key.strip() for key in (text or "").split(",") if key.strip()]
        if not keys:
            raise UserError(
                self.env._(
                    "This server has no key to encrypt secrets with. Put one into the"
                    " server's configuration as retail_sync_secret_keys, or into the"
                    " environment as RETAIL_SYNC_SECRET_KEYS, and restart Odoo."
                )
            )
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as exc:
            raise UserError(
                self.env._(
                    "The key in retail_sync_secret_keys is not a key: it must be 32"
                    " random bytes in URL-safe base64."
                )
            ) from exc

    @api.model
    def _has_key(self):
        """Return whether secrets can be encrypted on this server."""
        try:
            return bool(self._fernet())
        except UserError:
            return False

    @api.model
    def _store(self, channel, name, value, expires_at=None):
        """Encrypt ``value`` as the newest version; the one before opens for a while."""
        ciphertext = self._fernet().encrypt(value.encode()).decode()
        secrets = self.sudo().with_context(active_test=False)
        older = secrets.search(
            [("channel_id", "=", channel.id), ("name", "=", name)], order="version desc"
        )
        now = fields.Datetime.now()
        older[1:].unlink()
        older[:1].expires_at = min(older[:1].expires_at or now + GRACE, now + GRACE)
        if expires_at and expires_at.tzinfo:
            expires_at = expires_at.astimezone(timezone.utc).replace(tzinfo=None)
        secret = secrets.create(
            {
                "channel_id": channel.id,
                "name": name,
                "version": (older[:1].version or 0) + 1,
                "ciphertext": ciphertext,
                "rotated_at": now,
                "expires_at": expires_at,
            }
        )
        self.env["retail.sync.audit"]._record(
            channel, secret, "secret.stored", {"name": name, "version": secret.version}
        )
        return secret

    @api.model
    def _read_all(self, channel):
        """Return {name: (newest, older...)} of what can still be opened."""
        rows = self.sudo().search([("channel_id", "=", channel.id)])
        if not rows:
            return {}
        fernet, found, newest = self._fernet(), {}, {}
        now = fields.Datetime.now()
        for row in rows:
            is_newest = newest.setdefault(row.name, row.id) == row.id
            if not is_newest and row.expires_at and row.expires_at < now:
                continue
            found[row.name] = (*found.get(row.name, ()), row._decrypt(fernet))
        return found

    @api.model
    def _expiries(self, channel):
        """Return {name: when the newest version ends} of those that end."""
        rows = self.sudo().search([("channel_id", "=", channel.id)])
        newest = {}
        for row in rows:
            newest.setdefault(row.name, row)
        return {
            name: row.expires_at.replace(tzinfo=timezone.utc)
            for name, row in newest.items()
            if row.expires_at
        }

    @api.model
    def _forget_fetched(self, channel):
        """Delete what the channel gave us: it was given to who was entered before."""
        every = self.sudo().with_context(active_test=False)
        names = list(self._expiries(channel))
        every.search([("channel_id", "=", channel.id), ("name", "in", names)]).unlink()

    def _decrypt(self, fernet):
        self.ensure_one()
        try:
            return fernet.decrypt((self.ciphertext or "").encode()).decode()
        except InvalidToken as exc:
            raise UserError(
                self.env._(
                    "The secret %(name)s of %(channel)s was encrypted with a key that"
                    " this server does not have. Add the old key to"
                    " retail_sync_secret_keys, or enter the secret again.",
                    name=self.env["retail.sync.words"]._say(
                        self.channel_id._credential_label(self.name)
                    ),
                    channel=self.channel_id.display_name,
                )
            ) from exc

    @api.model
    def _decrypt_bytes(self, token):
        """Return what was encrypted with this server's keys.

        :raises UserError: when none of them opens it
        """
        try:
            return self._fernet().decrypt(bytes(token))
        except InvalidToken as exc:
            raise UserError(
                self.env._(
                    "This was encrypted with a key that this server does not have. Add"
                    " the old key to retail_sync_secret_keys."
                )
            ) from exc

    @api.model
    def _rotate_all(self):
        """Encrypt every secret with the newest key; return how many."""
        fernet = self._fernet()
        every = self.sudo().with_context(active_test=False)
        rows = every.search([])  # pylint: disable=no-search-all
        for row in rows:
            row.ciphertext = fernet.rotate(row.ciphertext.encode()).decode()
        return len(rows)
