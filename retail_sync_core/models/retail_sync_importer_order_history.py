from odoo import models

from ..domain.amounts import wanted_units
from ..domain.errors import DataError
from ..domain.mapping import match_product
from ..domain.stock import Movement
from ..domain.tills import time_of
from .retail_sync_importer_order import QUIET, Arrival

# what the usual import leaves out is history; anything else comes in as usual
IS_HISTORY = ("too_old", "too_low", "shipped_before")


class RetailSyncImporterOrder(models.AbstractModel):
    _inherit = "retail.sync.importer.order"

    def _memory(self, order):
        """Remember, too, what had been given back and brought back."""
        memory = super()._memory(order)
        if not order.is_history:
            return memory
        return {
            **memory,
            "refunded": order._refunded(),
            "return_ids": {row["external_id"] for row in order.returns or []},
        }


class RetailSyncImporterOrderHistory(models.AbstractModel):
    """Imports past orders: sold and done, with nothing to deliver, invoice or book.

    What it does not say otherwise is done as with any other order: customers, products,
    taxes and amounts.
    """

    _name = "retail.sync.importer.order.history"
    _inherit = "retail.sync.importer.order"
    _description = "Importer of Past Orders"

    def _is_here(self, channel, external_id):
        """Return whether the order is here already, however it came."""
        return bool(
            self.env["retail.sync.order"].search_count(
                [
                    ("channel_id", "=", channel.id),
                    ("external_id", "=", external_id),
                    ("order_id", "!=", False),
                ],
                limit=1,
            )
        )

    def _import_past(self, channel, documents, lines):
        """Import ``documents`` of ``channel`` and say in ``lines`` what became of them.

        :raises DataError: when a person must mend something first
        """
        quietly = self.with_context(**QUIET)
        with quietly.env["retail.sync.order.step"]._gather() as steps:
            quietly = quietly.with_env(steps.env)
            channel = channel.with_env(steps.env)
            found = {line.external_id: line for line in lines}
            wanted = []
            for document in documents:
                reason = quietly._why_left(channel, document)
                if reason:
                    found[document.external_id]._end("left", reason)
                else:
                    wanted.append(document)
            if self.env.context.get("retail_sync_what") == "customers":
                quietly._import_customers(channel, wanted)
                for document in wanted:
                    found[document.external_id]._end("imported")
            elif wanted:
                quietly._import_orders(channel, wanted, found)

    def _why_left(self, channel, document):
        """Return why an order is not imported as history, or nothing."""
        if document.test and not channel.import_test_orders:
            return "test"
        if document.cancelled_at:
            return "cancelled"
        if not any(wanted_units(line) for line in document.lines):
            return "empty"
        reason = self._reason_to_leave_out(channel, document)
        return "" if reason in IS_HISTORY else "live"

    def _import_customers(self, channel, documents):
        """Make or find the contacts of ``documents``, and nothing else."""
        for document in documents:
            self._prepare_partner_values(channel, document)

    def _import_orders(self, channel, documents, lines):
        arrivals = []
        orders = self._ensure_all(channel, documents)
        for order, document in zip(orders, documents, strict=True):
            if order.order_id or order.state in ("imported", "hold", "cancelled"):
                lines[order.external_id]._end("known", order=order)
                continue
            order.is_history = True
            self._note_facts(order, document, self._fingerprint(document))
            arrivals.append(Arrival(order, document, self._plan_lines(order, document)))
        if arrivals:
            self._create_all(arrivals)
        for one in arrivals:
            held = one.order.hold_code == "total"
            lines[one.order.external_id]._end(
                "failed" if held else "imported",
                "total" if held else "",
                order=one.order.with_env(self.env),
            )

    # what is otherwise than with a new order
    def _check_tills(self, order):
        """Any store will do: its goods left long ago."""

    def _find_customer(self, channel, document):
        """Leave a contact that was archived as it is: it may have been erased."""
        known = self.env["retail.sync.customer"].search(
            [
                ("channel_id", "=", channel.id),
                ("external_id", "=", document.customer.external_id or False),
                ("partner_id.active", "=", False),
            ],
            limit=1,
        )
        return known.partner_id or super()._find_customer(channel, document)

    def _find_address(self, channel, customer, address, billing=False):
        """Write no address of a customer whose contact was archived."""
        if not customer.active:
            return customer
        return super()._find_address(channel, customer, address, billing)

    def _match(self, channel, line, index):
        """Find what is archived, too; else a stand-in, where the run says so."""
        try:
            return super()._match(channel, line, index)
        except DataError:
            Listing = self.env["retail.sync.listing"].with_context(active_test=False)
            match = match_product(
                line.barcode, line.sku, *Listing._index_products(channel, [line])
            )
            if match.is_unique:
                return self.env["product.product"].browse(match.ids[0])
            if self.env.context.get("retail_sync_unknown", "placeholder") != (
                "placeholder"
            ):
                raise
            return channel._charge_product("past")

    def _prepare_order_values(self, channel, document):
        return {
            **super()._prepare_order_values(channel, document),
            "retail_sync_is_history": True,
        }

    def _find_carrier(self, channel, document):
        """Return none: nothing is shipped."""
        return self.env["delivery.carrier"]

    def _prepare_route_values(self, plan, planned):
        """Return none: nothing is shipped."""
        return {}

    def _create_sale_orders(self, arrivals):
        result = super()._create_sale_orders(arrivals)
        for one in arrivals:
            one.order.shipped_before = False
            self.env["retail.sync.demand"]._drop(
                one.order.channel_id, one.order.external_id
            )
        return result

    def _confirm_all(self, arrivals):
        for one in arrivals:
            self._keep_promotions(one.order, one.document)
            one.order._become_history()

    def _note_shipments(self, order, known_ids):
        """Say nothing of parcels: none is ours."""

    def _tell_stock(self, order, document):
        """Tell nothing: its units left long ago."""

    # a later version
    def _follow_history(self, order, document, before):
        """Bring the statistics up to date; goods and money are for a person.

        No unit is moved, nothing is booked: an issue says what happened.
        """
        sale, what = order.order_id, []
        if not sale:
            return
        if order.payment_state != before["payment_state"]:
            order._note("payment", state=order.payment_state)
        if document.cancelled_at:
            if order.state != "cancelled":
                order._cancel_sale("cancelled")
                what.append(self.env._("it was canceled"))
        elif sale.state != "cancel":
            what += self._follow_history_lines(order, document)
        given = order._refunded() - before["refunded"]
        if order.currency_id.compare_amounts(given, 0.0) > 0:
            amount = order.currency_id.format(given)
            what.append(self.env._("%s were given back", amount))
        self._tell_returns(order, document, before["return_ids"])
        if what:
            order._tell_history(what)

    def _follow_history_lines(self, order, document):
        """Write the newest units and amounts; return what changed (sentences)."""
        lowered, harder = self._compare_lines(order, document)
        if not (lowered or harder):
            return []
        fewer = [
            self.env._(
                "%(title)s: %(units)s fewer",
                title=line.title,
                units=f"{line.current_quantity - units:g}",
            )
            for _source, line, units in lowered
        ]
        plan = self._plan_lines(order, document)
        self._note_edit(order, harder, lowered)
        # Odoo lets nobody want less than what was delivered
        order.order_id.order_line.qty_delivered = 0.0
        self._edit(order, document, plan)
        self._refresh_links(order, document)
        self._link_added(order)
        self._keep_promotions(order, document)
        order.order_id._retail_sync_count_delivered()
        order._judge_hold()
        order._become_history()
        return [*harder, *fewer]

    def _tell_returns(self, order, document, known_ids):
        """Tell the levels what the channel put back on its own: ours stay as they are.

        Its figure has risen; told so, it is no difference that nobody explains.
        """
        listings = self._find_listings(order.channel_id, document.lines)
        movements = [
            Movement(
                movement_id=f"returned:{order.external_id}:{row['external_id']}",
                item_id=listings[row["line_id"]].external_id,
                location_id=row["location_id"],
                quantity=int(row["units"]),
                occurred_at=time_of(row["returned_at"]) or order.changed_at or None,
            )
            for row in order.returns or []
            if row["restocked"]
            and row["location_id"]
            and row["external_id"] not in known_ids
            and listings.get(row["line_id"])
        ]
        if movements:
            self.env["retail.sync.level"]._channel_moved(order.channel_id, movements)
