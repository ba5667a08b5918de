from dataclasses import dataclass, replace

from odoo import api, models
from odoo.modules.module import get_manifest

from ..domain import setup_file
from ..domain.redact import redact
from .retail_sync_setup_file_refs import References


@dataclass(frozen=True)
class Section:
    """One part of the file: rows of one model.

    :param keys: what tells one row from another
    :param values: what loading changes
    :param kept_back: stored fields that never leave: states, moments, persons, access
    :param certain: the key alone is sure to tell the row, whatever else is unknown
    :param single: one object instead of a list of rows
    """

    model: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    kept_back: tuple[str, ...]
    certain: bool = False
    single: bool = False

    @property
    def names(self):
        """Return all that goes into the file, in its order."""
        return tuple(dict.fromkeys((*self.keys, *self.values)))

    def extended(self, keys=(), values=(), kept_back=()):
        """Return the section with what another module adds to its model."""
        return replace(
            self,
            keys=(*self.keys, *keys),
            values=(*self.values, *values),
            kept_back=(*self.kept_back, *kept_back),
        )


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNT = ("frozen_after_id", "frozen_at", "frozen_by_id", "is_counted")
OWNED = ("channel_id", "company_id")
PAUSED = ("paused_at", "paused_by_id", "paused_reason")
SAMPLED = ("sampled_at", "sampled_count", "sampled_from")
# what tells where and by whom it is run, when it was, and what lets us in
CHANNEL_KEPT_BACK = (
    "account_id",
    "account_name",
    "active",
    "api_version",
    "base_url",
    "book_since",
    "clock_known",
    "clock_offset_s",
    "code",
    "company_id",
    "connect_pages",
    "connect_step",
    "connection_warning",
    "currency_id",
    "environment",
    "import_from_number",
    "import_since",
    "kind",
    *(f"last_test_{name}" for name in ("at", "code", "message", "ok")),
    "listing_ids",
    "live_at",
    "location_ids",
    "map_carrier_ids",
    "map_gateway_ids",
    "map_tax_ids",
    "missing_scopes",
    "name",
    "next_check_at",
    "owner_id",
    "paused_flow_ids",
    "paused_from",
    *PAUSED,
    *SAMPLED,
    "secret_ids",
    "receipt_partner_id",
    "sequence",
    "settings",
    "shown_workflow_ids",
    "state",
    "stock_put_back_at",
    "stock_restoring",
    "subscriptions_checked_at",
    "supported_until",
    "timezone",
    "token",
    "user_id",
    "webhook_reachable",
    "workflow_ids",
)
SECTIONS = {
    "policies": Section(
        "retail.sync.channel",
        keys=(),
        values=(
            "order_policy",
            "draft_policy",
            "release_on",
            "cancel_policy",
            "cancel_there",
            "return_policy",
            "refund_limit",
            "hold_risky",
            "rounding_limit",
            "notify_customer",
            "import_test_orders",
            "shipped_policy",
            "counts_while_watched",
            "stock_push",
            "buffer_qty",
            "share",
            "rank",
            "first_units",
            "compare_daily",
            "drift_policy",
            "post_payments",
            "invoice_policy",
            "receipt_policy",
            "invoice_journal_id",
            "fiscal_position_id",
            "analytic_account_id",
            "unpaid_days",
            "unpaid_action",
            "warehouse_id",
            "team_id",
            "pricelist_id",
            "product_shipping_id",
            "product_duty_id",
            "product_fee_id",
            "product_tip_id",
            "product_gift_card_id",
            "product_custom_id",
            "product_channel_tax_id",
            "product_rounding_id",
            "product_correction_id",
            "product_past_id",
            "product_back_id",
            "gift_card_account_id",
        ),
        kept_back=CHANNEL_KEPT_BACK,
        certain=True,
        single=True,
    ),
    "workflows": Section(
        "retail.sync.workflow",
        keys=("flow",),
        values=(
            "mode",
            "interval_s",
            "window_start",
            "window_end",
            "target_s",
            "patience_s",
            "urgent_units",
            "urgent_days",
            "gather_s",
            "owner",
        ),
        kept_back=(
            *OWNED,
            "as_of",
            "cursor",
            "last_success_at",
            "next_poll_at",
            "paused_at",
            "paused_by_id",
            "paused_reason",
            "resumed_at",
            "sequence",
            "since",
            "state",
        ),
        certain=True,
    ),
    "locations": Section(
        "retail.sync.location",
        keys=("external_id", "name"),
        values=(
            "warehouse_id",
            "location_id",
            "also_ids",
            "left_out_ids",
            "left_out",
            "buffer_qty",
            "share",
            "activates",
            "incoming_days",
            "offers_consigned",
            "offers_expired",
            "rank",
            "first_units",
            "stock_owner",
            "read_every_min",
            "drop_share",
            "drop_units",
        ),
        kept_back=(
            *OWNED,
            *COUNT,
            "active_there",
            "arrivals_at",
            "is_plain",
            "level_ids",
            "managed_by_others",
            "next_take_at",
            "orders_asked_at",
            "reading_ids",
            "reminded_at",
            "state",
            "take_cursor",
            "take_missing_id",
            "take_number",
            "take_pages_read",
            "taken_at",
        ),
        certain=True,
    ),
    "taxes": Section(
        "retail.sync.map.tax",
        keys=("title", "rate", "included", "country_id", "state_id"),
        values=("tax_ids", "no_tax"),
        kept_back=OWNED,
    ),
    "payment_methods": Section(
        "retail.sync.map.gateway",
        keys=("gateway", "currency_id"),
        values=("label", "journal_id", "account_id", "release"),
        kept_back=OWNED,
    ),
    "carriers": Section(
        "retail.sync.map.carrier",
        keys=("service", "carrier_id", "name"),
        values=("carrier_id", "name", "url_template", "is_urgent"),
        kept_back=OWNED,
    ),
    "regions": Section(
        "retail.sync.map.state",
        keys=("all_channels", "country_id", "code"),
        values=("state_id",),
        kept_back=OWNED,
    ),
    "stock_rules": Section(
        "retail.sync.stock.rule",
        keys=("all_channels", "kind", "location_id", "categ_id", "product_id", "days"),
        values=("quantity",),
        # why a rule is there is written by people about people
        kept_back=(*OWNED, *DAYS, "days_told", "active", "note"),
    ),
    "products": Section(
        "retail.sync.listing",
        keys=("external_id", "sku", "barcode", "title"),
        values=(
            "product_id",
            "left_out",
            "published",
            "uom_id",
            "buffer_qty",
            "cap_qty",
        ),
        kept_back=(
            *OWNED,
            "fixed_qty",
            "fixed_reason",
            "fixed_until",
            "level_ids",
            "match_code",
            "product_external_id",
            "state",
            "tracked",
            "variant_id",
        ),
        certain=True,
    ),
}
# not fields: what a person would say of several of them
SAID = {"left_out": "boolean", "all_channels": "boolean", "days": "char"}


class RetailSyncSetupFile(models.AbstractModel):
    """A channel's set-up as one file: what goes into it, and nothing else."""

    _name = "retail.sync.setup.file"
    _description = "Set-up of a Channel as a File"

    @api.model
    def _sections(self):
        """Return {name in the file: section}; another module extends it."""
        return SECTIONS

    @api.model
    def _section_labels(self):
        """Return {name in the file: what people call the section}."""
        return {
            "policies": self.env._("Policies"),
            "workflows": self.env._("Workflows"),
            "locations": self.env._("Locations"),
            "taxes": self.env._("Taxes"),
            "payment_methods": self.env._("Payment methods"),
            "carriers": self.env._("Shipping methods"),
            "regions": self.env._("States and regions"),
            "stock_rules": self.env._("Stock rules"),
            "products": self.env._("Products offered"),
        }

    @api.model
    def _export(self, channel):
        """Return the text of the file: the same set-up gives the same text.

        :raises AccessError: for all but managers
        """
        channel.ensure_one()
        channel._check_group("manager")
        data = {
            "format": setup_file.FORMAT,
            "format_version": setup_file.FORMAT_VERSION,
            "suite_version": get_manifest("retail_sync_core")["version"],
            "system": channel.code,
            "channel": redact(channel.name),
        }
        refs = References(channel)
        withheld = []
        for name, section in self._sections().items():
            rows = []
            for record in self._rows_here(channel, section):
                row = self._export_row(section, record, refs)
                masked = [key for key, value in row.items() if _is_masked(value)]
                withheld += [f"{name}: {key}" for key in masked]
                if not set(masked) & set(section.keys):
                    rows.append({k: v for k, v in row.items() if k not in masked})
            rows.sort(key=lambda row, names=section.names: _sort_key(row, names))
            data[name] = rows[0] if section.single else rows
        if withheld:
            data["not_exported"] = sorted(set(withheld))
        return setup_file.dump(data)

    @api.model
    def _rows_here(self, channel, section):
        """Return the records of a section that belong to ``channel``."""
        if section.single:
            return channel
        domain = [("channel_id", "=", channel.id)]
        if "all_channels" in section.keys:
            domain = [
                ("channel_id", "in", (channel.id, False)),
                ("company_id", "in", (channel.company_id.id, False)),
            ]
        return self.env[section.model].search(domain, order="id")

    @api.model
    def _export_row(self, section, record, refs):
        """Return one record as plain data."""
        return {name: self._export_value(record, name, refs) for name in section.names}

    @api.model
    def _export_value(self, record, name, refs):
        if name in SAID:
            return getattr(self, f"_say_{name}")(record)
        field = record._fields[name]
        value = record.sudo()[name]
        if field.type == "many2one":
            return refs.describe(value) if value else None
        if field.type == "many2many":
            return sorted(map(refs.describe, value), key=setup_file.canonical)
        if field.type in ("float", "monetary"):
            return round(value, 6)
        if field.type in ("boolean", "integer"):
            return value
        return value or None

    @api.model
    def _say_left_out(self, record):
        return record.state == "ignored"

    @api.model
    def _say_all_channels(self, record):
        return not record.sudo().channel_id

    @api.model
    def _say_days(self, rule):
        return " ".join(day for day in DAYS if rule[day])


def _sort_key(row, names):
    """Order rows by what they say, whatever their numbers are here."""
    return setup_file.canonical([row.get(name) for name in names])


def _is_masked(value):
    """Return whether a secret or an e-mail address stands in a value."""
    text = setup_file.canonical(value)
    return redact(text) != text
