import re
from dataclasses import dataclass

from odoo import models

from ..domain.redact import redact

PREFIX = "retail.sync.handler."


class Later(Exception):
    """Not now, and nobody's fault: the job is put off, no attempt is counted.

    Raised by a plan or an apply; what the transaction wrote is rolled back.
    """

    def __init__(self, delay_s, reason=""):
        super().__init__(reason)
        self.delay_s = delay_s
        self.reason = reason


class Apart(Exception):
    """Some of a batch must be done alone; what the transaction wrote is rolled back.

    :param ids: which, in the words of whoever raises it
    """

    def __init__(self, ids):
        super().__init__(f"to be done alone: {sorted(ids)}")
        self.ids = set(ids)


@dataclass(frozen=True)
class Again:
    """Returned by an apply: what was written counts, and the job runs once more."""

    delay_s: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Stop:
    """Returned by an apply: what was written counts, and a person must look.

    :param state: ``parked`` (can be mended, then goes on) or ``dead``
    """

    kind: str
    state: str = "parked"
    code: str = ""
    message: str = ""
    field: str = ""
    value: str = ""
    params: dict | None = None

    @classmethod
    def of(cls, error):
        """Return the stop that parks the job for a ``DataError``."""
        return cls(
            error.kind,
            code=error.code or type(error).__name__,
            message=str(error),
            field=error.field,
            value=redact(error.value)[:200],
            params=dict(error.params),
        )


class RetailSyncHandler(models.AbstractModel):
    """What a kind of job does, in three phases (the engine calls them in this order).

    ``self`` in ``_plan`` and ``_apply`` is bound to the channel's user, company and
    language. A handler without ``_call`` does not talk to the channel.
    """

    _name = "retail.sync.handler"
    _description = "Handler of Jobs"

    _handler_version = 1
    # False: no adapter is built; for handlers without a _call
    _needs_channel = True
    # True: also runs while the channel is being connected, paused or blocked
    _anytime = False
    # True: an error ends it at once, for a person waits for the answer and asks again
    _always_ends = False
    # True: parked or dead, it still holds back later outbound jobs of its order key
    _holds_key = False
    # the workflow it belongs to (a documents.Flow value): paused, its jobs are held
    _flow = None
    # True: its call may change something over there; never while it is watched
    _mutates = False
    # True: many of them in one transaction; only for handlers without _call
    _together = False
    # True: each has its own plan and call, their answers are applied in one transaction
    _gathers = False
    # how long failures are borne before giving up
    _patience_s = 14 * 86400.0

    @classmethod
    def _get_flow(cls, payload):
        """Return the workflow that a job with ``payload`` belongs to, or None."""
        return cls._flow

    # the call phase: a static method (adapter, plan) -> answer; no env, no cursor
    _call = None

    def _plan(self, job):
        """Read and decide; return a frozen plan without records, or None: no call.

        Runs in a short transaction that is committed before the call.

        :raises SyncError: see ``domain/errors.py``
        :raises Later: when it is too early
        """

    def _apply(self, job, answer):
        """Write what follows, in one transaction with the job's completion.

        Repeated alone after a serialization failure, so it does nothing outside.

        :return: None, a note (str: what was decided, one sentence), :class:`Again` or
            :class:`Stop`
        :raises SyncError: nothing is written; ``UserError`` counts as ``DataError``
        """

    def _apply_all(self, jobs, answers):
        """Apply the ``answers`` of several jobs of one channel in one transaction.

        :return: what each one's ``_apply`` would return, in the same order
        :raises Apart: with the ids of jobs that must be applied alone; any other error
            has each applied alone
        """
        pairs = zip(jobs, answers, strict=True)
        return [self._apply(job, answer) for job, answer in pairs]

    def _failed(self, job, error, phase):
        """Note ``error`` beside the job; runs in the transaction that settles it.

        :param phase: ``plan``, ``call`` or ``apply``
        """

    def _gave_up(self, job, error):
        """Undo what counted on the job's success; it is not tried again by itself."""

    def _late(self, job, answer):
        """Keep an answer that came after the job was taken over by another worker."""

    def _get_patience_s(self, job):
        """Return how long (s) this job's failures are borne."""
        return self._patience_s

    def _known(self):
        """Return {name: handler class} of what this process can run."""
        registry = self.env.registry
        return {
            name[len(PREFIX) :]: registry[name]
            for name in registry.models
            if name.startswith(PREFIX)
        }

    def _callers(self):
        """Return the names of the handlers that call: ``writers`` and ``readers``."""
        names = {"writers": [], "readers": []}
        for name, handler in self._known().items():
            if handler._call is not None:
                names["writers" if handler._mutates else "readers"].append(name)
        return names

    @classmethod
    def _kind_of_call(cls, job):
        """Return the kind of call of ``job``, a record or what a worker claimed."""
        verb = "write" if cls._mutates else "read"
        return f"{verb}:{job.flow or job.handler}"

    @classmethod
    def _is_proof(cls, plan):
        """Return whether an answer to ``plan`` proves that this kind of call works."""
        return True

    def _find(self, name):
        """Return the class of the handler ``name``, or None: not of this process."""
        return self.env.registry.models.get(PREFIX + name)

    @classmethod
    def _plans(cls):
        """Return whether there is anything to read or decide before the call."""
        return cls._call is not None or cls._plan is not RetailSyncHandler._plan

    def _handler_name(self):
        """Return the name that jobs of this handler carry."""
        return re.sub(rf"^{re.escape(PREFIX)}", "", self._name)
