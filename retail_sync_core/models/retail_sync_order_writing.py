from odoo import Command, models
from odoo.exceptions import UserError

LATE_AT_MOST = 1000


class RetailSyncOrder(models.Model):
    """Messages to the buyer by Odoo's templates: queued once, in the buyer's language.

    They are part of the transaction in which the thing happens: a replay finds its row,
    and what is rolled back was never written.
    """

    _inherit = "retail.sync.order"

    def _announce(self, event, picking=None, ref="", *, asked=False):
        """Queue the mail about ``event``, where Odoo is to write it.

        :param picking: the delivery it is about, if any
        :param ref: of several of the kind, which one
        :param asked: a person wants it now, whoever else writes
        :return: whether a mail was queued
        """
        row = self.channel_id._message(event)
        if not (asked or row.sender == "odoo") or not self._may_be_written_to(row):
            return False
        if not asked and self._is_perhaps_told(event, picking, ref):
            return False
        if not self._buyers_email():
            self._note("mail_none", what=self._said_event(event))
            return False
        sent = self.env["retail.sync.message.sent"].sudo()._claim(self, event, ref)
        if not sent:
            return False
        template = row.template_id.sudo()
        about = self.order_id
        if template.model == "stock.picking":
            about = picking or self._left_deliveries()[-1:]
        if not about:
            return False
        lang = self.order_id.sudo().partner_id.lang or self.env.lang
        letter = template.with_context(lang=lang)
        sent.mail_id = letter.send_mail(about.id, force_send=False)
        step = "mail_again" if asked else "mail"
        self._note(step, what=self._said_event(event), user=self.env.user.display_name)
        return True

    def _may_be_written_to(self, row):
        """Return whether mails about it may leave: it is ours, and this is no copy."""
        channel = self.channel_id.sudo()
        return bool(
            row.template_id
            and self.order_id
            and not self.is_history
            and not channel._only_looks()
            and not (
                channel.live_at and self.placed_at and self.placed_at < channel.live_at
            )
            and self.env["retail.sync.fuse"].sudo()._is_confirmed()
        )

    def _buyers_email(self):
        return self.order_id.sudo().partner_id.email

    def _said_event(self, event):
        field = self.env["retail.sync.message"]._fields["event"]
        return dict(field._description_selection(self.env)).get(event, event)

    def _left_deliveries(self):
        """Return the deliveries that have left, the oldest first."""
        return (
            self.sudo()
            .order_id.picking_ids.filtered(
                lambda one: one.state == "done" and one._is_delivery()
            )
            .sorted(lambda one: (one.date_done or one.write_date, one.id))
        )

    # what it is about
    def _note(self, code, **params):
        result = super()._note(code, **params)
        if code == "confirmed":
            self._announce("confirmed")
        return result

    def _end_canceled(self, code):
        result = super()._end_canceled(code)
        self._announce("canceled")
        return result

    def _intend_shipment(self, picking):
        result = super()._intend_shipment(picking)
        if self._tellings_of(picking):  # what others shipped is told by them
            self._announce("shipped", picking, ref=str(picking.id))
        return result

    def _note_tracking(self, step, picking, tracking):
        result = super()._note_tracking(step, picking, tracking)
        if step in ("tracking", "tracking_by_hand") and tracking:
            numbers = ",".join(parcel.number for parcel in tracking)
            self._announce("parcel", picking, ref=f"{picking.id}:{numbers}"[:200])
        return result

    # late orders
    def _announce_late(self, *, asked=False):
        """Write about each order that is late, once for each date; return how many."""
        late = self.filtered("late_since")
        return sum(
            order._announce(
                "late", ref=order.late_since.date().isoformat(), asked=asked
            )
            for order in late
        )

    def _is_told_late(self):
        """Return whether the buyer was told of this very date."""
        return bool(
            self.env["retail.sync.message.sent"]
            .sudo()
            .search_count(
                [
                    ("order_id", "=", self.id),
                    ("event", "=", "late"),
                    ("ref", "=", self.late_since.date().isoformat()),
                ],
                limit=1,
            )
        )

    def _announce_all_late(self, channel):
        """Write to all whose order is late, where Odoo does so by itself."""
        if channel._writes("late", "odoo"):
            late = [("channel_id", "=", channel.id), ("late_since", "!=", False)]
            self.search(late, limit=LATE_AT_MOST)._announce_late()

    def action_tell_late(self):
        """Show who would be written to that their order is late."""
        orders = self.filtered("late_since")
        for order in orders:
            order._check_service()
        if not orders:
            raise UserError(self.env._("None of these orders is late."))
        dialog = self.env["retail.sync.order.tell"].create(
            {"order_ids": [Command.set(orders.ids)]}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tell the buyers that it is late"),
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }


class RetailSyncOrderPayment(models.Model):
    _inherit = "retail.sync.order.payment"

    def _announce_refunds(self):
        """Write to buyers about what was paid back since the channel is live."""
        for row in self:
            order, live_at = row.order_id, row.order_id.channel_id.sudo().live_at
            is_new = not live_at or (row.processed_at and row.processed_at >= live_at)
            if row.kind == "refund" and row.status == "success" and is_new:
                order._announce("refunded", ref=row.external_id)
