"""Every step of a job at which its worker may die, one by one.

A job goes through these; each line is a transaction of its own, or a call:

====================  =========================================================
stage                 the appended row becomes the head of its key
claim                 the head becomes ours (``running``, slot and token)
start                 the attempt is counted
plan                  ``intended`` becomes ``sent``: from here on in doubt
call                  reads, then the one request that changes something
note                  the budget and the breaker hear of the answer
apply and settle      the answer is written, the effect and the job are settled
promote               the next job of the key may be claimed
fail                  instead of apply: ``sent`` becomes ``unknown``
plan of the look      ``unknown``: it is read back before anything else
look                  the read-back, then apply and settle as above
leave                 the slot says that it sleeps
====================  =========================================================

A point is *within* a step when it was done and not committed, *behind* it when it was
committed and the next one has not begun. ``fault`` is what the shop does to the call
first; the points of the look need a lost answer.
"""

from dataclasses import dataclass

SHIPMENT = "shipment.push"
FETCH = "order.fetch"
CHANGES = "FulfillmentCreate"
READS = "OrderFull"
QUEUE = "retail.sync.queue"
RUNNER = "retail.sync.runner"
OUTCOME = "retail.sync.outcome"
WORKER = "retail.sync.worker"
EFFECT = "retail.sync.handler.effect"
SHIPMENTS = f"retail.sync.handler.{SHIPMENT}"
IMPORTS = f"retail.sync.handler.{FETCH}"


@dataclass(frozen=True)
class Point:
    """A place in the code at which the process kills itself.

    :param when: ``before`` the method begins or ``after`` it returned
    :param work: the handler of the job whose step it must be
    """

    name: str
    model: str
    method: str
    when: str
    work: str = SHIPMENT
    fault: str = ""


def _shared(work, tag):
    """Return the points that each kind of job passes."""
    rows = (
        ("within stage", QUEUE, "_stage", "after"),
        ("behind stage", WORKER, "_claim", "before"),
        ("within claim", QUEUE, "_claim", "after"),
        ("behind claim", RUNNER, "_admit", "before"),
        ("within start", QUEUE, "_start", "after"),
        ("behind start", RUNNER, "_plan", "before"),
        ("behind plan", RUNNER, "_call", "before"),
        ("before the request", "transport", "send", "before"),
        ("behind the request", "transport", "send", "after"),
        ("behind the call", RUNNER, "_answer", "after"),
        ("within note", "retail.sync.bucket", "_answered", "after"),
        ("behind note", RUNNER, "_finish", "before"),
        ("within apply, locked", OUTCOME, "_lock", "after"),
        ("within apply, written", OUTCOME, "_settle", "before"),
        ("within settle", OUTCOME, "_settle", "after"),
        ("behind settle", "turn", "freed", "before"),
        ("before promote", WORKER, "_finish_batch", "before"),
        ("within promote", QUEUE, "_promote", "after"),
        ("behind promote", WORKER, "_finish_batch", "after"),
        ("leaving", "retail.sync.slot", "_mark_awake", "after"),
    )
    return [Point(f"{tag}: {name}", *rest, work=work) for name, *rest in rows]


POINTS = (
    *_shared(SHIPMENT, "shipment"),
    Point("shipment: within plan", EFFECT, "_plan_send", "after"),
    Point("fail: before", RUNNER, "_fail", "before", fault="drop_after"),
    Point("fail: within", OUTCOME, "_after", "after", fault="drop_after"),
    Point("fail: behind", "turn", "freed", "before", fault="drop_after"),
    Point("look: within plan", EFFECT, "_plan_read_back", "after", fault="drop_after"),
    Point("look: behind call", "read_back", "read_back", "after", fault="drop_after"),
    Point("look: within settle", EFFECT, "_end", "after", fault="drop_after"),
    Point("look: not there", EFFECT, "_plan_send", "after", fault="drop_before"),
    *_shared(FETCH, "order"),
)
