"""What the engine's tests share: real connections, handlers, a channel."""

from contextlib import contextmanager
from typing import ClassVar
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, models
from odoo.modules.registry import Registry
from odoo.orm.model_classes import add_to_registry
from odoo.tests.common import BaseCase, get_db_name

from ..adapters import base
from ..adapters.registry import ADAPTERS
from ..models.retail_sync_worker import Turn

TABLES = (
    "retail_sync_job",
    "retail_sync_effect",
    "retail_sync_bucket",
    "retail_sync_breaker",
)


class ScriptedAdapter(base.Adapter):
    """Answers from a script and remembers what it was asked, for all instances."""

    code = "manual"
    capabilities = (base.Shipments(settle_s=0.0), base.Stock(on_doubt="ask"))
    script: ClassVar[list] = []
    asked: ClassVar[list] = []

    def ask(self, what):
        """Give the next answer of the script: a value, an error or a function."""
        type(self).asked.append(what)
        answer = type(self).script.pop(0) if type(self).script else None
        if isinstance(answer, BaseException):
            raise answer
        return answer(self, what) if callable(answer) else answer

    def send(self, effect):
        """Do it."""
        return self.ask(("send", effect.key))

    def read_back(self, effect):
        """Look whether it happened."""
        return self.ask(("read_back", effect.key))

    def poll(self, effect):
        """Look how far it is."""
        return self.ask(("poll", effect.handle))


def add_handler(registry, cr, name, parent="retail.sync.handler", **attributes):
    """Put a handler into the registry; returns a function that takes it out again."""
    full = f"retail.sync.handler.{name}"
    definition = type(
        "TestHandler",
        (models.AbstractModel,),
        {"_module": None, "_name": full, "_inherit": [parent], **attributes},
    )
    add_to_registry(registry, definition)
    registry._setup_models__(cr, [full])

    def remove():
        registry[parent]._inherit_children.discard(full)
        registry["base"]._inherit_children.discard(full)
        del registry.models[full]

    return remove


class EngineCase(BaseCase):
    """Real transactions on real connections; what a test leaves is removed."""

    adapter_class = ScriptedAdapter

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        ScriptedAdapter.script, ScriptedAdapter.asked = [], []
        self.startPatcher(patch.dict(ADAPTERS, {"manual": self.adapter_class}))
        self.channel_ids = []
        with self.transaction() as env:
            env.cr.execute("DELETE FROM retail_sync_job")
            env.cr.execute("SELECT identity FROM retail_sync_fuse ORDER BY id")
            self.fuses = env.cr.fetchall()
            env["retail.sync.fuse"]._confirm()
        self.addCleanup(self._clean)
        self.channel_id = self.make_channel()

    def _clean(self):
        with self.transaction() as env:
            for table in TABLES:
                env.cr.execute(
                    f"DELETE FROM {table} WHERE channel_id = ANY(%s)",
                    [self.channel_ids],
                )
            channels = env["retail.sync.channel"].browse(self.channel_ids)
            env["retail.sync.issue"].search(
                [("channel_id", "in", channels.ids)]
            ).unlink()
            channels.unlink()
            env.cr.execute("DELETE FROM ir_cron_trigger")
            env.cr.execute("DELETE FROM retail_sync_fuse")
            for (identity,) in self.fuses:
                env["retail.sync.fuse"].create({"identity": identity})

    @contextmanager
    def transaction(self, user_id=SUPERUSER_ID):
        """Yield an environment of a connection of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, user_id, {})

    @contextmanager
    def short(self):
        """Yield an environment as the engine's short transactions have it."""
        with self.registry.cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SET LOCAL lock_timeout = '10s'")  # a mistake must not hang
            yield api.Environment(cr, SUPERUSER_ID, {})

    def make_channel(self, **values):
        """Make a live channel with an ample budget; return its id."""
        with self.transaction() as env:
            channel = env["retail.sync.channel"].create(
                {"name": "Engine test", "code": "manual", **values}
            )
            channel.write({"state": values.get("state", "live")})
            env["retail.sync.bucket"]._ensure()
            env.cr.execute(
                """UPDATE retail_sync_bucket SET capacity = 1000, tokens = 1000
                    WHERE channel_id = %s""",
                [channel.id],
            )
        self.channel_ids.append(channel.id)
        return channel.id

    def handler(self, name="test.plain", parent="retail.sync.handler", **attributes):
        """Add a handler for this test; return its name."""
        with self.registry.cursor() as cr:
            self.addCleanup(add_handler(self.registry, cr, name, parent, **attributes))
        return name

    def calling(self, name="test.calling", **attributes):
        """Add a handler that asks the scripted adapter and notes the answer."""
        attributes.setdefault("_plan", lambda self, job: job.id)
        attributes.setdefault("_apply", lambda self, job, answer: f"told {answer}")
        attributes.setdefault(
            "_call", staticmethod(lambda adapter, plan: adapter.ask(("job", plan)))
        )
        return self.handler(name, **attributes)

    def script(self, *answers):
        """Let the channel answer so, in this order."""
        ScriptedAdapter.script[:] = answers

    @property
    def asked(self):
        """Return what the channel was asked."""
        return ScriptedAdapter.asked

    def enqueue(self, handler, channel_id=None, **values):
        """Append a job in a transaction of its own; return its id."""
        with self.transaction() as env:
            channel = channel_id or self.channel_id
            return env["retail.sync.job"]._enqueue(channel, handler, **values).id

    def work(self, ahead_s=0.0):
        """Work off what is due; return how many jobs ran."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["retail.sync.job"]._work_off(200, ahead_s=ahead_s, marks=False)

    def stage(self):
        """Run the stager."""
        with self.short() as env:
            return env["retail.sync.queue"]._stage()

    def claim(self, token="a", slot=0, batch=50, lane=1):
        """Claim and commit; return the jobs' ids."""
        with self.short() as env:
            jobs = env["retail.sync.queue"]._claim(lane, slot, token, batch)
        return [job.id for job in jobs]

    def read(self, job_id, *names):  # pylint: disable=method-required-super
        """Return the committed values of a job."""
        names = names or ("state",)
        with self.transaction() as env:
            values = env["retail.sync.job"].browse(job_id).read(names)[0]
        row = tuple(values[name] for name in names)
        return row if len(row) > 1 else row[0]

    def bucket(self, name, channel_id=None):
        """Return one committed value of the channel's bucket."""
        with self.transaction() as env:
            rows = env["retail.sync.bucket"].search(
                [("channel_id", "=", channel_id or self.channel_id)]
            )
            return rows[name]

    def set_job(self, job_id, **values):
        """Change a job's row behind the engine's back, as a crash or time would."""
        with self.transaction() as env:
            for name, value in values.items():
                env.cr.execute(
                    f"UPDATE retail_sync_job SET {name} = %s WHERE id = %s",
                    [value, job_id],
                )

    def turn(self, **values):
        """Return a worker's turn."""
        return Turn(**values)
