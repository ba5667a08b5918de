from odoo import Command, api, models

from .retail_sync_importer_order import QUIET
from .retail_sync_movement import naive_utc


class RetailSyncImporterDraft(models.AbstractModel):
    """Makes a quotation from the document ``Draft`` and keeps it in step.

    An order is locked before its draft, here and where the order is imported: whoever
    comes second sees what the first did.
    """

    _name = "retail.sync.importer.draft"
    _description = "Importer of Drafts"

    @api.model
    def _import(self, channel, document):
        """Bring our draft to the state of ``document`` and return it.

        :raises DataError: when a product, tax or currency is unknown
        """
        return self.with_context(**QUIET)._import_quietly(channel, document)

    def _import_quietly(self, channel, document):
        channel = channel.with_env(self.env)
        order = self.env["retail.sync.order"]
        if document.order_id:
            order = order._ensure(channel, document.order_id)
            order._claim()
        content = document.content
        draft = self.env["retail.sync.draft"]._ensure(
            channel, content.external_id, content.external_ref
        )
        draft._claim()
        if draft.state == "ordered" or draft._is_newer_than(content):
            return draft
        if order:
            self._note(draft, content)
            self._became(draft, order)
        elif not draft.ordered_as:
            self._keep(draft, content)
        return draft

    def _note(self, draft, content):
        importer = self.env["retail.sync.importer.order"]
        draft.write(
            {
                "external_ref": content.external_ref,
                "version": content.version,
                "changed_at": naive_utc(content.updated_at),
                "read_at": naive_utc(content.read_at),
                "note": content.note or False,
                "currency_id": importer._find_currency(
                    draft.channel_id, content.currency
                ).id,
                "amount_total": float(content.total),
            }
        )

    def _became(self, draft, order):
        """Note which order it became; whoever imports that takes the quotation over.

        One that was imported before it could be known has its own sale order: then
        there is nothing left to quote.
        """
        draft.ordered_as = order.external_id
        if order.order_id:
            draft.state = "ordered"
            if order.order_id != draft.order_id:
                self._let_go(draft, order)
        elif order.state not in ("waiting", "watched"):
            draft.state = "ordered"
            self._let_go(draft, order)
        else:
            self._fetch_order(order)

    def _let_go(self, draft, order):
        reason = self.env._(
            "The draft became order %s, which is here without this quotation.",
            order.display_name,
        )
        if draft._end_quotation(reason):
            name = draft.order_id.name
            order._note("quotation_ended", name=name, draft=draft.display_name)
        elif draft.order_id.state == "sale":
            draft._tell_changed(reason)

    def _fetch_order(self, order):
        self.env["retail.sync.job"].sudo()._enqueue(
            order.channel_id,
            "order.fetch",
            order_key=order._order_key(),
            identity=f"order.fetch:{order.external_id}",
            payload={"external_id": order.external_id},
        )

    def _keep(self, draft, content):
        """Make the quotation, or bring it up to date as long as nobody edited it."""
        channel = draft.channel_id
        since = channel.import_since
        unchanged = draft.version == content.version and draft.state == "quotation"
        if unchanged:
            draft.read_at = naive_utc(content.read_at)
            return
        if not channel._quotes_drafts() or (
            since and not draft.order_id and naive_utc(content.created_at) < since
        ):
            self._note(draft, content)
            draft.state = "ignored"
        elif channel._only_looks():
            self._note(draft, content)
            draft.state = "watched"
        else:
            self._quote(draft, content)

    def _quote(self, draft, content):
        sale = draft.order_id
        if sale and not draft._is_untouched():
            self._note(draft, content)
            if sale.state != "cancel":
                draft.is_behind = True
                draft._tell_changed(
                    self.env._(
                        "Draft %s was changed over there. This was edited or confirmed"
                        " here and is left as it is.",
                        draft.display_name,
                    )
                )
            return
        values, order = self._prepare(draft, content)
        self._note(draft, content)
        if sale:
            commands = values.pop("order_line")
            sale.write(values)
            sale.write({"order_line": [Command.clear(), *commands]})
        else:
            sale = self.env["sale.order"].create(values)
            draft.order_id = sale
        self._settle(draft, content, order)
        draft.write(
            {
                "state": "quotation",
                "is_behind": False,
                "written": sale._retail_sync_digest(),
            }
        )
        draft._close_issue()

    def _prepare(self, draft, content):
        """Return (values of the quotation, an order in memory that stands for it)."""
        importer = self.env["retail.sync.importer.order"]
        currency = importer._find_currency(draft.channel_id, content.currency)
        order = self.env["retail.sync.order"].new(
            {"channel_id": draft.channel_id.id, "currency_id": currency.id}
        )
        plan = importer._plan_lines(order, content)
        values = importer._prepare_sale_values(order, content, plan)
        return values, order

    def _settle(self, draft, content, order):
        """Make the totals equal by a small rounding line, or say that they are not."""
        importer = self.env["retail.sync.importer.order"]
        order.order_id = draft.order_id
        missing = importer._missing_total(order, content)
        if missing and abs(missing) <= importer._rounding_limit(order):
            importer._set_rounding(order, missing)
            missing = importer._missing_total(order, content)
        draft.difference = float(missing)

    @api.model
    def _gone(self, draft):
        """Cancel the quotation of a draft that was deleted, unless it was edited."""
        draft = draft.with_context(**QUIET)
        draft._claim()
        if draft.state in ("ordered", "deleted"):
            return
        draft.state = "deleted"
        if not draft.order_id or draft.order_id.state == "cancel":
            return
        said = self.env._("Draft %s was deleted over there.", draft.display_name)
        if draft._is_untouched():
            draft._end_quotation(said)
        else:
            draft._tell_changed(said)
