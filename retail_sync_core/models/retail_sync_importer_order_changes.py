from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """What changed after the order was imported: the plain cases are followed, all
    others are told to a person, never silently dropped.
    """

    _inherit = "retail.sync.importer.order"

    def _follow(self, order, document, before):
        """Bring the sale order of ``order`` to the newer version ``document``."""
        if order.payment_state != before["payment_state"]:
            order._note("payment", state=order.payment_state)
        self._note_shipments(order, before["shipment_ids"])
        if document.cancelled_at:
            self._cancel(order)
        elif order.order_id.state != "cancel":
            self._follow_lines(order, document)
            self._follow_address(order, document)
            self._follow_place(order, document, before)
        was = order.hold_code
        order._judge_hold()
        if was == "total":
            order._confirm_if_wanted()
        self._tell_stock(order, document)

    def _follow_lines(self, order, document):
        lowered, harder = self._compare_lines(order, document)
        if lowered and not harder:
            harder = self._why_not_lower(order, lowered)
        if harder:
            self._raise_changed(order, harder)
        elif lowered:
            self._lower(order, document, lowered)
        else:
            self._follow_amounts(order, document)
        if harder or lowered:
            self._refresh_links(order, document)

    def _follow_amounts(self, order, document):
        """Look again whether it adds up: the channel may have mended or broken it."""
        if order._is_all_shipped() or order.order_id.invoice_ids:
            return
        limit = self._rounding_limit(order)
        missing = self._missing_total(order, document)
        if order.does_not_add_up or abs(missing) > limit:
            plan = self._plan_lines(order, document)
            self._settle_amounts(order, document, plan)

    def _compare_lines(self, order, document):
        """Return (lines with fewer wanted units, sentences about everything else)."""
        known = {line.external_id: line for line in order.line_ids}
        lowered, harder = [], []
        for source in (*document.lines, *document.charges):
            line = known.pop(source.external_id, None)
            facts = self._prepare_link_values(order, document, source)
            if line is None:
                if facts["current_quantity"]:
                    harder.append(self.env._("added: %s", source.title))
            elif facts["current_quantity"] < line.current_quantity:
                lowered.append((source, line, facts["current_quantity"]))
            elif self._differs(order, line, facts):
                harder.append(self.env._("changed: %s", source.title))
        harder += [self.env._("gone: %s", line.title) for line in known.values()]
        return lowered, harder

    def _differs(self, order, line, facts):
        """Return whether a line is wanted more, or costs something else."""
        compare = order.currency_id.compare_amounts
        return facts["current_quantity"] > line.current_quantity or any(
            compare(facts[name], line[name])
            for name in ("unit_price", "amount_discount", "amount_total")
        )

    def _why_not_lower(self, order, lowered):
        """Return why fewer units cannot simply be written (sentences), or nothing."""
        sale = order.order_id
        if sale.invoice_ids.filtered(lambda move: move.state == "posted"):
            return [self.env._("fewer units, but it is invoiced")]
        if order._is_being_picked():
            return [self.env._("fewer units, but it is being shipped")]
        return [
            self.env._("fewer units of %s, but they were shipped", line.title)
            for _source, line, units in lowered
            if units < line.sale_line_id.qty_delivered
        ]

    def _lower(self, order, document, lowered):
        """Write fewer units; Odoo gives the reservations back."""
        sale = order.order_id
        plan = self._plan_lines(order, document)
        planned = {line.external_id: line for line in plan}
        was_locked = sale.locked
        if was_locked:
            sale.action_unlock()
        for source, line, units in lowered:
            values = {"product_uom_qty": 0.0, "extra_tax_data": False}
            if source.external_id in planned:
                values = self._prepare_amount_values(
                    planned[source.external_id], order.currency_id
                )
            line.sale_line_id.write(values)
            order._note(
                "quantity",
                title=line.title,
                before=f"{line.current_quantity:g}",
                after=f"{units:g}",
            )
        self._settle_amounts(order, document, plan)
        if was_locked:
            sale.action_lock()

    def _refresh_links(self, order, document):
        """Keep the new facts: a change is told once, not with each later version."""
        known = {line.external_id: line for line in order.line_ids}
        for source in (*document.lines, *document.charges):
            values = self._prepare_link_values(order, document, source)
            if source.external_id in known:
                known[source.external_id].write(values)
            else:
                known[source.external_id] = self.env["retail.sync.order.line"].create(
                    {
                        **values,
                        "order_id": order.id,
                        "external_id": source.external_id,
                    }
                )

    def _raise_changed(self, order, sentences):
        what = "; ".join(sentences)
        order._note("changed", what=what)
        self.env["retail.sync.issue"]._raise(
            order.channel_id,
            "order_changed",
            field=self.env._("Order"),
            value=order.display_name,
            params={"what": what},
            record=order,
        )
