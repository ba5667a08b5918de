from urllib.parse import urlsplit

from odoo import fields, models

from ..adapters import base
from ..domain import errors
from .retail_sync_handler import Again

CHANGES = 6  # in one call phase: each is a request, all within its time


class RetailSyncHandlerSubscriptionsCheck(models.AbstractModel):
    """Compares the webhook subscriptions over there with what we want, and mends them.

    A vendor removes a subscription after some failures; nobody would notice.
    """

    _name = "retail.sync.handler.subscriptions.check"
    _inherit = "retail.sync.handler"
    _description = "Handler: Check the Webhook Subscriptions"

    _anytime = True
    _mutates = True
    _patience_s = 86400.0

    def _plan(self, job):
        channel = job.channel_id.sudo()
        others = channel.search([("id", "!=", channel.id)]).mapped("public_url")
        return channel._wanted_topics(), channel.public_url or "", frozenset(others)

    @staticmethod
    def _call(adapter, plan):
        """Make at most a few changes; return (made, refused, whether more are left).

        A refused topic (mostly a missing permission) does not keep the others away:
        what it would have told is found by asking in turns.
        """
        wanted, uri, others = plan
        if not isinstance(adapter, base.Subscriptions):
            return (), (), False
        known = [
            one
            for one in adapter.list_subscriptions()
            if one.uri not in others and _is_ours(one.uri, uri)
        ]
        right = {one.topic for one in known if one.uri == uri and one.topic in wanted}
        wrong = [one for one in known if one.uri != uri or one.topic not in wanted]
        steps = [("made", topic) for topic in wanted if topic not in right]
        steps += [("removed", one) for one in wrong]
        made, refused = [], []
        for verb, what in steps[:CHANGES]:
            if verb == "removed":
                adapter.unsubscribe(what.external_id)
                continue
            try:
                adapter.subscribe(what, uri)
            except errors.PermanentError:
                refused.append(what)
            else:
                made.append(what)
        return made, refused, len(steps) > CHANGES and len(refused) < CHANGES

    def _apply(self, job, answer):
        made, refused, more = answer
        if more:
            return Again()
        channel = job.channel_id.sudo()
        channel.subscriptions_checked_at = fields.Datetime.now()
        channel._note_subscribed(refused)
        if refused:
            return self.env._("Refused: %s.", ", ".join(refused))
        if not made:
            return self.env._("All subscriptions stand.")
        return self.env._("Subscribed to %s.", ", ".join(made))


def _is_ours(found, uri):
    """Return whether the address ``found`` is or was the channel's ``uri``.

    It carries our token, or it leads to this server. What leads to another server with
    another token may be another database's: that is not ours to remove.
    """
    theirs, own = urlsplit(found), urlsplit(uri)
    folder, _slash, token = own.path.rpartition("/")
    if not token or not theirs.path.startswith(f"{folder}/"):
        return False
    return theirs.path == own.path or theirs.netloc == own.netloc
