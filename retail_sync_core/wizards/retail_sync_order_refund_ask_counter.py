from odoo import api, fields, models
from odoo.exceptions import UserError


class RetailSyncOrderRefundAsk(models.TransientModel):
    """The same dialog at the counter of a store: the goods are here, now."""

    _inherit = "retail.sync.order.refund.ask"

    apart_id = fields.Many2one(
        "stock.location",
        string="Put aside at",
        domain="[('usage', '=', 'internal'),"
        " ('company_id', 'in', [company_id, False])]",
        help="Where goods lie that must be looked at before they are sold again.",
    )
    company_id = fields.Many2one(related="order_id.company_id")
    needs_apart = fields.Boolean(
        string="Something is put aside", compute="_compute_needs_apart"
    )

    @api.depends("line_ids.back", "line_ids.units")
    def _compute_needs_apart(self):
        for dialog in self:
            rows = dialog.line_ids.filtered(lambda row: row.units > 0)
            dialog.needs_apart = "check" in rows.mapped("back")

    @api.model
    def _open_counter(self, order):
        """Open the dialog of ``order`` for whoever stands at a counter."""
        place = self._counter_of(order)
        action = self._open(order, at_counter=True, place_id=place.id)
        dialog = self.browse(action["res_id"])
        dialog.line_ids.filtered(lambda row: not row.has_left).unlink()
        dialog.line_ids.back = "put_back"
        return action

    @api.model
    def _counter_of(self, order):
        """Return the store of the user's last return; else the only one there is."""
        channel = order.channel_id
        last = self.env["retail.sync.order.refund"].search(
            [
                ("user_id", "=", self.env.uid),
                ("channel_id", "=", channel.id),
                ("place_id.state", "=", "mapped"),
            ],
            limit=1,
        )
        places = channel.location_ids.filtered(lambda one: one.state == "mapped")
        return last.place_id or (places if len(places) == 1 else places.browse())

    def _show(self):
        action = super()._show()
        if self.at_counter:
            name = self.order_id.display_name
            action["name"] = self.env._("Return of order %s", name)
        return action

    def action_next(self):
        """At a counter it must be known which store that is."""
        if self.at_counter and not self.place_id:
            raise UserError(self.env._("Choose the store you are at."))
        if self.at_counter and self.needs_apart and not self.apart_id:
            raise UserError(
                self.env._("Choose where the goods are put that must be looked at.")
            )
        return super().action_next()

    def action_take_back(self):
        """Receive the goods, and ask for the refund: it goes, or waits; one step."""
        self.ensure_one()
        order = self.order_id
        order._check_operator()
        order._claim()
        # the goods are here, whatever becomes of the money
        receipts = order.sudo()._take_back_brought(
            [
                (row.order_line_id.sudo(), row.units, row.back)
                for row in self.line_ids
                if row.units > 0 and row.back != "kept"
            ],
            self.place_id.sudo(),
            self.apart_id.sudo(),
        )
        open_ones = receipts.filtered(lambda one: one.state not in ("done", "cancel"))
        if not self.part_ids.filtered("amount"):
            if not receipts:
                raise UserError(self.env._("Tick what came back."))
            return self._tell_goods(open_ones)
        action = self.action_refund()
        if open_ones:
            action["params"]["message"] += " " + self._lots_words(open_ones)
        return action

    def _lots_words(self, receipts):
        return self.env._(
            "Choose the lots that came back in %s.", ", ".join(receipts.mapped("name"))
        )

    def _tell_goods(self, open_ones):
        text = self.env._("The goods are received; no money goes back.")
        if open_ones:
            text = self._lots_words(open_ones)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class RetailSyncOrderCounter(models.TransientModel):
    """Find the order of what a customer brings to the counter."""

    _name = "retail.sync.order.counter"
    _description = "Return at the Counter"

    what = fields.Char(
        string="Number, receipt, e-mail or code",
        help="Type it, or scan the code on the slip or receipt.",
    )
    found_ids = fields.Many2many(
        "retail.sync.order", string="Orders found", compute="_compute_found_ids"
    )
    order_id = fields.Many2one(
        "retail.sync.order",
        domain="[('id', 'in', found_ids)]",
        compute="_compute_order_id",
        store=True,
        readonly=False,
    )
    answer = fields.Text(related="order_id.answer", related_sudo=False)
    buyer_id = fields.Many2one(related="order_id.buyer_id", related_sudo=False)
    is_unknown = fields.Boolean(string="Nothing found", compute="_compute_found_ids")

    @api.depends("what")
    def _compute_found_ids(self):
        orders = self.env["retail.sync.order"]
        for wizard in self:
            text = " ".join((wizard.what or "").split())
            found = orders.browse(orders._find(text)) if text else orders
            wizard.found_ids = found.filtered("order_id")
            wizard.is_unknown = bool(text) and not wizard.found_ids

    @api.depends("what")
    def _compute_order_id(self):
        for wizard in self:
            found = wizard.found_ids
            wizard.order_id = found if len(found) == 1 else False

    def action_go_on(self):
        """Go on to what came back of the order that was found."""
        self.ensure_one()
        if not self.order_id:
            raise UserError(self.env._("Choose the order first."))
        ask = self.env["retail.sync.order.refund.ask"]
        return ask._open_counter(self.order_id)
