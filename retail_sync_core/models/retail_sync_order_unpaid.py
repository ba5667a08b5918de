from datetime import timedelta

from odoo import fields, models

from ..domain import documents as doc

UNPAID = (
    doc.PaymentState.PENDING.value,
    doc.PaymentState.EXPIRED.value,
    doc.PaymentState.VOIDED.value,
)


class RetailSyncOrder(models.Model):
    """Orders that wait for their money: when they are confirmed, when given up."""

    _inherit = "retail.sync.order"

    def _confirm_if_wanted(self):
        """Confirm a quotation whose money has come, where the policy waits for it."""
        if self.channel_id.order_policy != "paid":
            return super()._confirm_if_wanted()
        draft = self.order_id.state in ("draft", "sent")
        freed = (self.released_facts or {}).get("payment") == self.payment_state
        paid = freed or self._has_paid_enough()
        if draft and paid and self.hold_code not in ("total", "cancel"):
            self.order_id.action_confirm()
            self._note("confirmed", deliveries=len(self.order_id.picking_ids))
        return None

    def _is_overdue(self):
        """Return whether the policy gives this order up now."""
        end = self._unpaid_until()
        return bool(
            end
            and end <= fields.Datetime.now()
            and self.order_id.state in ("draft", "sent", "sale")
            and self.state in ("imported", "hold")
            and self._is_unpaid()
        )

    def _is_unpaid(self):
        """Return whether its goods wait for money of which nothing has come."""
        released = (self.released_facts or {}).get("payment") == self.payment_state
        return (
            self.payment_state in UNPAID
            and not released
            and not self._has_paid_enough()
        )

    def _find_unpaid(self, channel, last, limit):
        """Return the next orders after the id ``last`` of which no money has come."""
        return self.search(
            [
                ("channel_id", "=", channel.id),
                ("id", ">", last),
                ("state", "in", ("imported", "hold")),
                ("payment_state", "in", UNPAID),
            ],
            order="id",
            limit=limit,
        )

    def _unpaid_until(self):
        days = self.channel_id.unpaid_days
        return self.placed_at + timedelta(days=days) if days else False

    def _expire_later(self):
        """Have it looked at again when the time to pay is over."""
        end = self._unpaid_until()
        if not end or self.payment_state not in UNPAID or self.cancelled_at:
            return
        # one that waits for another number of days must not keep this one waiting
        name = f"{self.external_id}:{self.channel_id.unpaid_days}"
        left = (end - fields.Datetime.now()).total_seconds()
        self.env["retail.sync.job"].sudo()._enqueue(
            self.channel_id,
            "order.expire",
            order_key=f"expire:{name}",
            identity=f"order.expire:{name}",
            payload={"external_id": self.external_id},
            delay_s=max(left, 0.0),
        )

    def _expire_unpaid(self):
        """Give the goods free, or cancel; return what was decided."""
        self._lock()
        if not self._is_overdue():
            self._expire_again()
            return self.env._("Nothing to do: paid, ended, or still in time.")
        if self.channel_id.unpaid_action == "cancel" and not self._has_begun():
            self._cancel_unpaid()
            return self.env._("Canceled: nobody paid in time.")
        sale = self.order_id
        if sale.retail_sync_is_given_free or self._has_begun():
            return self.env._("Nothing to give free.")
        sale.retail_sync_is_given_free = True
        sale.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ).do_unreserve()
        self._note("given_free")
        return self.env._("Its goods are free for others.")

    def _expire_again(self):
        """The policy may have been made longer since."""
        end = self._unpaid_until()
        if end and end > fields.Datetime.now():
            self._expire_later()

    def _has_begun(self):
        """Return whether goods have left or are being picked."""
        pickings = self.order_id.picking_ids
        return self._is_being_picked() or "done" in pickings.mapped("state")

    def _cancel_unpaid(self):
        self._cancel_sale("cancelled_unpaid")
        self._intend_to_cancel(doc.Cancellation(order_id=self.external_id))

    def _reserve_again(self):
        """The money has come after all: the goods are taken back."""
        sale = self.order_id
        if sale.retail_sync_is_given_free and not self._is_unpaid():
            sale.retail_sync_is_given_free = False
            sale.picking_ids.filtered(
                lambda p: p.state in ("confirmed", "waiting", "assigned")
            ).action_assign()
            self._note("taken_back")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    retail_sync_is_given_free = fields.Boolean(
        string="Given free",
        readonly=True,
        copy=False,
        help="Its goods wait for money and are not reserved.",
    )

    _retail_sync_given_free_idx = models.Index("(id) WHERE retail_sync_is_given_free")

    def write(self, vals):
        result = super().write(vals)
        if "retail_sync_is_given_free" in vals:
            self._retail_sync_mark_stock()
        return result

    def _retail_sync_mark_stock(self):
        """Have the levels of all that is sold looked at again, parts of kits too."""
        lines = self.sudo().order_line
        products = lines.product_id | lines.move_ids.product_id
        self.env["retail.sync.stock.mark"].sudo()._append(
            [(product.id, None, None) for product in products]
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Reserve nothing for an order whose goods were given free."""
        # whoever reserves need not see sale orders
        free = self.filtered(
            lambda move: move.sudo().sale_line_id.order_id.retail_sync_is_given_free
        )
        return super(StockMove, self - free)._action_assign(force_qty=force_qty)
