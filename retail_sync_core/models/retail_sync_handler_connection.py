from odoo import fields, models

from ..adapters import base
from ..domain import errors
from ..domain.redact import redact

FOUND = "found"


class RetailSyncHandlerConnectionTest(models.AbstractModel):
    """Asks who answers, and writes it on the channel in words.

    It always ends: a person waits for the result, and presses again.
    """

    _name = "retail.sync.handler.connection.test"
    _inherit = "retail.sync.handler"
    _description = "Handler: Test the Connection"

    _anytime = True
    _always_ends = True

    def _plan(self, job):
        return FOUND

    @staticmethod
    def _call(adapter, plan):
        """Return who answered, or the error; no environment, no cursor."""
        if not isinstance(adapter, base.Connection):
            return base.ChannelInfo(name=adapter.label)
        try:
            return adapter.test()
        except errors.ThrottledError:
            raise
        except errors.SyncError as exc:
            if (
                adapter.renewal_due()
            ):  # its access was refused: renewed, and asked again
                raise
            return exc

    def _apply(self, job, answer):
        # kept in English: each reader is shown it in that person's language
        channel = job.channel_id.sudo().with_context(lang="en_US")
        if isinstance(answer, errors.SyncError):
            return self._note_failure(channel, answer)
        channel._note_tested(answer)
        return channel.last_test_message

    def _failed(self, job, error, phase):
        """Tell of an error that came before the test: the access was not renewed."""
        self._note_failure(job.channel_id.sudo(), error)

    def _note_failure(self, channel, error):
        channel = channel.with_context(lang="en_US")
        message = channel._say_failure(error) or redact(error)[:500]
        channel.write(
            {
                "last_test_at": fields.Datetime.now(),
                "last_test_ok": False,
                "last_test_message": message,
                "last_test_code": getattr(error, "code", ""),
            }
        )
        if isinstance(error, errors.ConfigurationError):
            channel._pause(message)
        return message
