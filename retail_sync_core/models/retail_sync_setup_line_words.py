from odoo import models


class RetailSyncSetupLine(models.Model):
    """What each finding of the set-up check says: how it is, what to do."""

    _inherit = "retail.sync.setup.line"

    def _words_of_key(self):
        missing = self.env._(
            "Make a key (docs/install.md has the command), put it into the server's"
            " configuration as retail_sync_secret_keys and restart Odoo."
        )
        return {
            "key": (self.env._("The key is there, and it is not in the database."), ""),
            "key_missing": (
                self.env._("This server has no key: no secret can be stored or read."),
                missing,
            ),
            "key_bad": (
                self.env._(
                    "What stands in retail_sync_secret_keys is not a key: it must be"
                    " 32 random bytes in URL-safe base64."
                ),
                missing,
            ),
            "key_in_database": (
                self.env._(
                    "The key stands in a system parameter, so it is in each backup,"
                    " beside what it protects."
                ),
                self.env._(
                    "Delete the system parameter, put a new key in front of the old"
                    " one on the server and encrypt the secrets anew."
                ),
            ),
            **self._words_of_lost_keys(),
        }

    def _words_of_lost_keys(self):
        return {
            "key_lost": (
                self.env._(
                    "The secrets of %(channel)s were encrypted with a key that this"
                    " server does not have."
                ),
                self.env._(
                    "Add the old key behind the new one, or enter the secrets again"
                    " under Access of the channel."
                ),
            ),
            "key_lost_many": (
                self.env._(
                    "The secrets of %(channels)s were encrypted with a key that this"
                    " server does not have."
                ),
                self.env._(
                    "Add the old key behind the new one, or enter the secrets again"
                    " under Access of each of these channels."
                ),
            ),
        }

    def _words_of_database(self):
        return {
            "database": (self.env._("This is the live database."), ""),
            "database_copy": (
                self.env._(
                    "This may be a copy: nothing leaves it before a manager says that"
                    " it is the live one."
                ),
                self.env._("If it is, press the button above that says so."),
            ),
        }

    def _words_of_address(self):
        where = self.env._(
            "Set the system parameter web.base.url to the address that the world uses,"
            " beginning with https://, and web.base.url.freeze to True."
        )
        return {
            "address": (self.env._("%(url)s is public, encrypted and fixed."), ""),
            "address_plain": (
                self.env._(
                    "It works: channels are asked for orders every %(minutes)s minutes."
                    " With a public https address orders arrive at once; this server"
                    " is called %(url)s."
                ),
                where,
            ),
            "address_private": (
                self.env._(
                    "It works: channels are asked for orders every %(minutes)s minutes."
                    " With a public https address orders arrive at once; nobody"
                    " outside reaches %(url)s."
                ),
                where,
            ),
            "address_thawed": (
                self.env._(
                    "%(url)s is well, but Odoo replaces it whenever an administrator"
                    " comes in by another address."
                ),
                self.env._("Set the system parameter web.base.url.freeze to True."),
            ),
        }

    def _words_of_webhook(self):
        outside = self.env._(
            "Look whether the name, the proxy and its port are right. Some networks do"
            " not let a server reach its own public address: then try it from outside."
        )
        return {
            "webhook": (
                self.env._(
                    "A message sent to ourselves through %(host)s came in here."
                ),
                "",
            ),
            "webhook_untried": (
                self.env._("Not tried: nothing leaves a database that may be a copy."),
                self.env._("Confirm the database first, then look again."),
            ),
            "webhook_unreachable": (
                self.env._("This server gets no connection to %(host)s."),
                outside,
            ),
            "webhook_silent": (
                self.env._("%(host)s takes the message and gives no answer."),
                outside,
            ),
            "webhook_certificate": (
                self.env._("The certificate of %(host)s is not accepted."),
                self.env._(
                    "Get one from a known authority, made out to this name and not"
                    " ended, and let the proxy send its whole chain."
                ),
            ),
        }

    def _words_of_strangers(self):
        """Somebody answered the message to ourselves, and it was not this database."""
        return {
            "webhook_moved": (
                self.env._(
                    "%(host)s sends callers on to %(location)s; channels do not follow."
                ),
                self.env._("Set web.base.url to the address that answers itself."),
            ),
            "webhook_elsewhere": (
                self.env._(
                    "%(host)s answers (%(status)s), but the message did not come into"
                    " this database."
                ),
                self.env._(
                    "Let this host name lead to this database: with several of them set"
                    " dbfilter, or name one with -d; and let the proxy pass on the"
                    " Host."
                ),
            ),
            "webhook_refused": (
                self.env._("%(host)s answered %(status)s instead of taking it in."),
                self.env._(
                    "Let the proxy pass POST requests to /retail_sync/ on to Odoo as"
                    " they are, without a login or a filter in between."
                ),
            ),
        }

    def _words_of_workers(self):
        more = self.env._(
            "Start the server with max_cron_threads = 3 or more; each host may have"
            " its own."
        )
        return {
            "workers": (
                self.env._(
                    "Workers of Retail Sync: %(slots)s; the server's threads for"
                    " scheduled actions: %(threads)s."
                ),
                "",
            ),
            "workers_few": (
                self.env._(
                    "The server has %(threads)s threads for scheduled actions; with"
                    " fewer than three, Odoo's own and ours wait for each other."
                ),
                more,
            ),
            "workers_off": (
                self.env._("All workers are switched off."),
                self.env._(
                    "Activate the scheduled actions called Retail Sync: worker; a copy"
                    " that was neutralized has them off on purpose."
                ),
            ),
            "waiting": (self.env._("A worker is asked..."), ""),
            "nobody": (self.env._("No worker came within 90 seconds."), more),
        }

    def _words_of_waking(self):
        return {
            "waking": (
                self.env._("A worker came %(time)s after it was called."),
                "",
            ),
            "waking_slow": (
                self.env._("A worker came only %(time)s after it was called."),
                self.env._(
                    "Set ODOO_NOTIFY_CRON_CHANGES=1 in the server's environment and"
                    " give it more threads for scheduled actions."
                ),
            ),
            "waking_deaf": (
                self.env._(
                    "Workers are called, but what they leave unfinished may wait for"
                    " up to a minute."
                ),
                self.env._(
                    "Set ODOO_NOTIFY_CRON_CHANGES=1 in the server's environment."
                ),
            ),
        }

    def _words_of_clock(self):
        remedy = self.env._("Let the machine's clock be set by a time server (NTP).")
        return {
            "clock": (
                self.env._("The server and the database have the same time."),
                "",
            ),
            "clock_all": (
                self.env._("The server, the database and the channels agree."),
                "",
            ),
            "clock_server": (
                self.env._(
                    "The clocks of the server and the database are %(time)s apart."
                ),
                remedy,
            ),
            "clock_channel": (
                self.env._(
                    "The clock of %(channel)s was %(time)s away from ours when it"
                    " was last tested."
                ),
                remedy,
            ),
        }

    def _words_of_versions(self):
        update = self.env._("Update Retail Sync before that day.")
        return {
            "version_none": (self.env._("No channel is connected yet."), ""),
            "version_draft": (
                self.env._("No channel is watched or live yet; then it is looked at."),
                "",
            ),
            "version_unknown": (self.env._("No channel names an end of support."), ""),
            "version": (
                self.env._(
                    "%(channel)s supports its version %(version)s until %(until)s."
                ),
                "",
            ),
            "version_ends": (
                self.env._(
                    "%(channel)s supports its version %(version)s only until %(until)s:"
                    " in %(days)s days."
                ),
                update,
            ),
            "version_over": (
                self.env._(
                    "%(channel)s has ended its support of version %(version)s on"
                    " %(until)s."
                ),
                self.env._("Update Retail Sync now."),
            ),
        }

    def _words_of_others(self):
        return {
            "mail": (self.env._("Mails can leave; who is responsible gets them."), ""),
            "mail_missing": (
                self.env._("No outgoing mail server: nobody is told by mail."),
                self.env._("Enter one under Settings, Outgoing Email Servers."),
            ),
            "mail_owner": (
                self.env._(
                    "%(user)s is responsible for %(channel)s and has no mail address."
                ),
                self.env._("Enter the address on the user."),
            ),
            "mail_nobody": (
                self.env._("Nobody is responsible for %(channel)s."),
                self.env._("Name somebody on the channel."),
            ),
            "keepalive": (
                self.env._("PostgreSQL notices within a minute or two."),
                "",
            ),
            "keepalive_late": (
                self.env._(
                    "PostgreSQL looks for a server that vanished only after"
                    " %(time)s of silence; its work waits 5 minutes."
                ),
                self.env._(
                    "Set tcp_keepalives_idle = 30, tcp_keepalives_interval = 10 and"
                    " tcp_keepalives_count = 3 in postgresql.conf."
                ),
            ),
        }
