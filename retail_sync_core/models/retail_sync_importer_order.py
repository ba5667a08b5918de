import dataclasses
from typing import NamedTuple

from odoo import api, models

from ..domain.amounts import wanted_units
from ..domain.fingerprint import fingerprint
from .retail_sync_movement import naive_utc

QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}
# not here yet: the next version is looked at as if it were the first
NOT_HERE = ("waiting", "watched", "ignored")


class Arrival(NamedTuple):
    """A new order on its way in: our row, the document, the lines to be made."""

    order: object
    document: object
    plan: list


class RetailSyncImporterOrder(models.AbstractModel):
    """Makes a sale order from the document ``Order``, once, and follows its versions.

    Small steps that a module may override. Nothing is written when a ``DataError`` says
    that a person must mend something first.
    """

    _name = "retail.sync.importer.order"
    _description = "Importer of Orders"

    @api.model
    def _import(self, channel, document):
        """Bring our order to the state of ``document`` and return it.

        :raises DataError: when a product, tax or currency is unknown
        """
        return self.with_context(**QUIET)._import_quietly(channel, document)

    def _import_quietly(self, channel, document):
        channel = channel.with_env(self.env)
        order = self.env["retail.sync.order"]._ensure(
            channel, document.external_id, document.external_ref
        )
        order._lock()
        digest = self._fingerprint(document)
        if not self._brings_news(order, document, digest):
            order._judge_what_was_read()
            self._note_reading(order, document)
            return order
        before = self._memory(order)
        self._note_facts(order, document, digest)
        if order.is_history:
            history = self.env["retail.sync.importer.order.history"]
            history._follow_history(order, document, before)
        elif order.order_id:
            self._follow(order, document, before)
        elif order.state in NOT_HERE:
            self._import_first(order, document)
        return order

    def _brings_news(self, order, document, digest):
        """Return whether ``document`` is newer than what we know, and another."""
        unchanged = order.fingerprint == digest and order.state not in NOT_HERE
        return not (order._is_newer_than(document) or unchanged)

    def _note_facts(self, order, document, digest):
        order.write(self._prepare_facts(order, document, digest))
        order._note("came", version=document.version)

    def _fingerprint(self, document):
        """Return the digest of what matters; a mere touch there is no change."""
        return fingerprint(
            dataclasses.replace(
                document,
                version="",
                updated_at=document.created_at,
                read_at=None,
                draft_id="",
            )
        )

    def _note_reading(self, order, document):
        """Note that the version we hold was read once more, later than its second."""
        same = order.version == document.version and order.changed_at
        if same and order.read_at and not order._is_read_whole():
            order.read_at = naive_utc(document.read_at)

    def _memory(self, order):
        """Return what must be compared after the new facts are written."""
        return {
            "payment_state": order.payment_state,
            "shipment_ids": set(order._known_shipment_ids()),
            "place_ids": order._place_ids(),
            "address_digest": order.address_digest,
        }

    def _import_first(self, order, document):
        reason = self._reason_to_leave_out(order.channel_id, document)
        if reason:
            self._leave_out(order, reason)
        elif order.channel_id._only_looks():
            self._watch(order, document)
        else:
            self._create(order, document)

    def _leave_out(self, order, reason):
        cancelled = reason == "cancelled_before"
        if order.state == "waiting":
            order._note(reason)
        order.state = "cancelled" if cancelled else "ignored"
        self.env["retail.sync.demand"]._drop(order.channel_id, order.external_id)

    def _reason_to_leave_out(self, channel, document):
        """Return why no sale order is made (a step's code), or nothing."""
        if document.test and not channel.import_test_orders:
            return "test"
        if (
            channel.import_since
            and document.created_at.replace(tzinfo=None) < channel.import_since
        ):
            return "too_old"
        if document.cancelled_at:
            return "cancelled_before"
        if not any(wanted_units(line) for line in document.lines):
            return "empty"
        return ""

    def _create(self, order, document):
        """Make the sale order, and confirm it where the policy says so."""
        plan = self._plan_lines(order, document)
        self._create_all([Arrival(order, document, plan)])

    def _create_all(self, arrivals):
        """Make and confirm the sale orders of one channel's ``arrivals`` together.

        What each step does for one order it does for that order alone; only creating
        and confirming take all of them at once, which halves Odoo's own work.
        """
        self._create_sale_orders(arrivals)
        for one in arrivals:
            self._link_lines(one.order, one.document, one.plan)
            one.order._note("imported", name=one.order.order_id.name)
            self._settle_amounts(one.order, one.document, one.plan)
            one.order._judge_hold()
        self._confirm_all(arrivals)
        for one in arrivals:
            self._note_shipments(one.order, set())
            self._tell_stock(one.order, one.document)

    def _create_sale_orders(self, arrivals):
        values = [
            self._prepare_sale_values(one.order, one.document, one.plan)
            for one in arrivals
        ]
        sales = self.env["sale.order"].create(values)
        for one, sale in zip(arrivals, sales, strict=True):
            one.order.write({"order_id": sale.id, "state": "imported"})

    def _prepare_sale_values(self, order, document, plan):
        channel = order.channel_id
        return {
            **self._prepare_order_values(channel, document),
            **self._prepare_partner_values(channel, document),
            **self._prepare_place_values(channel, plan),
            "order_line": self._prepare_line_commands(plan, order.currency_id),
        }

    def _prepare_order_values(self, channel, document):
        currency = self._find_currency(channel, document.currency)
        pricelist = channel.pricelist_id
        return {
            "retail_sync_channel_id": channel.id,
            "company_id": channel.company_id.id,
            "client_order_ref": document.po_number or document.external_ref,
            "origin": f"{channel.name} {document.external_ref}".strip(),
            "date_order": document.created_at.replace(tzinfo=None),
            "retail_sync_currency_id": currency.id,
            "pricelist_id": pricelist.id
            if pricelist.currency_id == currency
            else False,
            "team_id": channel.team_id.id,
            "user_id": False,
            "payment_term_id": self._find_payment_term(channel, document).id,
            "require_signature": False,
            "require_payment": False,
            "tag_ids": [(6, 0, self._find_tags(self._tags(document)).ids)],
            "carrier_id": self._find_carrier(channel, document).id,
        }

    def _confirm_all(self, arrivals):
        """Confirm the sale orders that the channel's policy lets be confirmed."""
        wanted = [
            one for one in arrivals if self._is_to_confirm(one.order, one.document)
        ]
        if not wanted:
            return
        sales = self.env["sale.order"].union(*(one.order.order_id for one in wanted))
        # their money is looked at anyway
        sales.with_context(retail_sync_settling=True).action_confirm()
        for one in wanted:
            sale = one.order.order_id
            if one.document.note:
                sale.picking_ids.note = one.document.note
            one.order._note("confirmed", deliveries=len(sale.picking_ids))

    def _is_to_confirm(self, order, document):
        """Return whether the new sale order of ``order`` is confirmed at once."""
        if order.hold_code == "total":
            return False
        if order.channel_id.order_policy != "confirm":
            order._note("quotation")
            return False
        return True
