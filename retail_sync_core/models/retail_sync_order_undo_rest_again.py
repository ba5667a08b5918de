from odoo import models
from odoo.exceptions import UserError

from .retail_sync_effect import SETTLED

KIND = "rest_refused"


class RetailSyncOrder(models.Model):
    """The channel did not cancel the rest: a person has it delivered after all."""

    _inherit = "retail.sync.order"

    def _ask_about_rest(self, answer):
        """Ask a person what becomes of goods that are canceled here alone.

        :param answer: why the channel did not cancel them, in its words
        """
        self.env["retail.sync.issue"]._raise(
            self.channel_id,
            KIND,
            field=self.env._("Order"),
            value=self.display_name,
            params={"answer": answer or self.env._("no reason was given")},
            record=self,
        )

    def _close_rest_issue(self):
        self.env["retail.sync.issue"]._close_matching(
            self.channel_id, KIND, self.display_name
        )

    def _rest_issue(self):
        return self.env["retail.sync.issue"].search(
            [
                ("channel_id", "=", self.channel_id.id),
                ("kind", "=", KIND),
                ("value", "=", self.display_name),
                ("state", "=", "open"),
            ]
        )

    def action_deliver_rest(self):
        """Make the deliveries again of what the channel did not cancel.

        Pressing it twice, or when the channel has canceled it meanwhile, makes nothing.
        """
        self._check_operator()
        self.ensure_one()
        # whoever decides need not be one who makes deliveries
        self.sudo()._deliver_rest()
        return True

    def _deliver_rest(self):
        self._claim()
        if not self.is_rest_cancelled:
            self._close_rest_issue()
            return
        self._check_may_deliver_rest()
        self._drop_refused_rests()
        self.is_rest_cancelled = False
        units = {line.sale_line_id.id: left for line, left in self._rest().items()}
        lines = self.env["sale.order.line"].browse(units)
        before = self.order_id.picking_ids
        self._launch_again(lines.with_context(retail_sync_rest=units))
        made = self.order_id.picking_ids - before
        self._note_about(made[:1] or self.order_id, "rest_again")
        self.env["retail.sync.audit"]._record(
            self.channel_id, self, "order.rest_delivered", {"pickings": made.ids}
        )
        self._close_rest_issue()
        self._judge_hold()
        self._judge_refund()

    def _check_may_deliver_rest(self):
        if self.cancelled_at or self.order_id.state != "sale":
            raise UserError(
                self.env._(
                    "%s is canceled: nothing of it is delivered anymore.",
                    self.display_name,
                )
            )
        if any(effect.state not in SETTLED for effect in self._rest_effects()):
            raise UserError(
                self.env._(
                    "The channel is being asked to cancel the rest of %s: wait for its"
                    " answer.",
                    self.display_name,
                )
            )
        if not self._rest():
            raise UserError(
                self.env._(
                    "Nothing of %s is wanted anymore that has not left.",
                    self.display_name,
                )
            )

    def _rest_effects(self):
        """Return the cancellations of a part that the channel was asked for."""
        return (
            self.sudo()
            ._effects()
            .filtered(
                lambda one: one.kind == "cancellation" and one._get_document().lines
            )
        )

    def _drop_refused_rests(self):
        """Let go of the jobs of refused cancellations: they hold later ones back."""
        for job in self._rest_effects().job_id.exists():
            if job.state in ("parked", "dead"):
                job._cancel(self.env._("The rest is delivered after all."))


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    def _given_up(self):
        """Put the rest before a person that the channel is not asked to cancel."""
        result = super()._given_up()
        if self.kind == "cancellation" and self._get_document().lines:
            order = self.env["retail.sync.order"]._find_by_key(
                self.channel_id, self.order_key
            )
            if order.is_rest_cancelled and not order.cancelled_at:
                answer = self.doubt_note or self.env._("it was given up here")
                order._ask_about_rest(answer)
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """Have just the rest delivered: a unit that came back has left before."""
        rest = self.env.context.get("retail_sync_rest") or {}
        if self.id not in rest:
            return super()._get_qty_procurement(previous_product_uom_qty)
        coming = self.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.product_id == self.product_id
                and move.location_dest_id.usage == "customer"
            )
        )
        open_units = sum(
            move.product_uom._compute_quantity(
                move.product_uom_qty, self.product_uom_id
            )
            for move in coming
        )
        return self.product_uom_qty - rest[self.id] + open_units


class RetailSyncOrderStep(models.Model):
    _inherit = "retail.sync.order.step"

    def _sentences(self):
        return {
            **super()._sentences(),
            "rest_again": (
                "decided",
                self.env._("What the channel did not cancel is delivered after all."),
            ),
        }


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("The channel did not cancel the rest of %(value)s"),
                self.env._(
                    "Its deliveries were canceled here, and the channel still expects"
                    " the goods. Its answer: %(answer)s"
                ),
                self.env._(
                    "Make the deliveries again, or cancel what has not left at the"
                    " channel yourself; then close this."
                ),
            ),
        }

    def _mend_labels(self):
        return {
            **super()._mend_labels(),
            KIND: self.env._("Make the deliveries again"),
        }

    def _mend_rest_refused(self):
        order = self.env[self.res_model].browse(self.res_id).exists()
        return order.action_deliver_rest() if order else self.action_open_record()
