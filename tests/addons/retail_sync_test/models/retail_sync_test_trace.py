import os

from odoo import fields, models


class RetailSyncTestTrace(models.Model):
    """One row is one run of a test job that was committed: who ran it, and when."""

    _name = "retail.sync.test.trace"
    _description = "Trace of a Test Job"

    job_id = fields.Integer(index=True)
    order_key = fields.Char()
    pid = fields.Integer()
    started = fields.Float(digits=0)
    ended = fields.Float(digits=0)


class RetailSyncHandlerTestTrace(models.AbstractModel):
    """Writes its trace in the transaction that completes the job."""

    _name = "retail.sync.handler.test.trace"
    _inherit = "retail.sync.handler"
    _description = "Handler: Leave a Trace"

    _needs_channel = False

    def _apply(self, job, answer):
        self.env.cr.execute(
            """WITH began AS MATERIALIZED (SELECT clock_timestamp() AS at),
                    worked AS MATERIALIZED (SELECT at, pg_sleep(0.002) FROM began)
               INSERT INTO retail_sync_test_trace
                      (job_id, order_key, pid, started, ended)
               SELECT %s, %s, %s, extract(epoch FROM at),
                      extract(epoch FROM clock_timestamp())
                 FROM worked""",
            [job.id, job.order_key, os.getpid()],
        )
