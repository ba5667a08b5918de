from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .retail_sync_effect import SETTLED

KIND = "shipment_overdue"
HANDLERS = {"shipment": "shipment.push", "tracking": "tracking.push"}
LOOK_BACK = timedelta(days=30)
BATCH = 200
SHOWN = 5


class RetailSyncOrder(models.Model):
    """Deliveries that left and that the channel has not confirmed in time."""

    _inherit = "retail.sync.order"

    # never told
    @api.model
    def _tell_untold(self, channel, after=0):
        """Make the effects that are missing, such as of what left before its quotation
        became the channel's order.

        :param after: the id of the last delivery that was looked at
        :return: where to go on, or 0 when all were looked at
        """
        pickings = self._untold_deliveries(channel, after)
        pickings._tell_retail_sync()
        return pickings[-1].id if len(pickings) == BATCH else 0

    @api.model
    def _untold_deliveries(self, channel, after=0):
        """Return done deliveries of ``channel`` that nobody ever decided about."""
        workflow = channel._workflow("shipment")
        now = self.env.cr.now()
        since = max(filter(None, (channel.live_at, now - LOOK_BACK)))
        self.env.flush_all()
        # ORM: the absence of rows in two tables
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id
                     FROM stock_picking p
                     JOIN stock_location l
                       ON l.id = p.location_dest_id AND l.usage = 'customer'
                     JOIN retail_sync_order o ON o.order_id = p.sale_id
                    WHERE p.retail_sync_channel_id = %(channel)s AND p.state = 'done'
                      AND p.id > %(after)s
                      AND p.date_done BETWEEN %(since)s AND %(until)s
                      AND NOT p.retail_sync_at_till IS TRUE
                      AND NOT EXISTS (
                          SELECT 1 FROM retail_sync_effect e
                           WHERE e.res_model = 'stock.picking' AND e.res_id = p.id)
                      AND NOT EXISTS (
                          SELECT 1 FROM retail_sync_order_step s
                           WHERE s.order_id = o.id AND s.code = 'shipment_none'
                             AND s.res_model = 'stock.picking' AND s.res_id = p.id)
                    ORDER BY p.id LIMIT %(limit)s""",
                channel=channel.id,
                after=after,
                since=since,
                until=now - timedelta(seconds=workflow.target_s),
                limit=BATCH,
            )
        )
        return self.env["stock.picking"].browse(row[0] for row in rows)

    # told, and not confirmed
    @api.model
    def _judge_overdue(self, channel):
        """Ask a person about what is not confirmed in time; else close the issue."""
        overdue = self._overdue_effects(channel)
        overdue._work_again()
        issues = self.env["retail.sync.issue"]
        if not overdue:
            issues._close_about(channel, KIND, [channel])
            return overdue
        pickings = [effect._get_subject() for effect in overdue]
        names = [one.name for one in pickings[:SHOWN] if one]
        issues._raise(
            channel, KIND, value=channel.name, record=channel, about=[channel]
        )._renew(
            {
                "count": len(overdue),
                "names": ", ".join(names) + (" …" if len(overdue) > SHOWN else ""),
                "since": f"{overdue[0].create_date:%Y-%m-%d %H:%M} UTC",
            }
        )
        return overdue

    @api.model
    def _overdue_effects(self, channel):
        """Return what the channel should have confirmed by now, the oldest first."""
        workflow = channel._workflow("shipment")
        if self.env["retail.sync.restoration"]._is_catching_up(channel.id):
            return self.env["retail.sync.effect"]
        late = self.env.cr.now() - timedelta(seconds=workflow.target_s)
        on_since = workflow._went_on_at()
        if on_since and on_since > late:  # what a pause has kept may take its time
            return self.env["retail.sync.effect"]
        return self.env["retail.sync.effect"].search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "in", list(HANDLERS)),
                ("state", "not in", SETTLED),
                ("create_date", "<", late),
            ],
            order="id",
        )


class RetailSyncEffect(models.Model):
    _inherit = "retail.sync.effect"

    _open_kind_idx = models.Index(
        "(channel_id, kind, id) WHERE state NOT IN ('applied', 'refused', 'abandoned')"
    )

    def _work_again(self):
        """Give a job to open actions whose own is gone, without anybody's decision."""
        for effect in self:
            job = effect.job_id.exists()
            if job and job.state != "done":
                continue
            effect.sudo().job_id = self.env["retail.sync.job"]._enqueue(
                effect.channel_id,
                HANDLERS[effect.kind],
                order_key=effect.order_key,
                effect=effect,
            )


class RetailSyncIssue(models.Model):
    _inherit = "retail.sync.issue"

    def _words(self):
        return {
            **super()._words(),
            KIND: (
                self.env._("%(value)s has not confirmed deliveries that left"),
                self.env._(
                    "Deliveries that the channel should know by now: %(count)s"
                    " (%(names)s). The first waits since %(since)s."
                ),
                self.env._(
                    "See the deliveries: each says what it waits for. Closed by itself"
                    " when the channel has confirmed all."
                ),
            ),
        }

    def _mend_labels(self):
        return {**super()._mend_labels(), KIND: self.env._("See the deliveries")}

    def _mend_shipment_overdue(self):
        """Open the deliveries that are not confirmed in time."""
        overdue = self.env["retail.sync.order"]._overdue_effects(self.channel_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        return {
            **action,
            "name": self.env._("Not confirmed by the channel"),
            "domain": [("id", "in", overdue.mapped("res_id"))],
            "context": {},
        }
