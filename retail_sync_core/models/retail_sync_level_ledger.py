from odoo import api, models
from odoo.tools import SQL

OFFERED = SQL(
    "i.state = 'matched' AND i.published AND i.tracked AND l.awaits_count IS NOT TRUE"
)
# what nobody may add to a location waits for no one
TELLABLE = SQL("%s AND (l.state <> 'inactive' OR p.activates)", OFFERED)


class RetailSyncLevel(models.Model):
    """What is written of a level while it is sent: set-based, a batch at a time. The
    ORM would write row by row, and has no word for "as it is now plus one".
    """

    _inherit = "retail.sync.level"

    @api.model
    def _take_wanted(self, place, states, limit, *, urgent=False):
        """Lock and return the ids of up to ``limit`` levels to be told.

        What is near zero comes first, then what waits longest.

        :param states: only levels in these states
        :param urgent: only what is near zero and known over there
        """
        near_zero = SQL("AND l.near_zero AND l.acked_at IS NOT NULL")
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.id
                     FROM retail_sync_level l
                     JOIN retail_sync_listing i ON i.id = l.listing_id
                    WHERE l.location_id = %s AND l.wanted_generation > l.sent_generation
                      AND l.state = ANY(%s) AND %s %s
                    ORDER BY l.near_zero DESC NULLS LAST, l.marked_at, l.id LIMIT %s
                      FOR UPDATE OF l""",
                place.id,
                list(states),
                OFFERED,
                near_zero if urgent else SQL(),
                limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _write_wanted(self, quantities, *, sent):
        """Write what is offered now; ``sent``: it leaves, else they know it already.

        :param quantities: {level id: units}
        """
        if not quantities:
            return
        # ORM: the generation just read is the one that is answered for
        self._update_many(
            SQL(
                """wanted_qty = v.quantity, sent_generation = l.wanted_generation,
                   sent_qty = CASE WHEN %(sent)s THEN v.quantity ELSE l.sent_qty END,
                   state = CASE WHEN %(sent)s THEN 'sent' ELSE 'acknowledged' END,
                   marked_at = CASE WHEN %(sent)s THEN l.marked_at END,
                   asked_at = NULL, due_at = NULL, near_zero = FALSE,
                   tell_anew = FALSE""",
                sent=sent,
            ),
            quantities,
        )

    @api.model
    def _write_acknowledged(self, quantities, expected):
        """Write that the channel has ``quantities`` now.

        What the channel sold since we compared stays subtracted from what we expect.

        :param expected: {level id: what the comparison was with}
        """
        now = self.env.cr.now()
        rows = {k: (v, expected.get(k)) for k, v in quantities.items()}
        if not rows:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_level l
                      SET acked_qty = v.quantity, acked_at = %(now)s,
                          based_at = COALESCE(l.based_at, %(now)s),
                          expected_qty = v.quantity + CASE
                              WHEN v.compared IS NULL THEN 0
                              ELSE l.expected_qty - v.compared END,
                          state = CASE WHEN l.wanted_generation > l.sent_generation
                                  THEN 'wanted' ELSE 'acknowledged' END,
                          marked_at = CASE WHEN l.wanted_generation > l.sent_generation
                                      THEN l.marked_at END,
                          last_error = NULL, asked_at = NULL
                     FROM unnest(%(ids)s::int[], %(quantities)s::int[],
                                 %(compared)s::int[]) AS v (id, quantity, compared)
                    WHERE l.id = v.id""",
                now=now,
                ids=list(rows),
                quantities=[row[0] for row in rows.values()],
                compared=[row[1] for row in rows.values()],
            )
        )
        self.invalidate_model()
        self._free_held_back(rows)

    @api.model
    def _write_read(self, quantities):
        """Take over what the channel says it has; the levels are computed anew."""
        if not quantities:
            return
        now = self.env.cr.now()
        self._update_many(
            SQL(
                """moved_qty = COALESCE(l.moved_qty, 0)
                       + CASE WHEN l.acked_at IS NULL OR l.asked_at IS NULL THEN 0
                         ELSE v.quantity - l.expected_qty END,
                   acked_qty = v.quantity, expected_qty = v.quantity,
                   acked_at = %(now)s, based_at = %(now)s, asked_at = NULL,
                   last_error = NULL, state = 'wanted', due_at = NULL,
                   wanted_generation = l.wanted_generation + 1""",
                now=now,
            ),
            quantities,
        )
        self._free_held_back(quantities)

    @api.model
    def _write_again(self, level_ids, state="wanted", *, error=None, ask=False):
        """Have levels told once more, in ``state``; ``ask``: after the orders."""
        self._update_many(
            SQL(
                """state = %s, last_error = %s, asked_at = %s, due_at = NULL,
                   wanted_generation = GREATEST(
                       l.wanted_generation, l.sent_generation + 1),
                   marked_at = COALESCE(l.marked_at, now() AT TIME ZONE 'UTC')""",
                state,
                error,
                self.env.cr.now() if ask else None,
            ),
            dict.fromkeys(level_ids, 0),
        )

    @api.model
    def _write_anew(self, level_ids):
        """Have levels told whatever the channel is thought to have already."""
        self._update_many(
            SQL(
                """wanted_generation = l.wanted_generation + 1, tell_anew = TRUE,
                   due_at = NULL, state = CASE WHEN l.state IN ('acknowledged',
                   'refused') THEN 'wanted' ELSE l.state END,
                   marked_at = COALESCE(l.marked_at, now() AT TIME ZONE 'UTC')"""
            ),
            dict.fromkeys(level_ids, 0),
        )

    @api.model
    def _count_wanted(self, places):
        """Return how many levels of ``places`` are to be told still."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*)
                     FROM retail_sync_level l
                     JOIN retail_sync_listing i ON i.id = l.listing_id
                     JOIN retail_sync_location p ON p.id = l.location_id
                    WHERE l.location_id = ANY(%s) AND %s
                      AND l.wanted_generation > l.sent_generation""",
                places.ids,
                TELLABLE,
            )
        )
        return rows[0][0]

    def _tell_again(self):
        """Have these levels computed and told now, whatever is thought to be there."""
        self._write_anew(self.ids)
        self.env["retail.sync.stock.mark"]._enqueue_pushes(self.location_id)

    @api.model
    def _write_stopped(self, errors, state="refused", *, answered=False):
        """Write why levels are not told; the next change of their stock tries again.

        They go on waiting since their change: the channel shows something else.


        :param errors: {level id: what the channel said}
        :param answered: nothing was sent, and nothing is to be sent for now
        """
        for error in set(errors.values()):
            ids = [level_id for level_id, text in errors.items() if text == error]
            self._update_many(
                SQL(
                    """state = %s, last_error = %s,
                       marked_at = COALESCE(l.marked_at, now() AT TIME ZONE 'UTC'),
                       sent_generation = CASE WHEN %s THEN l.wanted_generation
                                         ELSE l.sent_generation END""",
                    state,
                    error[:200],
                    answered,
                ),
                dict.fromkeys(ids, 0),
            )

    @api.model
    def _update_many(self, assignments, quantities):
        """Run one UPDATE with ``assignments`` over {level id: ``v.quantity``}."""
        if not quantities:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE retail_sync_level l SET %s
                     FROM unnest(%s::int[], %s::int[]) AS v (id, quantity)
                    WHERE l.id = v.id""",
                assignments,
                list(quantities),
                list(quantities.values()),
            )
        )
        self.invalidate_model()
