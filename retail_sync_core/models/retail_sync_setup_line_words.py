from odoo import models


class RetailSyncSetupLine(models.Model):
    """What each finding of the set-up check says: how it is, what to do."""

    _inherit = "retail.sync.setup.line"

    def _words_of_key(self):
        translate = self.env._
        missing = translate(
            "Make a key (docs/install.md has the command), put it into the server's"
            " configuration as retail_sync_secret_keys and restart Odoo."
        )
        return {
            "key": (translate("The key is there, and it is not in the database."), ""),
            "key_missing": (
                translate("This server has no key: no secret can be stored or read."),
                missing,
            ),
            "key_bad": (
                translate(
                    "What stands in retail_sync_secret_keys is not a key: it must be"
                    " 32 random bytes in URL-safe base64."
                ),
                missing,
            ),
            "key_in_database": (
                translate(
                    "The key stands in a system parameter, so it is in each backup,"
                    " beside what it protects."
                ),
                translate(
                    "Delete the system parameter, put a new key in front of the old"
                    " one on the server and encrypt the secrets anew."
                ),
            ),
            "key_lost": (
                translate(
                    "The secrets of %(channel)s were encrypted with a key that this"
                    " server does not have."
                ),
                translate(
                    "Add the old key behind the new one, or enter the secrets again"
                    " under Access of the channel."
                ),
            ),
        }

    def _words_of_database(self):
        translate = self.env._
        return {
            "database": (translate("This is the live database."), ""),
            "database_copy": (
                translate(
                    "This may be a copy: nothing leaves it before a manager says that"
                    " it is the live one."
                ),
                translate("If it is, press the button above that says so."),
            ),
        }

    def _words_of_address(self):
        translate = self.env._
        where = translate(
            "Set the system parameter web.base.url to the address that the world uses,"
            " beginning with https://, and web.base.url.freeze to True."
        )
        return {
            "address": (translate("%(url)s is public, encrypted and fixed."), ""),
            "address_plain": (
                translate(
                    "This server is called %(url)s: without https no channel sends"
                    " its messages there."
                ),
                where,
            ),
            "address_private": (
                translate(
                    "This server is called %(url)s: nobody outside reaches that."
                ),
                where,
            ),
            "address_thawed": (
                translate(
                    "%(url)s is well, but Odoo replaces it whenever an administrator"
                    " comes in by another address."
                ),
                translate("Set the system parameter web.base.url.freeze to True."),
            ),
        }

    def _words_of_webhook(self):
        translate = self.env._
        outside = translate(
            "Look whether the name, the proxy and its port are right. Some networks do"
            " not let a server reach its own public address: then try it from outside."
        )
        return {
            "webhook": (
                translate("A message sent to ourselves through %(host)s came in here."),
                "",
            ),
            "webhook_untried": (
                translate("Not tried: nothing leaves a database that may be a copy."),
                translate("Confirm the database first, then look again."),
            ),
            "webhook_unreachable": (
                translate("This server gets no connection to %(host)s."),
                outside,
            ),
            "webhook_silent": (
                translate("%(host)s takes the message and gives no answer."),
                outside,
            ),
            "webhook_certificate": (
                translate("The certificate of %(host)s is not accepted."),
                translate(
                    "Get one from a known authority, made out to this name and not"
                    " ended, and let the proxy send its whole chain."
                ),
            ),
        }

    def _words_of_strangers(self):
        """Somebody answered the message to ourselves, and it was not this database."""
        translate = self.env._
        return {
            "webhook_moved": (
                translate(
                    "%(host)s sends callers on to %(location)s; channels do not follow."
                ),
                translate("Set web.base.url to the address that answers itself."),
            ),
            "webhook_elsewhere": (
                translate(
                    "%(host)s answers (%(status)s), but the message did not come into"
                    " this database."
                ),
                translate(
                    "Let this host name lead to this database: with several of them set"
                    " dbfilter, or name one with -d; and let the proxy pass on the"
                    " Host."
                ),
            ),
            "webhook_refused": (
                translate("%(host)s answered %(status)s instead of taking it in."),
                translate(
                    "Let the proxy pass POST requests to /retail_sync/ on to Odoo as"
                    " they are, without a login or a filter in between."
                ),
            ),
        }

    def _words_of_workers(self):
        translate = self.env._
        more = translate(
            "Start the server with max_cron_threads = 3 or more; each host may have"
            " its own."
        )
        return {
            "workers": (
                translate(
                    "Workers of Retail Sync: %(slots)s; the server's threads for"
                    " scheduled actions: %(threads)s."
                ),
                "",
            ),
            "workers_few": (
                translate(
                    "The server has %(threads)s thread for scheduled actions: Odoo's"
                    " own and ours wait for each other."
                ),
                more,
            ),
            "workers_off": (
                translate("All workers are switched off."),
                translate(
                    "Activate the scheduled actions called Retail Sync: worker; a copy"
                    " that was neutralized has them off on purpose."
                ),
            ),
            "waiting": (translate("A worker is asked..."), ""),
            "nobody": (translate("No worker came within 90 seconds."), more),
        }

    def _words_of_waking(self):
        translate = self.env._
        return {
            "waking": (
                translate("A worker came %(seconds)s s after it was called."),
                "",
            ),
            "waking_slow": (
                translate("A worker came only %(seconds)s s after it was called."),
                translate(
                    "Set ODOO_NOTIFY_CRON_CHANGES=1 in the server's environment and"
                    " give it more threads for scheduled actions."
                ),
            ),
            "waking_deaf": (
                translate(
                    "Workers are called, but what they leave unfinished may wait for"
                    " up to a minute."
                ),
                translate(
                    "Set ODOO_NOTIFY_CRON_CHANGES=1 in the server's environment."
                ),
            ),
        }

    def _words_of_clock(self):
        translate = self.env._
        remedy = translate("Let the machine's clock be set by a time server (NTP).")
        return {
            "clock": (translate("The server and the database have the same time."), ""),
            "clock_all": (
                translate("The server, the database and the channels agree."),
                "",
            ),
            "clock_server": (
                translate(
                    "The clocks of the server and the database are %(seconds)s s apart."
                ),
                remedy,
            ),
            "clock_channel": (
                translate(
                    "The clock of %(channel)s was %(seconds)s s away from ours when it"
                    " was last tested."
                ),
                remedy,
            ),
        }

    def _words_of_versions(self):
        translate = self.env._
        update = translate("Update Retail Sync before that day.")
        return {
            "version_none": (translate("No channel is connected yet."), ""),
            "version_unknown": (translate("No channel names an end of support."), ""),
            "version": (
                translate(
                    "%(channel)s supports its version %(version)s until %(until)s."
                ),
                "",
            ),
            "version_ends": (
                translate(
                    "%(channel)s supports its version %(version)s only until %(until)s:"
                    " in %(days)s days."
                ),
                update,
            ),
            "version_over": (
                translate(
                    "%(channel)s has ended its support of version %(version)s on"
                    " %(until)s."
                ),
                translate("Update Retail Sync now."),
            ),
        }

    def _words_of_others(self):
        translate = self.env._
        return {
            "mail": (translate("Mails can leave; who is responsible gets them."), ""),
            "mail_missing": (
                translate("No outgoing mail server: nobody is told by mail."),
                translate("Enter one under Settings, Outgoing Email Servers."),
            ),
            "mail_owner": (
                translate(
                    "%(user)s is responsible for %(channel)s and has no mail address."
                ),
                translate("Enter the address on the user."),
            ),
            "mail_nobody": (
                translate("Nobody is responsible for %(channel)s."),
                translate("Name somebody on the channel."),
            ),
            "keepalive": (
                translate("PostgreSQL notices within a minute or two."),
                "",
            ),
            "keepalive_late": (
                translate(
                    "PostgreSQL looks for a server that vanished only after"
                    " %(seconds)s s of silence; its work waits 5 minutes."
                ),
                translate(
                    "Set tcp_keepalives_idle = 30, tcp_keepalives_interval = 10 and"
                    " tcp_keepalives_count = 3 in postgresql.conf."
                ),
            ),
        }
