from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime


class RetailSyncChannel(models.Model):
    """What an account needs to be let in, as its adapter declares it.

    Secrets only ever go in: the screens are told that there is one, never which.
    """

    _inherit = "retail.sync.channel"

    def _credential_form(self):
        """Return what to ask for: ``steps`` that lead to it, ``asked`` (one entry a
        credential) and ``values``."""
        adapter = self._adapter_class() if self else None
        if adapter is None:
            return {"steps": [], "asked": [], "values": {}}
        words = self.env["retail.sync.words"]
        stored = set(self.sudo().secret_ids.mapped("name"))
        fetched = self._say_fetched()
        entered = self._entered_credentials()
        doubted = adapter.doubted.get(self.last_test_code or "", ())
        asked = [
            {
                "name": item.name,
                "label": words._say(item.label),
                "help": words._say(item.help),
                "secret": item.secret,
                "required": item.required,
                "note": words._say(item.note),
                "choices": [[code, words._say(text)] for code, text in item.choices],
                "stored": item.name in stored,
                "fetched": fetched.get(item.name, ""),
                "doubted": item.name in doubted and item.name in entered,
            }
            for item in adapter.credentials
        ]
        plain = [item.name for item in adapter.credentials if not item.secret]
        return {
            "steps": [words._say(step) for step in adapter.access_steps],
            "asked": asked,
            "values": {name: self._setting(name) or "" for name in plain},
        }

    def _say_fetched(self):
        """Return {name: until when it is valid, in words} of what nobody entered.

        Only what the channel gave us has an end of its own.
        """
        tz = str(self.env.tz)
        ends = self.env["retail.sync.secret"]._expiries(self)
        return {
            name: self.env._(
                "Leave it empty: one was fetched, valid until %s, and is renewed by"
                " itself.",
                format_datetime(self.env, end.replace(tzinfo=None), tz, "short"),
            )
            for name, end in ends.items()
        }

    def _entered_credentials(self):
        """Return the names of what a person entered; what was fetched is none of it."""
        settings = {name for name in self.settings or {} if self._setting(name)}
        stored = set(self.sudo().secret_ids.mapped("name"))
        fetched = self.env["retail.sync.secret"]._expiries(self)
        return settings | (stored - set(fetched))

    def _check_credentials(self):
        """Refuse to ask a channel while something is not entered; say where it is."""
        self.ensure_one()
        adapter = self._adapter_class()
        if adapter is None:
            return
        missing = adapter.missing(self._entered_credentials())
        if missing:
            words = self.env["retail.sync.words"]
            items = (item for item in adapter.credentials if item.name in missing)
            said = ((words._say(i.label), words._say(i.help)) for i in items)
            lines = (": ".join(filter(None, one)) for one in said)
            raise UserError(
                "\n".join((self.env._("Fill in what is empty first."), *lines))
            )

    def _credential_label(self, name):
        """Return what the screen calls the credential ``name``, in English."""
        adapter = self._adapter_class()
        asked = adapter.credentials if adapter else ()
        return next((item.label for item in asked if item.name == name), name)

    def _store_credentials(self, values):
        """Keep what a person entered: secrets encrypted, the rest as settings.

        An empty secret leaves the stored one alone.
        """
        self.ensure_one()
        if not self.env.user.has_group("retail_sync_core.retail_sync_group_manager"):
            raise AccessError(self.env._("Only managers may change the access."))
        adapter = self._adapter_class()
        changed = []
        settings = dict(self.settings or {})
        for item in adapter.credentials if adapter else ():
            value = (values.get(item.name) or "").strip()
            if item.name not in values or (item.secret and not value):
                continue
            if item.secret:
                self.env["retail.sync.secret"]._store(self, item.name, value)
                changed.append(item.name)
            elif settings.get(item.name, "") != value:
                settings[item.name] = value
                changed.append(item.name)
        if changed:
            self.settings = settings
            self.last_test_code = False
            # the next test is to tell of what was entered, not of what was before
            self.env["retail.sync.secret"]._forget_fetched(self)
            self.env["retail.sync.audit"]._record(
                self, self, "access.changed", {"names": sorted(changed)}
            )
