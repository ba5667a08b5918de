from odoo import Command, models

from ..domain.amounts import wanted_units

# lines of ours that stand for no line of the channel's
OWN_KINDS = ("rounding", "correction")


class RetailSyncImporterOrder(models.AbstractModel):
    """An order that the merchant edited: our sale order becomes the newest version.

    Lines are told apart by the channel's ids; each takes its newest units and its exact
    amounts, so that following a version twice changes nothing.
    """

    _inherit = "retail.sync.importer.order"

    def _follow_lines(self, order, document):
        lowered, harder = self._compare_lines(order, document)
        if not (lowered or harder or order.is_to_edit):
            self._follow_amounts(order, document)
            return
        plan = self._plan_lines(order, document)
        why = self._why_not_edit(order, document, plan)
        if why:
            fewer = [self.env._("fewer: %s", line.title) for _s, line, _u in lowered]
            self._leave_to_person(order, [*harder, *fewer], why)
        else:
            self._note_edit(order, harder, lowered)
            self._edit(order, document, plan)
            self._begin_anew(order)
        self._refresh_links(order, document)
        self._link_added(order)

    def _leave_to_person(self, order, changes, why):
        """Tell a person, and whoever has the goods, what was not written.

        A delivery that was to be renewed goes on as it is, unless another picker still
        has to put goods back; then it is tried again.
        """
        what = "; ".join(changes) or order._told_change("goods")
        self._raise_changed(order, what, why)
        order._stop_picking("quantity", order._goods_in_hands(), what=what)
        if order.is_to_edit and "quantity" not in order._open_stops().mapped("kind"):
            self._end_renewal(order)

    def _why_not_edit(self, order, document, plan):
        """Return why the newest version cannot simply be written (sentences)."""
        sale = order.order_id
        if order._goods_in_hands():
            return [self.env._("it is being picked")]
        if "draft" in sale.invoice_ids.mapped("state"):
            return [self.env._("its invoice is not posted yet")]
        known = self._sale_lines(order)
        dearer = [
            self.env._("another price of %s, but it is invoiced", one.name)
            for one in plan
            if self._is_repriced(known.get(one.external_id), one)
        ]
        if dearer:
            return dearer
        wanted = {
            line.external_id: float(wanted_units(line)) for line in document.lines
        }
        return [
            self.env._("fewer units of %s, but they were shipped", line.name)
            for external_id, line in known.items()
            if line.retail_sync_kind not in OWN_KINDS
            and line.qty_delivered_method == "stock_move"
            and line._retail_sync_is_over(wanted.get(external_id, 0.0))
        ]

    def _is_repriced(self, line, planned):
        """Return whether only the price differs of what is invoiced.

        An invoice tells units: where their number stays, nothing more can be invoiced.
        """
        if not line or not line.qty_invoiced:
            return False
        if line.product_uom_id.compare(line.product_uom_qty, float(planned.units)):
            return False
        gross = planned.net + sum(amount for _taxes, amount in planned.booked)
        return bool(line.currency_id.compare_amounts(line.price_total, float(gross)))

    def _sale_lines(self, order):
        """Return {the channel's line id: our sale order line}."""
        lines = order.order_id.order_line.filtered("retail_sync_external_id")
        return {line.retail_sync_external_id: line for line in lines}

    def _edit(self, order, document, plan):
        """Write the newest version; Odoo asks for, or gives back, the difference."""
        sale, currency = order.order_id, order.currency_id
        known = self._sale_lines(order)
        was_locked = sale.locked
        if was_locked:
            sale.action_unlock()
        added = []
        for planned in plan:
            line = known.pop(planned.external_id, None)
            if line is None:
                values = self._prepare_line_values(planned, currency)
                added.append({**values, **self._prepare_route_values(plan, planned)})
            else:
                self._edit_line(line, self._prepare_amount_values(planned, currency))
        for line in known.values():
            if line.retail_sync_kind not in OWN_KINDS:
                self._edit_line(line, {"product_uom_qty": 0.0, "extra_tax_data": False})
        sale.write({"order_line": [Command.create(values) for values in added]})
        self._settle_amounts(order, document, plan)
        if was_locked:
            sale.action_lock()
        order._ask_for_correction()

    def _begin_anew(self, order):
        """What nobody could write before is written: nobody needs to stop for it."""
        order._end_stops("quantity")
        order._close_changed_issue("goods")
        if order.is_to_edit:
            self._end_renewal(order)

    def _end_renewal(self, order):
        """Reserve what the picker put back for the sake of an edit."""
        order.is_to_edit = False
        order._open_deliveries().action_assign()

    def _edit_line(self, line, values):
        """Write what differs; an untouched line is left alone."""
        changed = {
            name: value
            for name, value in values.items()
            if name != "tax_ids" and line[name] != value
        }
        if changed:
            line.write(values)

    def _link_added(self, order):
        """Lead from the channel's added lines to ours."""
        known = self._sale_lines(order)
        for line in order.line_ids.filtered(lambda one: not one.sale_line_id):
            if line.external_id in known:
                line.sale_line_id = known[line.external_id]

    def _note_edit(self, order, harder, lowered):
        """Say on the timeline what is different now."""
        for _source, line, units in lowered:
            order._note(
                "quantity",
                title=line.title,
                before=f"{line.current_quantity:g}",
                after=f"{units:g}",
            )
        if harder:
            order._note("edited", what="; ".join(harder))
