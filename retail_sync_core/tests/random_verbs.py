"""What else happens to stock: counts, others' stock, lots, products that become one."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL


class MoreVerbs:
    """Verbs for random days; the case has ``products``, ``spot`` and ``home``."""

    VERBS = (
        "begin_a_count",
        "begin_a_count",
        "end_a_count",
        "keep_for_an_owner",
        "sign_over",
        "receive_a_lot",
        "recall_a_lot",
        "set_aside",
        "become_one",
    )

    def make_more(self):
        """Make an owner, a lot each, a pair of products that will be one."""
        self.owner = self.env["res.partner"].create({"name": "Owner"})
        self.fresh_goods = self.make_product("LOT", tracking="lot")
        self.lots = self.env["stock.lot"].create(
            [{"name": f"{n}", "product_id": self.fresh_goods.id} for n in range(2)]
        )
        self.one, self.twin = self.make_product("ONE"), self.make_product("TWIN")
        self.plain = [self.one, self.twin]
        self.kept = {}

    # counts
    def begin_a_count(self):
        """Keep what is offered now; what was done before the count is days old."""
        places = self.places()
        if any(places.mapped("frozen_at")):
            return
        counted = self.random.sample(list(places), self.random.choice((1, 1, 2)))
        figures = self.reckoned()
        # one transaction has one time: what is done already must be older than it
        self.env.cr.execute(
            "UPDATE stock_move SET date = date - interval '2 d' WHERE state = 'done'"
        )
        self.env.invalidate_all()
        states = {
            (level.listing_id, level.location_id): self.promised(
                level.product_id, level.location_id
            )
            for level in self.levels()
        }
        places.browse([place.id for place in counted]).action_freeze()
        self.kept = {key: (figures[key], states[key]) for key in figures}

    def end_a_count(self):
        counted = self.places().filtered("frozen_at")
        if counted:
            self.random.choice(list(counted)).action_thaw()

    # others' stock
    def keep_for_an_owner(self):
        product, units = self.some()
        self.env["stock.quant"]._update_available_quantity(
            product, self.spot(), units, owner_id=self.owner
        )

    def sign_over(self):
        """What was kept for an owner is ours: contacts were merged, by raw SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE stock_quant SET owner_id = NULL WHERE id IN (
                      SELECT id FROM stock_quant
                       WHERE owner_id = %s AND reserved_quantity = 0
                       ORDER BY id LIMIT 1)""",
            [self.owner.id],
        )
        self.env.invalidate_all()

    # lots
    def receive_a_lot(self):
        lot = self.random.choice(list(self.lots))
        units = self.random.randint(1, 9)
        self.env["stock.quant"]._update_available_quantity(
            self.fresh_goods, self.random.choice(self.home()), units, lot_id=lot
        )

    def recall_a_lot(self):
        """Let a lot's last day pass, or take that back."""
        if "removal_date" in self.lots._fields:
            lot = self.random.choice(list(self.lots))
            days = self.random.choice((-1, 30))
            lot.removal_date = fields.Datetime.now() + timedelta(days=days)

    def set_aside(self):
        """Bring units to where nothing is offered: blocked, to be looked at."""
        product, units = self.some()
        source = self.random.choice(self.home())
        move = self.make_move(product, units, source=source, target=self.quarantine)
        self.moves |= move
        move._action_assign()
        if self.random.random() < 0.5 and move.state == "assigned":
            self.finish(move)

    # products that become one
    def become_one(self):
        """Write the twin over to the other product, as tools that merge products do."""
        if self.twin not in self.products:
            return
        self.env.flush_all()
        tables = ["stock_quant", "stock_move", "stock_move_line"]
        if "pos.order.line" in self.env:
            tables.append("pos_order_line")
        for table in tables:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET product_id = %s WHERE product_id = %s",
                    SQL.identifier(table),
                    self.one.id,
                    self.twin.id,
                )
            )
        self.env.invalidate_all()
        listings = self.env["retail.sync.listing"].search(
            [("product_id", "=", self.twin.id)]
        )
        listings.product_id = self.one
        # while stock is counted they are told nothing before its end
        self.kept = {k: then for k, then in self.kept.items() if k[0] not in listings}
        self.twin.active = False
        self.products.remove(self.twin)
        for number, (product, units) in self.demands.items():
            if product == self.twin:
                self.demands[number] = (self.one, units)
