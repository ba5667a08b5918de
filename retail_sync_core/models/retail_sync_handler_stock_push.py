from dataclasses import dataclass
from datetime import timedelta

from odoo import models

from ..adapters import base
from ..domain import documents as doc
from .retail_sync_effect import SETTLED
from .retail_sync_handler import Again
from .retail_sync_handler_effect import LOOKS
from .retail_sync_job import GATHERING

SENDABLE = ("wanted", "sent", "acknowledged", "refused")
ORDERS_WAIT_S = 5.0
ORDERS_FRESH_S = 60
ROUNDS = 4
JUDGED = 5000
ACTIVATIONS = 20


@dataclass(frozen=True)
class Reading:
    """Levels whose figure at the channel is asked for before anything is written."""

    refs: tuple[doc.LevelRef, ...]


class RetailSyncHandlerStockPush(models.AbstractModel):
    """Tells one location of a channel what it may offer, a batch a job.

    The job carries nothing: it reads which levels wait, computes them now, and runs
    again while some are left. One effect a batch; the compare-and-set figure and the
    generation are the ledger of the single level.
    """

    _name = "retail.sync.handler.stock.push"
    _inherit = "retail.sync.handler.effect"
    _description = "Handler: Stock to a Channel"

    _holds_key = False
    _flow = doc.Flow.STOCK.value

    # the phases
    def _plan(self, job):
        # levels are nobody's own: the channel's user need not read all of our stock
        return self.sudo()._plan_stock(job.sudo())

    def _plan_stock(self, job):
        place = self._place(job)
        if not place:
            return None
        if self._open_effect(job, place):
            return super()._plan(job)  # pylint: disable=super-method-mismatch
        if not place._may_be_told():
            return None
        reading = self._plan_reading(place)
        new = reading or self._take_inactive(place, 1)
        return (
            (new and self._plan_urgent(job, place))
            or reading
            or self._plan_activation(job, place)
            or self._plan_batch(job, place)
        )

    def _place(self, job):
        location_id = (job.payload or {}).get("location_id")
        return self.env["retail.sync.location"].browse(location_id or []).exists()

    def _effect_of(self, job):
        return job.effect_id.exists()

    def _open_effect(self, job, place):
        """Return the batch that is not settled yet: this job's, or a dead job's.

        What surely never left, or what nobody can tell of, is given up and computed
        anew: for a level that is safe.
        """
        Effect = self.env["retail.sync.effect"]
        effect = job.effect_id.exists()
        if not effect or effect.state in SETTLED:
            effect = Effect.search(
                [
                    ("res_model", "=", place._name),
                    ("res_id", "=", place.id),
                    ("state", "not in", SETTLED),
                ],
                order="id",
                limit=1,
            )
        if not effect:
            return effect
        hopeless = effect.state == "unknown" and effect.looks >= LOOKS
        if effect.state == "intended" or hopeless:
            self._give_up(effect)
            return Effect
        if job.effect_id != effect:
            job.effect_id = effect.id
        return effect

    def _give_up(self, effect):
        answer = self.env["retail.sync.stock.answer"]
        levels = answer._levels_by_item(effect._get_subject(), effect._get_document())
        if effect.state == "intended":
            self.env["retail.sync.level"]._write_again(levels.values())
        else:
            answer._doubt(effect._get_subject(), levels.values())
        effect.write({**self._end("abandoned"), "code": "computed_anew"})

    def _orders_first(self, place):
        """Return whether stock may be sent; else have the orders fetched before.

        A channel that cannot compare would overwrite sales that we do not know of yet.
        """
        capability = place.channel_id._adapter_class().capability(base.Stock)
        if capability.cas:
            return True
        orders = self.env["retail.sync.stock.orders"]
        now = self.env.cr.now()
        since = place.orders_asked_at or now - timedelta(seconds=ORDERS_FRESH_S)
        if orders._are_in(place.channel_id, since):
            place.orders_asked_at = False
            return True
        if not place.orders_asked_at:
            place.orders_asked_at = now
            orders._ask(place.channel_id)
        return False

    def _plan_reading(self, place):
        """Return what must be read first: levels never read, or found to differ."""
        adapter = place.channel_id._adapter_class()
        if not issubclass(adapter, base.Levels):
            return None
        batch = adapter.capability(base.Stock).batch
        Level = self.env["retail.sync.level"]
        levels = Level.browse(Level._take_wanted(place, ["conflict"], batch))
        orders = self.env["retail.sync.stock.orders"]
        ready = levels.filtered(
            lambda level: orders._are_in(place.channel_id, level.asked_at)
        )
        room = batch - len(ready)  # a limit of 0 would be none at all
        if not orders._are_in(place.channel_id, None):
            room = 0  # nobody reads the sales that are in such a figure
        fresh = (
            Level
            if not room
            else Level.search(
                [
                    ("location_id", "=", place.id),
                    ("acked_at", "=", False),
                    ("state", "in", SENDABLE),
                    ("listing_id.state", "=", "matched"),
                    ("listing_id.published", "=", True),
                    ("listing_id.tracked", "=", True),
                ],
                limit=room,
            )
        )
        refs = tuple(level._ref() for level in ready | fresh)
        return Reading(refs) if refs else None

    def _plan_urgent(self, job, place):
        """Return the step that tells known levels near zero; others may wait.

        Thousands of new products would else be read and stocked there first.
        """
        capability = place.channel_id._adapter_class().capability(base.Stock)
        Level = self.env["retail.sync.level"]
        self._judge(place, capability)
        ids = Level._take_wanted(place, SENDABLE, capability.batch, urgent=True)
        if not ids or not self._orders_first(place):
            return None
        changed = self._leave_known(Level.browse(ids), capability)
        return self._begin(job, place, "stock", changed) if changed else None

    def _take_inactive(self, place, limit):
        """Lock and return the ids of levels of products to be stocked there first."""
        Level = self.env["retail.sync.level"]
        return place.activates and Level._take_wanted(place, ["inactive"], limit)

    def _plan_activation(self, job, place):
        """Return the step that stocks products there which the channel does not yet."""
        ids = self._take_inactive(place, ACTIVATIONS)
        if not ids:
            return None
        quantities = self._offered(self.env["retail.sync.level"].browse(ids))
        return self._begin(job, place, "activation", quantities, compare=False)

    def _plan_batch(self, job, place):
        """Return the step that sends the next batch of levels, when it is time."""
        capability = place.channel_id._adapter_class().capability(base.Stock)
        Level = self.env["retail.sync.level"]
        self._judge(place, capability)
        if not Level._is_due(place, SENDABLE, capability.batch):
            return None
        if not self._orders_first(place):
            return None
        levels = Level.browse(Level._take_wanted(place, SENDABLE, capability.batch))
        changed = self._leave_known(levels, capability)
        return self._begin(job, place, "stock", changed) if changed else None

    def _judge(self, place, capability):
        """Look at what changed: what is known there, what is urgent, what can wait."""
        Level = self.env["retail.sync.level"]
        workflow = place.channel_id._workflow(self._flow)
        for _round in range(ROUNDS):
            levels = Level._take_unjudged(place, SENDABLE, JUDGED)
            changed = self._leave_known(levels, capability)
            near_zero = [
                level.id
                for level in levels
                if level.id in changed
                and level._is_near_zero(changed[level.id], workflow)
            ]
            Level._write_judged(changed, near_zero, workflow._gathers_for_s())
            if len(levels) < JUDGED:
                break

    def _leave_known(self, levels, capability):
        """Note what the channel has already; return the rest ({level id: units})."""
        offered = self._offered(levels)
        quantities = {level.id: offered.get(level.id, 0) for level in levels}
        known = {
            level.id: quantities[level.id]
            for level in levels
            if self._is_known(level, quantities[level.id], capability)
        }
        self.env["retail.sync.level"]._write_wanted(known, sent=False)
        return {i: units for i, units in quantities.items() if i not in known}

    def _offered(self, levels):
        return levels._hold_back(levels._offered(levels))

    def _is_known(self, level, quantity, capability):
        """Return whether the channel has ``quantity`` already, as far as we know.

        Without a comparison a sale of theirs may have been overwritten: then only a
        figure that nothing moved since counts.
        """
        if level.tell_anew or not level.acked_at or level.expected_qty != quantity:
            return False
        return capability.cas or level.acked_qty == quantity == level.sent_qty

    def _begin(self, job, place, kind, quantities, *, compare=True):
        """Append the effect for ``quantities`` ({level id: units}); begin to send."""
        Level = self.env["retail.sync.level"]
        levels = Level.browse(quantities)
        writes = tuple(
            doc.LevelWrite(
                ref=level._ref(),
                quantity=quantities[level.id],
                expected=level.expected_qty if compare and level.acked_at else None,
            )
            for level in levels
        )
        document = doc.StockPush(location_id=place.external_id, levels=writes)
        Level._write_wanted(quantities, sent=True)
        effect = self.env["retail.sync.effect"]._intend_for(
            job, kind, document, subject=place
        )
        return self._plan_send(effect)

    @staticmethod
    def _call(adapter, plan):
        """Read, send or look after a batch; no environment, no cursor."""
        if isinstance(plan, Reading):
            return adapter.read_levels(plan.refs)
        if plan.name == "read_back":
            return _look_again(adapter, plan.effect)
        return _send(adapter, plan)

    def _apply(self, job, answer):
        return self.sudo()._apply_stock(job.sudo(), answer)

    def _apply_stock(self, job, answer):
        place = self._place(job)
        if isinstance(answer, tuple):
            note = self.env["retail.sync.stock.answer"]._read(place, answer)
        else:
            # pylint: disable-next=super-method-mismatch
            note = super()._apply(job, answer)
            if isinstance(note, Again):
                return note
        return self._next(place, job, note)

    def _next(self, place, job, note):
        """Run again while there is more to tell; wait where orders come first."""
        open_effect = job.effect_id.exists().state not in (*SETTLED, False)
        if not place or not place._may_be_told():
            return note
        Level = self.env["retail.sync.level"]
        wait_s = Level._wait_s(place, ORDERS_WAIT_S)
        if open_effect:
            return Again(0.0)
        if wait_s is None:
            return note
        if place.orders_asked_at:
            return Again(ORDERS_WAIT_S, "orders_first")
        if not wait_s or Level._is_due(place, SENDABLE, self._batch(place)):
            return Again(0.0)
        return Again(wait_s, "orders_first" if wait_s <= ORDERS_WAIT_S else GATHERING)

    def _batch(self, place):
        return place.channel_id._adapter_class().capability(base.Stock).batch

    def _settled(self, effect, outcome):
        return self.env["retail.sync.stock.answer"]._settle(effect, outcome)

    def _nothing_to_do(self, effect):
        return self.env._("Nothing to send.")


def _send(adapter, step):
    if not isinstance(adapter, base.Effects):
        return base.Outcome(state="refused", code="not_supported")
    return (
        adapter.poll(step.effect) if step.name == "poll" else adapter.send(step.effect)
    )


def _look_again(adapter, effect):
    """Return what became of a batch that is in doubt, level by level.

    A feed is asked for by its handle. Levels are read: what stands as we wrote it is
    applied, what stands as before was not written, all else has moved since.
    """
    capability = adapter.capability(base.Stock)
    if capability.confirmed_later or not isinstance(adapter, base.Levels):
        return adapter.read_back(effect)
    readings = adapter.read_levels(tuple(write.ref for write in effect.body.levels))
    items = tuple(
        base.ItemOutcome(
            ref=write.ref, state=_state_of(write, reading), actual=reading.available
        )
        for write, reading in zip(effect.body.levels, readings, strict=True)
    )
    return base.Outcome(state="applied", items=items)


def _state_of(write, reading):
    if reading.available is None or not reading.active:
        return "inactive"
    if reading.available == write.quantity:
        return "applied"
    return "unknown" if reading.available == write.expected else "conflict"
