from odoo import models


class RetailSyncImporterOrder(models.AbstractModel):
    """What changed after the order was imported: it is followed, or told to a person,
    never silently dropped.
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
            self._follow_address(order, document, before)
            self._follow_place(order, document, before)
        was = order.hold_code
        order._judge_hold()
        order._hold_what_is_new()
        order._judge_refund()
        if was == "total":
            order._confirm_if_wanted()
        self._tell_stock(order, document)

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
            for name in ("unit_price", "amount_discount", "amount_tax", "amount_total")
        )

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

    def _raise_changed(self, order, what, why=(), about="goods"):
        """Tell a person what was not written; of each thing the newest is told.

        :param what: the change, a sentence
        :param why: sentences that say why nobody wrote it
        :param about: ``goods``, ``address`` or ``place``
        """
        told = "; ".join(filter(None, [what, *why]))
        order._note("changed", what=told)
        order._tell_changed({**order._told_parts(), about: [what, told]})
