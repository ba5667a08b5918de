from odoo import api, fields, models


class RetailSyncIssueRule(models.Model):
    """Who sees to which issues, and until when: the first rule that fits counts."""

    _name = "retail.sync.issue.rule"
    _description = "Who Sees to an Issue"
    _order = "sequence, id"
    _rec_name = "kind"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    kind = fields.Selection(
        selection="_list_kinds", string="Cause", help="Empty: every cause."
    )
    channel_id = fields.Many2one(
        "retail.sync.channel", ondelete="cascade", help="Empty: every channel."
    )
    location_id = fields.Many2one(
        "retail.sync.location",
        string="Place",
        ondelete="cascade",
        domain="[('channel_id', '=?', channel_id)]",
        help="Only what is about this place, its stock, or an order that leaves from"
        " its warehouse. Empty: every place.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Goes to",
        domain="[('share', '=', False)]",
        help="Empty: whoever is responsible for the channel.",
    )
    due_h = fields.Float(
        string="Within (h)", default=24.0, help="Hours until it is late. 0: never."
    )
    next_user_id = fields.Many2one(
        "res.users",
        string="Late, goes to",
        domain="[('share', '=', False)]",
        help="Empty: it stays where it is, and that person is told that it is late.",
    )

    story = fields.Char(string="In words", compute="_compute_story")

    _due_positive = models.Constraint(
        "CHECK(due_h >= 0)", "The hours cannot be below zero."
    )

    @api.model
    def _list_kinds(self):
        return self.env["retail.sync.issue"]._list_kinds()

    @api.depends("kind", "user_id", "due_h", "next_user_id")
    @api.depends_context("lang")
    def _compute_story(self):
        for rule in self:
            facts = {
                "person": rule.user_id.name or self.env._("The channel's responsible"),
                "hours": f"{rule.due_h:g}",
                "next": rule.next_user_id.name,
            }
            said = rule._tell(facts)
            rule.story = said if rule.kind else self.env._("Any cause: %s", said)

    def _tell(self, facts):
        """Return in one sentence what becomes of an issue that fits."""
        if not self.due_h:
            return self.env._("%(person)s sees to it; it is never late.", **facts)
        if self.next_user_id:
            return self.env._(
                "%(person)s sees to it within %(hours)s h, then %(next)s.", **facts
            )
        return self.env._(
            "%(person)s sees to it within %(hours)s h, and is then reminded.", **facts
        )

    @api.model
    def _rule_for(self, issue):
        """Return the first rule that fits ``issue``, or no record."""
        rules = self.sudo().search(
            [
                ("kind", "in", (issue.kind, False)),
                ("channel_id", "in", (issue.channel_id.id, False)),
                ("company_id", "in", (issue.company_id.id, False)),
            ]
        )
        places = issue._places() if rules.location_id else rules.location_id
        return next(
            (one for one in rules if not one.location_id or one.location_id in places),
            self.browse(),
        )
