from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Lines of a count, as Odoo applies them: an inventory move for each, of no units where
# nothing differs. What was entered and not applied is open, and what lay there when the
# count began.
#: What is moved from shelf to shelf is of Odoo's inventory, too, and counts nothing;
#: nor does what we take off again ourselves, which names where it comes from.
COUNTING = """
    JOIN stock_location f ON f.id = ml.location_id
    JOIN stock_location t ON t.id = ml.location_dest_id
     AND 'inventory' IN (f.usage, t.usage) AND m.origin IS NULL
"""
OPEN = f"""
SELECT count(*) FROM (
       SELECT FROM stock_quant q
        WHERE q.id IN %(lines)s
          AND (q.inventory_quantity_set OR NOT %(whole)s AND q.quantity <> 0
               AND q.create_date < %(since)s::timestamp + interval '1 second'
               AND NOT EXISTS (
                   SELECT FROM stock_move_line ml
                     JOIN stock_move m ON m.id = ml.move_id {COUNTING}
                    WHERE m.is_inventory AND m.id > %(after)s AND ml.state = 'done'
                      AND ml.product_id = q.product_id
                      AND q.location_id IN (ml.location_id, ml.location_dest_id)
                      AND ml.lot_id IS NOT DISTINCT FROM q.lot_id
                      AND ml.owner_id IS NOT DISTINCT FROM q.owner_id
                      AND COALESCE(ml.package_id, ml.result_package_id)
                          IS NOT DISTINCT FROM q.package_id))
        LIMIT %(limit)s) line
"""
BEGUN = f"""
SELECT EXISTS (
       SELECT FROM stock_move_line ml JOIN stock_move m ON m.id = ml.move_id {COUNTING}
        WHERE m.is_inventory AND m.id > %(after)s AND ml.state = 'done'
          AND EXISTS (
              SELECT FROM stock_location s
               WHERE s.id IN %(spots)s
                 AND s.id IN (ml.location_id, ml.location_dest_id)))
"""


class RetailSyncLocation(models.Model):
    """A count ends by itself once Odoo's own *Apply* has booked all of it.

    Applied line by line that is with the last line. *Apply All* says that what was
    entered is the count: only what is entered and not applied yet is waited for.
    """

    _inherit = "retail.sync.location"

    @api.model
    def _end_counts(self, applied, whole=False):
        """End the counts of which the lines ``applied`` (quants) were the last.

        :param whole: by *Apply All*; what was not entered is as it is
        """
        counted = self.search([("is_counted", "=", True)])
        if counted:
            spots = applied.location_id
            counted.filtered(lambda p: p._offers_of(spots))._end_over(whole)

    @api.model
    def _end_applied(self):
        """End the counts of which two last lines were applied at once: neither saw the
        other's."""
        counted = self.search([("is_counted", "=", True)])
        counted.filtered(lambda place: place._was_applied())._end_over()
        counted = self.search([("is_counted", "=", True)])
        frozen = self.search([("frozen_at", "!=", False)])
        # where a count began may be gone with its channel
        (frozen - frozen.filtered(counted._shares_any))._thaw()

    def _end_over(self, whole=False):
        """End those of these counts that are over, and all they share stock with."""
        counted = self.search([("is_counted", "=", True)])
        near = counted.filtered(self._shares_any)
        going_on = near.filtered(lambda place: place._count_open_lines(whole, limit=1))
        (self - self.filtered(going_on._shares_any)).action_thaw()

    def _count_open_lines(self, whole=False, limit=None):
        """Return how many lines of the count are not applied yet, at most ``limit``."""
        self.env.flush_all()
        # ORM: lines are matched with moves by five columns that may be empty
        query = SQL(
            OPEN,
            lines=self._lines_of_count().subselect(),
            whole=whole,
            since=self.frozen_at,
            after=self.frozen_after_id or 0,
            limit=limit,
        )
        return self.env.execute_query(query)[0][0]

    def _was_applied(self):
        """Return whether a line was applied since the count began."""
        spots = self.env["stock.location"].sudo().with_context(active_test=False)
        query = SQL(
            BEGUN,
            spots=spots._search(self._spots()).subselect(),
            after=self.frozen_after_id or 0,
        )
        self.env.flush_all()
        return self.env.execute_query(query)[0][0]

    def _lines_of_count(self):
        """Return the query of the quants that are counted here."""
        quants = self.env["stock.quant"].sudo()
        domain = Domain("location_id", "any", self._spots())
        if not self.offers_consigned:
            owners = [False, self.company_id.partner_id.id]
            domain &= Domain("owner_id", "in", owners)
        return quants._search(domain)

    def _spots(self):
        """Return the domain of our locations whose stock is offered here."""
        roots = self.location_id | self.also_ids
        left_out = Domain("id", "child_of", self.left_out_ids.ids)
        return Domain("id", "child_of", roots.ids) & ~left_out

    def _offers_of(self, spots):
        """Return whether some of the locations ``spots`` are offered here."""
        return bool(spots.sudo().filtered_domain(self._spots()))
