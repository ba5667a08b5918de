from odoo import models
from odoo.tools.misc import format_datetime


class RetailSyncLevel(models.Model):
    """Explain this number: every term of a level in sentences that can be read out."""

    _inherit = "retail.sync.level"

    def _explain(self, terms, part_id):
        """Return sentences that name every term of the figure."""
        if terms is None:
            return self.env._("Nothing of ours is offered here yet.")
        parts = [
            self._explain_stock(terms, part_id),
            self.held_back
            and self.env._("Other channels still show some of it: they come first."),
            self._explain_channel(),
        ]
        return " ".join(filter(None, parts))

    def _explain_stock(self, terms, part_id):
        if not self.product_id.active:
            return self.env._("0 offered: the product is archived.")
        if terms.fixed is not None:
            return self.env._(
                "%(offered)s offered: set by hand until %(until)s.",
                offered=terms.offered,
                until=format_datetime(
                    self.env, self.listing_id.fixed_until, tz=str(self.env.tz)
                ),
            )
        if self.awaits_count:
            return self.env._(
                "It was not told before the count at its location began: it is told"
                " when the count ends."
            )
        if terms.frozen is not None:
            return self.env._(
                "%(offered)s offered: the location is being counted since %(since)s;"
                " %(before)s were offered then, and what is sold meanwhile is taken"
                " off.",
                offered=terms.offered,
                since=format_datetime(
                    self.env, self.location_id.frozen_at, tz=str(self.env.tz)
                ),
                before=self.frozen_qty,
            )
        return " ".join(
            [self._explain_sum(terms), *self._explain_limits(terms, part_id)]
        )

    def _explain_sum(self, terms):
        """Return the sum in one sentence."""
        parts = [
            self.env._("%s on hand", plain(terms.on_hand)),
            terms.incoming and self.env._("plus %s to come", plain(terms.incoming)),
            self.env._("less %s reserved", plain(terms.reserved)),
            self.env._("%s sold and not reserved yet", plain(terms.unreserved)),
            self.env._(
                "%s sold on channels and not imported yet", plain(terms.pending)
            ),
            terms.at_tills
            and self.env._("%s sold at tills still open", plain(terms.at_tills)),
            self.env._("%s kept back", plain(terms.buffer)),
            terms.kept
            and self.env._("%s that other channels get first", plain(terms.kept)),
        ]
        return self.env._(
            "%(offered)s offered: %(sum)s; %(share)s %% of the rest.",
            offered=terms.offered,
            sum=", ".join(filter(None, parts)),
            share=plain(terms.share),
        )

    def _explain_limits(self, terms, part_id):
        if terms.cap is not None:
            yield self.env._("Never more than %s.", plain(terms.cap))
        if terms.minimum:
            yield self.env._("None is offered below %s.", plain(terms.minimum))
        if part_id != self.product_id.id:
            part = self.env["product.product"].browse(part_id)
            yield self.env._(
                "It is a kit, limited by %s; figures are in kits.", part.display_name
            )
        unit = self.listing_id.uom_id
        if unit and unit != self.product_id.uom_id:
            yield self.env._("It is sold there by %s.", unit.display_name)

    def _explain_channel(self):
        """Return what was sent and what the channel said of it."""
        if not self.acked_at:
            return self.env._("The channel has not been told yet.")
        when = format_datetime(self.env, self.acked_at, tz=str(self.env.tz))
        if self.state == "acknowledged":
            return self.env._(
                "The channel confirmed %(qty)s on %(when)s.",
                qty=self.acked_qty,
                when=when,
            )
        return self.env._(
            "Last sent: %(sent)s; the channel last confirmed %(qty)s on %(when)s.",
            sent=self.sent_qty,
            qty=self.acked_qty,
            when=when,
        )


def plain(quantity):
    """Return a quantity as a person writes it: 10, 2.5."""
    return f"{quantity.normalize():f}"
