from odoo import Command, models


class RetailSyncImporterOrder(models.AbstractModel):
    """An order that was a draft takes its quotation over: there is one sale order."""

    _inherit = "retail.sync.importer.order"

    def _create_sale_orders(self, arrivals):
        """Take quotations over; make sale orders of the others."""
        taken, others = [], []
        for one in arrivals:
            draft = self._draft_of(one.order, one.document)
            if draft.order_id:
                taken.append((one, draft))
            else:
                others.append(one)
        result = super()._create_sale_orders(others) if others else None
        for one, draft in taken:
            self._take_over(one, draft)
        return result

    def _draft_of(self, order, document):
        """Return the draft that the order was, marked as ordered; or no record."""
        drafts = self.env["retail.sync.draft"]
        told = document.draft_id or document.from_draft
        if not told and not order.channel_id._quotes_drafts():
            return drafts
        drafts = drafts.search(
            [
                ("channel_id", "=", order.channel_id.id),
                "|",
                ("ordered_as", "=", order.external_id),
                ("external_id", "=", document.draft_id or False),
            ],
            limit=1,
        )
        if drafts:
            drafts._claim()
            drafts.write({"ordered_as": order.external_id, "state": "ordered"})
            drafts._close_issue()
        return drafts

    def _leave_out(self, order, reason):
        """End the quotation of an order that is left out."""
        result = super()._leave_out(order, reason)
        if not order.channel_id._quotes_drafts():
            return result
        draft = self.env["retail.sync.draft"].search(
            [
                ("channel_id", "=", order.channel_id.id),
                ("ordered_as", "=", order.external_id),
            ],
            limit=1,
        )
        if draft:
            draft._claim()
            draft.state = "ordered"
            draft._end_quotation(
                self.env._("Order %s is not imported.", order.display_name)
            )
        return result

    def _take_over(self, one, draft):
        """Make the quotation the order's sale order, as the order is, to the cent."""
        order, document, plan = one
        sale = draft.order_id
        if sale.state == "cancel":
            sale.action_draft()
        order.write({"order_id": sale.id, "state": "imported"})
        values = self._prepare_sale_values(order, document, plan)
        commands = values.pop("order_line")
        if sale.state in ("draft", "sent"):
            if not draft._is_untouched():
                said = self.env._("The order came: what was edited here is replaced.")
                sale.message_post(body=said)
            sale.write(values)
            sale.write({"order_line": [Command.clear(), *commands]})
        else:
            self._take_confirmed(one, values)
        draft.is_behind = False
        order._note("took_quotation", name=sale.name, draft=draft.display_name)

    def _take_confirmed(self, one, values):
        """Follow the order in a quotation that a person confirmed before it came."""
        order, document, plan = one
        self._check_currency(order, document)
        sale = order.order_id
        kept = ("client_order_ref", "origin", "partner_invoice_id")
        sale.write({name: values[name] for name in kept if name in values})
        self._adopt_lines(sale, plan)
        why = self._why_not_edit(order, document, plan)
        if why:
            what = self.env._("quotation %s was confirmed before", sale.name)
            self._raise_changed(order, what, why)
        else:
            self._edit(order, document, plan)

    def _adopt_lines(self, sale, plan):
        """Give the quotation's lines the ids of the order's, one by one."""
        free = sale.order_line.filtered("retail_sync_external_id")
        for planned in plan:
            line = free.filtered(
                lambda line, planned=planned: line.product_id == planned.product
            )[:1]
            if line:
                line.retail_sync_external_id = planned.external_id
                free -= line

    def _is_to_confirm(self, order, document):
        """A quotation that a person confirmed needs no more."""
        if order.order_id.state not in ("draft", "sent"):
            return False
        return super()._is_to_confirm(order, document)
