from odoo import api, fields, models

# so many a second are made here, whatever the channel allows
OURS_PER_S = 10.0
COUNTS = ("imported", "known", "left", "failed", "wait")


class RetailSyncHistory(models.Model):
    """How far an import of past orders is, in figures and in words."""

    _inherit = "retail.sync.history"

    imported_count = fields.Integer(string="Imported", compute="_compute_counts")
    known_count = fields.Integer(string="There already", compute="_compute_counts")
    left_count = fields.Integer(string="Left out", compute="_compute_counts")
    failed_count = fields.Integer(string="Need a person", compute="_compute_counts")
    wait_count = fields.Integer(string="Waiting", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    summary = fields.Char(compute="_compute_summary")
    left_words = fields.Char(string="Why left out", compute="_compute_summary")
    scope_warning = fields.Char(
        string="What cannot be read", compute="_compute_summary"
    )
    problem = fields.Char(compute="_compute_problem")

    @api.depends("line_ids.state", "state", "total")
    def _compute_counts(self):
        rows = self.env["retail.sync.history.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in rows}
        for run in self:
            for name in COUNTS:
                run[f"{name}_count"] = counts.get((run.id, name), 0)
            seen = run.imported_count + run.known_count
            seen += run.left_count + run.failed_count
            whole = max(run.total, seen + run.wait_count)
            share = 100.0 * seen / whole if whole else 0.0
            run.progress = 100.0 if run.state == "done" else min(99.0, share)

    @api.depends("state", "total", "is_exact", "visible_since", "line_ids.reason")
    @api.depends_context("lang")
    def _compute_summary(self):
        for run in self:
            run.summary = run._say()
            run.left_words = run._say_left()
            run.scope_warning = run._say_scope()

    def _compute_problem(self):
        """Say why the channel does not answer, where a count or a page has failed."""
        jobs = self.env["retail.sync.job"].sudo()
        for run in self:
            job = jobs.search(
                [
                    ("channel_id", "=", run.channel_id.id),
                    ("order_key", "=", f"history:{run.id}"),
                    ("joined_id", "=", False),
                ],
                limit=1,
            )
            stuck = job.failures or job.state not in (
                "pending",
                "running",
                "done",
                False,
            )
            run.problem = stuck and (job.error_message or job.explanation) or False

    def _say(self):
        """Return in a sentence or two how far it is."""
        match self.state:
            case "counting":
                return self.env._("The channel is asked how many there are.")
            case "ready":
                return self._say_counted()
            case "cancelled":
                return self.env._("Canceled; %s orders stay.", self.imported_count)
            case "stopped":
                return self.env._("Stopped; it goes on where it was.")
            case "running" if not self.line_ids:
                return self.env._("Begins in a moment.")
        figures = {
            "imported": self.imported_count,
            "known": self.known_count,
            "left": self.left_count,
            "failed": self.failed_count,
        }
        return self.env._(
            "Imported: %(imported)s. There already: %(known)s. Left out: %(left)s."
            " Need a person: %(failed)s.",
            **figures,
        )

    def _say_counted(self):
        if not self.total:
            return self.env._(
                "The channel has no order of that time: there is nothing to import."
                " Choose other days, or cancel."
            )
        figures = {"count": self._number(self.total), "time": self._takes()}
        if not self.is_exact:
            return self.env._(
                "Orders counted there: more than %(count)s. The import takes at least"
                " %(time)s, longer while new orders come in: those go first.",
                **figures,
            )
        return self.env._(
            "Orders counted there: %(count)s. The import takes about %(time)s, longer"
            " while new orders come in: those go first.",
            **figures,
        )

    def _number(self, value):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return lang.format("%d", value, grouping=True)

    def _estimate_s(self):
        """Return how long it takes at best (s): the channel's budget, or our own pace.

        An order costs its share of the budget, and some cost a second call.
        """
        bucket = (
            self.env["retail.sync.bucket"]
            .sudo()
            .search([("channel_id", "=", self.channel_id.id)], limit=1)
        )
        each = bucket.cost / bucket.per_s if bucket.per_s else 0.0
        return self.total * max(each, 1.0 / OURS_PER_S)

    def _takes(self):
        seconds = self._estimate_s()
        if seconds < 90:
            return self.env._("a minute")
        if seconds < 90 * 60:
            return self.env._("%s minutes", round(seconds / 60))
        if seconds < 48 * 3600:
            return self.env._("%s hours", round(seconds / 3600, 1))
        return self.env._("%s days", round(seconds / 86400, 1))

    def _say_left(self):
        """Return how many were left out for which reason."""
        rows = self.env["retail.sync.history.line"]._read_group(
            [("run_id", "=", self.id), ("state", "=", "left")], ["reason"], ["__count"]
        )
        field = self.env["retail.sync.history.line"]._fields["reason"]
        names = dict(field._description_selection(self.env))
        return ", ".join(f"{names.get(code, code)}: {n}" for code, n in rows) or False

    def _say_scope(self):
        """Say which of the asked days cannot be read, and what to do."""
        if not self.visible_since or self.visible_since <= self.since:
            return False
        day = self._say_day(self.visible_since)
        if not self.missing_scope:
            return self.env._("Orders placed before %s cannot be read.", day)
        return self.env._(
            "Orders placed before %(day)s are not counted and cannot be read: the app"
            " lacks the permission %(scope)s. Add it to the app there (the channel may"
            " have to grant it first), then press Count again.",
            day=day,
            scope=self.missing_scope,
        )

    def _open_lines(self, *states):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "retail_sync_core.retail_sync_history_line_action"
        )
        return {
            **action,
            "domain": [("run_id", "=", self.id), ("state", "in", states)],
            "context": {},
        }

    def action_open_imported(self):
        """Show the orders that were imported."""
        self.ensure_one()
        return self._open_lines("imported")

    def action_open_known(self):
        """Show the orders that were here already."""
        self.ensure_one()
        return self._open_lines("known")

    def action_open_left(self):
        """Show what was left out, and why."""
        self.ensure_one()
        return self._open_lines("left")

    def action_open_failed(self):
        """Show what needs a person, each with its issue."""
        self.ensure_one()
        return self._open_lines("failed")


class RetailSyncJob(models.Model):
    _inherit = "retail.sync.job"

    def _wait_sentences(self):
        return {
            **super()._wait_sentences(),
            "history": self.env._("Waits until the orders that are listed are here."),
        }
