import hashlib

from odoo import fields, models

from .retail_sync_hint import CHANNEL, MESSAGE

KINDS = [
    ("cancel", "Canceled"),
    ("hold", "On hold"),
    ("address", "Another address"),
    ("quantity", "Other goods or quantities"),
]


class RetailSyncPickingStop(models.Model):
    """Something changed after picking began: the delivery stops until the picker says
    that the goods are where they belong.
    """

    _name = "retail.sync.picking.stop"
    _description = "Stop of a Delivery"
    _order = "id"
    _rec_name = "kind"

    picking_id = fields.Many2one(
        "stock.picking", required=True, readonly=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(
        "retail.sync.order", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="picking_id.company_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    params = fields.Json(readonly=True)
    acknowledged_at = fields.Datetime(string="Acknowledged", readonly=True)
    acknowledged_by = fields.Many2one(
        "res.users", string="Acknowledged by", readonly=True
    )

    _open_uniq = models.UniqueIndex(
        "(picking_id, kind) WHERE acknowledged_at IS NULL",
        "This delivery is stopped for that already.",
    )

    def _stop(self, order, pickings, kind, **params):
        """Stop ``pickings`` where they are open on a screen, within seconds.

        Again for the same reason only renews what is said.
        """
        for picking in pickings:
            known = picking.retail_sync_stop_ids.filtered(
                lambda stop: stop.kind == kind and not stop.acknowledged_at
            )
            if known:
                known.params = params or False
                continue
            self.create(
                {
                    "picking_id": picking.id,
                    "order_id": order.id,
                    "kind": kind,
                    "params": params or False,
                }
            )
            order._note_about(picking, "picking_stopped", name=picking.name)
        if pickings:
            # never held back: somebody has the goods in their hands
            self.env["bus.bus"]._sendone(CHANNEL, MESSAGE, {})

    def _entry(self):
        """Return what the banner on the delivery says."""
        self.ensure_one()
        title, todo, button = self._texts()[self.kind]
        return {
            "id": self.id,
            "title": title,
            "todo": todo.strip(),
            "button": button,
            "is_open": self.picking_id.state not in ("done", "cancel"),
            "said": hashlib.sha256(f"{title}|{todo}".encode()).hexdigest()[:12],
        }

    def _texts(self):
        """Return {kind: (what happened, what to do with the goods, the button)}."""
        params = self.params or {}
        return {
            "cancel": (
                self.env._("Stop: the order was canceled."),
                self.env._("Put the goods back on the shelf."),
                self.env._("The goods are back"),
            ),
            "hold": (
                self.env._("Stop: this must not be shipped now."),
                self.env._(
                    "Put the goods aside and wait. %s", self.order_id.hold_reason or ""
                ),
                self.env._("The goods are set aside"),
            ),
            "address": (
                self.env._("Stop: it goes to another address."),
                self.env._(
                    "Take the old label off. The new address: %s",
                    params.get("address", ""),
                ),
                self.env._("The old label is off"),
            ),
            "quantity": (
                self.env._("Stop: the customer wants something else."),
                self.env._(
                    "%s. Put the goods back; the delivery starts anew as it is wanted"
                    " now.",
                    params.get("what", ""),
                ),
                self.env._("The goods are back: start anew"),
            ),
        }

    def _acknowledge(self):
        """Write down who has seen it, and go on as the goods lie now."""
        now, user = fields.Datetime.now(), self.env.user
        for stop in self.filtered(lambda one: not one.acknowledged_at):
            stop.write({"acknowledged_at": now, "acknowledged_by": user.id})
            stop.order_id._note_about(
                stop.picking_id,
                "picking_acknowledged",
                name=stop.picking_id.name,
                user=user.display_name,
            )
            getattr(stop, f"_after_{stop.kind}")()

    def _after_cancel(self):
        """The goods are back: what was only stopped is canceled now."""
        order = self.order_id
        if order.hold_code != "cancel" or not order._open_deliveries():
            return
        if order.channel_id.cancel_policy != "auto":
            return  # where a person is to decide, the hold and its issue stay
        if "cancel" not in order._open_stops().mapped("kind"):
            order._cancel_there_too()

    def _after_hold(self):
        """Only the hold itself keeps the delivery now."""

    def _after_address(self):
        """Send what is still here to the new address."""
        params = self.params or {}
        contact = self.env["res.partner"].browse(params.get("partner_id")).exists()
        sale = self.order_id.order_id
        if contact and sale.partner_shipping_id != contact:
            sale.partner_shipping_id = contact
            self.order_id._open_deliveries().filtered("partner_id").partner_id = contact
            self.order_id._note("address")
        if "address" not in self.order_id._open_stops().mapped("kind"):
            self.order_id._close_changed_issue("address")

    def _after_quantity(self):
        """Begin anew: the newest version is written as if nobody had begun.

        The last of those who pick it starts that. Where the channel gives no newest
        version, its issue stays with a person.
        """
        order = self.order_id
        if not order._gives_newest():
            return
        picking = self.picking_id & order._open_deliveries()
        picking.do_unreserve()
        picking.move_ids.picked = False
        picking.printed = False
        order.write({"is_to_edit": True, "fingerprint": False})
        if "quantity" not in order._open_stops().mapped("kind"):
            order._fetch_soon()


class RetailSyncOrder(models.Model):
    _inherit = "retail.sync.order"

    is_to_edit = fields.Boolean(
        string="To be edited",
        readonly=True,
        copy=False,
        help="A change waited for the picker; the next version is written whole.",
    )

    def _begun_deliveries(self):
        """Return the open deliveries that somebody has begun to pick."""
        return self._open_deliveries().filtered(
            lambda picking: picking._is_being_picked()
        )

    def _why_not_renewed(self):
        """Return why its newest version does not come by itself, and what to do."""
        channel = self.channel_id.sudo()
        if channel.state != "live":
            return self.env._(
                "%s is paused: that waits until somebody responsible resumes it, under"
                " Retail Sync, Channels.",
                channel.name,
            )
        if channel._workflow("order").state == "paused":
            return self.env._(
                "Orders of %s are paused: that waits until somebody responsible resumes"
                " them, under Retail Sync, Channels.",
                channel.name,
            )
        if self._last_fetch().state in ("parked", "dead"):
            return self.env._(
                "Its newest version could not be read: somebody responsible must settle"
                " what stands under Retail Sync, Issues, or fetch %s anew.",
                self.display_name,
            )
        return ""

    def _last_fetch(self):
        """Return the job that fetched it last, or is to."""
        jobs = self.env["retail.sync.job"].sudo()
        own = [
            ("channel_id", "=", self.channel_id.id),
            ("order_key", "=", self._order_key()),
            ("handler", "=", "order.fetch"),
            ("state", "in", ("pending", "running", "parked", "dead")),
        ]
        return jobs.search(own, order="id desc", limit=1)

    def _goods_in_hands(self):
        """Return the deliveries begun whose goods nobody has put back yet.

        One that is renewed stays in its batch; that alone keeps nobody from it.
        """
        begun = self._begun_deliveries()
        if not self.is_to_edit:
            return begun
        told = self._open_stops().filtered(lambda stop: stop.kind == "quantity")
        return begun.filtered(
            lambda picking: picking._is_in_hands() or picking in told.picking_id
        )

    def _stop_picking(self, kind, pickings=None, **params):
        """Stop what is being picked, where the picker works."""
        begun = self._begun_deliveries() if pickings is None else pickings
        self.env["retail.sync.picking.stop"].sudo()._stop(self, begun, kind, **params)

    def _judge_hold(self):
        """A hold that comes while goods are in somebody's hands stops them there."""
        was = self.hold_code
        result = super()._judge_hold()
        code = self.hold_code
        if code and code != was:
            self._stop_picking("cancel" if code == "cancel" else "hold")
        elif was and not code:
            self._end_stops("hold")
        return result

    def _open_stops(self):
        """Return what nobody has acknowledged yet, of all its deliveries."""
        stops = self.sudo().order_id.picking_ids.retail_sync_stop_ids
        return stops.filtered(lambda stop: not stop.acknowledged_at)

    def _end_stops(self, kind, besides=()):
        """End those that nobody needs to see anymore, on open screens, too.

        :param besides: deliveries that stay stopped
        """
        ended = self._open_stops().filtered(
            lambda stop: stop.kind == kind and stop.picking_id not in besides
        )
        if ended:
            ended.acknowledged_at = fields.Datetime.now()
            self.env["bus.bus"]._sendone(CHANNEL, MESSAGE, {})

    def action_release(self, why=""):
        """Whoever lets a canceled order go all the same lets the picker go on."""
        canceled = self.filtered(lambda order: order.hold_code == "cancel")
        result = super().action_release(why)
        for order in canceled:
            order._end_stops("cancel")
        return result

    def _cancel_there_too(self):
        """Cancel what the channel canceled: all, or what has not left."""
        if self._has_left():
            self._cancel_what_is_left()
        else:
            self._cancel_here()

    def _cancel_decided(self, decision):
        """Whoever is picking it is told to put the goods back."""
        begun = self._begun_deliveries()
        result = super()._cancel_decided(decision)
        self._stop_picking("cancel", begun)
        return result

    # what a person is told of a change that nobody wrote
    def _changed_issue(self):
        issues = self.env["retail.sync.issue"].sudo()
        return issues.search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", "order_changed"),
                ("value", "=", self.display_name),
                ("state", "=", "open"),
            ],
            limit=1,
        )

    def _told_parts(self):
        """Return {about: [the change, the change and why it was not written]}."""
        return (self._changed_issue().params or {}).get("parts") or {}

    def _told_change(self, about):
        """Return the change a person was told of and nobody has written, or ""."""
        return self._told_parts().get(about, [""])[0]

    def _tell_changed(self, parts):
        """Raise the issue with ``parts``, or say them in the one that is open."""
        params = {"parts": parts, "what": "; ".join(told for _, told in parts.values())}
        issue = self._changed_issue()
        if issue:
            issue.params = params
            return
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            "order_changed",
            field=self.env._("Order"),
            value=self.display_name,
            params=params,
            record=self,
        )

    def _close_changed_issue(self, about=None):
        """Take what was told ``about`` something (else all) out of the issue.

        It closes when nothing else is left in it.
        """
        parts = self._told_parts()
        known = parts.pop(about, None)
        if about and parts:
            if known:
                self._tell_changed(parts)
        elif known or not about:
            self.env["retail.sync.issue"]._close_matching(
                self.channel_id, "order_changed", self.display_name
            )


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "picking_stopped": (
                "stopped",
                self.env._("%(name)s is being picked: the picker was told to stop."),
            ),
            "picking_acknowledged": (
                "decided",
                self.env._("%(user)s has put the goods of %(name)s right."),
            ),
        }
