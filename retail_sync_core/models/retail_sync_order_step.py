from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models

GATHERED = "retail_sync_gathered_steps"

KINDS = [
    ("came", "Came in"),
    ("decided", "Decided"),
    ("sent", "Sent"),
    ("answered", "Answered"),
    ("stopped", "Stopped"),
]


class RetailSyncOrderStep(models.Model):
    """One entry of an order's timeline. Only the code and its parameters are kept; the
    sentence is made in the reader's language. Rows are appended, never changed.
    """

    _name = "retail.sync.order.step"
    _description = "Step of an Order"
    _order = "id desc"
    _rec_name = "code"

    order_id = fields.Many2one(
        "retail.sync.order",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    code = fields.Char(required=True, readonly=True)
    params = fields.Json(readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    user_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user.id
    )
    kind = fields.Selection(KINDS, compute="_compute_text")
    text = fields.Char(compute="_compute_text")
    company_id = fields.Many2one(related="order_id.company_id")

    @api.depends("code", "params")
    @api.depends_context("lang")
    def _compute_text(self):
        sentences = self._sentences()
        for step in self:
            kind, sentence = sentences.get(step.code, ("decided", step.code))
            step.kind = kind
            step.text = sentence % _Shown(step._shown_params())

    def _shown_params(self):
        """Return the parameters; a payment's state in the reader's words."""
        params = self.env["retail.sync.words"]._say_facts(self.params or {})
        if self.code == "payment":
            field = self.env["retail.sync.order"]._fields["payment_state"]
            names = dict(field._description_selection(self.env))
            params["state"] = names.get(params.get("state"), "")
        return params

    @api.model
    def _append(self, order, steps, record=None):
        """Append ``steps`` ((code, params) pairs) to ``order``'s timeline."""
        rows = [
            {
                "order_id": order.id,
                "code": code,
                "params": params or False,
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
                "user_id": self.env.uid,
            }
            for code, params in steps
        ]
        gathered = self.env.context.get(GATHERED)
        if gathered is not None:
            gathered.rows += rows
            return self.browse()
        return self.sudo().create(rows)

    @contextmanager
    def _gather(self):
        """Yield the model in an environment whose steps are appended at the end."""
        gathered = _Gathered()
        yield self.with_context(**{GATHERED: gathered})
        self.sudo().create(gathered.rows)

    def _entry(self):
        """Return the step as the timeline on the screen wants it."""
        names = dict(self._fields["kind"]._description_selection(self.env))
        entry = {
            "at": fields.Datetime.to_string(self.at),
            "kind": self.kind,
            "label": names[self.kind],
            "title": self.text,
        }
        if self._is_by_a_person():
            entry["by"] = self.user_id.sudo().name
        if self.res_model and self.res_id:
            record = self.env[self.res_model].browse(self.res_id).exists()
            if record and record.has_access("read"):
                entry.update(
                    model=self.res_model, id=record.id, link=record.display_name
                )
        return entry

    def _is_by_a_person(self):
        """Return whether somebody did it, and no worker in the channel's name."""
        worker = self.order_id.channel_id.sudo().user_id
        return self.user_id.id != SUPERUSER_ID and self.user_id != worker

    def _sentences(self):
        """Return {code: (kind, sentence)}; modules add theirs."""
        return {
            **self._import_sentences(),
            **self._past_sentences(),
            **self._amount_sentences(),
            **self._change_sentences(),
            **self._hold_sentences(),
            **self._shipment_sentences(),
        }

    def _import_sentences(self):
        return {
            "came": ("came", self.env._("A new version came from the channel.")),
            "imported": ("decided", self.env._("Sales order %(name)s was made.")),
            "took_quotation": (
                "decided",
                self.env._("Quotation %(name)s of draft %(draft)s became this order."),
            ),
            "quotation_ended": (
                "decided",
                self.env._("Quotation %(name)s of draft %(draft)s was canceled."),
            ),
            "confirmed": (
                "decided",
                self.env._("Confirmed. Deliveries made: %(deliveries)s."),
            ),
            "quotation": (
                "decided",
                self.env._("Left as a quotation, as the channel's policy says."),
            ),
            "test": ("decided", self.env._("Left out: it is a test order.")),
            "too_old": (
                "decided",
                self.env._("Left out: it was placed before orders are imported."),
            ),
            "empty": (
                "decided",
                self.env._("Left out: nothing of it is wanted anymore."),
            ),
            "cancelled_before": (
                "decided",
                self.env._("Canceled at the channel before it was imported."),
            ),
            "parked": ("stopped", self.env._("Not imported yet: %(message)s")),
        }

    def _past_sentences(self):
        """Return what is said of orders of a watched channel and from before."""
        return {
            "too_low": (
                "decided",
                self.env._(
                    "Left out: its number comes before the first to be imported."
                ),
            ),
            "shipped_before": (
                "decided",
                self.env._("Left out: it was shipped before the channel went live."),
            ),
            "delivered_before": (
                "decided",
                self.env._(
                    "Shipped before the channel went live: delivered here without"
                    " moving stock."
                ),
            ),
            "watched": (
                "decided",
                self.env._("It would be imported; the channel is only watched."),
            ),
        }

    def _amount_sentences(self):
        return {
            "corrected": (
                "decided",
                self.env._("%(user)s accepted a difference of %(amount)s: %(reason)s"),
            ),
            "correction_dropped": (
                "decided",
                self.env._(
                    "The channel mended its amounts; the correction of %(amount)s"
                    " was taken back."
                ),
            ),
            "rounding": (
                "decided",
                self.env._("A rounding line of %(amount)s makes the totals equal."),
            ),
        }

    def _change_sentences(self):
        return {
            "cancelled": (
                "decided",
                self.env._("Canceled at the channel: canceled here, stock given back."),
            ),
            "cancelled_here": ("decided", self.env._("Canceled here by a person.")),
            "cancel_stopped": (
                "stopped",
                self.env._(
                    "Canceled at the channel, but %(why)s. A person must decide."
                ),
            ),
            "payment": ("decided", self.env._("Payment is now: %(state)s")),
            "quantity": (
                "decided",
                self.env._("%(title)s: %(before)s became %(after)s."),
            ),
            "edited": (
                "decided",
                self.env._("Edited at the channel, and here as well: %(what)s."),
            ),
            "address": ("decided", self.env._("The delivery address changed.")),
            "rerouted": (
                "decided",
                self.env._(
                    "The channel asks %(warehouses)s to ship; deliveries moved."
                ),
            ),
            "changed": (
                "stopped",
                self.env._("Changed at the channel, not followed here: %(what)s"),
            ),
        }

    def _hold_sentences(self):
        return {
            "held": ("stopped", self.env._("On hold: %(reason)s")),
            "released": ("decided", self.env._("The hold is gone: %(reason)s")),
            "released_by_hand": (
                "decided",
                self.env._("%(user)s let it go in spite of: %(reason)s"),
            ),
            "released_because": (
                "decided",
                self.env._("%(user)s let it go in spite of: %(reason)s Why: %(why)s"),
            ),
        }

    def _shipment_sentences(self):
        return {
            "shipment": (
                "sent",
                self.env._("Delivery %(name)s is done; units to be told: %(units)s."),
            ),
            "shipment_none": (
                "decided",
                self.env._("Delivery %(name)s is done: the channel needs not be told."),
            ),
            "promise": (
                "decided",
                self.env._("The deliveries' deadline follows the channel's."),
            ),
            "promise_gone": (
                "decided",
                self.env._("The channel has no deadline for the deliveries anymore."),
            ),
            "told": ("answered", self.env._("The channel has delivery %(name)s.")),
            "refused": (
                "stopped",
                self.env._("The channel refused delivery %(name)s: %(message)s"),
            ),
            "shipped_elsewhere": (
                "came",
                self.env._(
                    "The channel knows of a shipment that is not ours (%(id)s)."
                ),
            ),
            "cancel_asked": (
                "sent",
                self.env._("Canceled here: the channel is asked to cancel it too."),
            ),
            "cancel_told": ("answered", self.env._("The channel canceled the order.")),
            "cancel_refused": (
                "stopped",
                self.env._("The channel did not cancel the order: %(message)s"),
            ),
        }


class _Gathered:
    """Steps to be appended together; each is itself only, as a context compares."""

    def __init__(self):
        self.rows = []


class _Shown(dict):
    """Parameters of a sentence; a missing one shows as nothing."""

    def __missing__(self, key):
        return ""
