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
            self.channel_id.stock_restoring
            and self.env._(
                "The channel's own levels are being put back: it is told what it had"
                " before, not this."
            ),
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

    def _explain_briefly(self, terms, part_id):
        """Return what the figure is made of, without what is zero."""
        if (
            terms is None
            or not self.product_id.active
            or self.awaits_count
            or terms.fixed is not None
            or terms.frozen is not None
        ):
            return self._explain(terms, part_id)
        share = terms.share != 100 and self.env._("%s %% of it", plain(terms.share))
        parts = [*self._sum_parts(terms, brief=True), share]
        limits = self._explain_limits(terms, part_id)
        return " ".join([", ".join(filter(None, parts)) + ".", *limits])

    def _sum_parts(self, terms, *, brief=False):
        """Return the terms in words; ``brief``: those alone that are not zero."""
        usual = not brief  # said even where it is zero
        parts = [
            (True, terms.on_hand, self.env._("%s on hand")),
            (False, terms.incoming, self.env._("plus %s to come")),
            (usual, terms.reserved, self.env._("less %s reserved")),
            (usual, terms.unreserved, self.env._("%s sold and not reserved yet")),
            (
                usual,
                terms.pending,
                self.env._("%s sold on channels and not imported yet"),
            ),
            (False, terms.at_tills, self.env._("%s sold at tills still open")),
            (usual, terms.buffer, self.env._("%s kept back")),
            (False, terms.kept, self.env._("%s that other channels get first")),
        ]
        return [words % plain(units) for said, units, words in parts if said or units]

    def _explain_sum(self, terms):
        """Return the sum in one sentence."""
        parts = self._sum_parts(terms)
        return self.env._(
            "%(offered)s offered: %(sum)s; %(share)s %% of the rest.",
            offered=terms.offered,
            sum=", ".join(parts),
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
