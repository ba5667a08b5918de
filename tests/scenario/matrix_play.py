"""Plays a cell of the matrix: what customer, merchant, warehouse and office do."""

from unittest.mock import patch

from matrix_check import ask, changes, snapshot
from odoo import fields
from odoo.exceptions import UserError
from story import ShopifyStory

PLENTY = 100000
STORE = "Store"
# each day is over, and all of it was read
LATER = fields.Datetime.to_datetime("2100-01-01")
GOODS = ("MUG", "CUP")
GATEWAYS = ("shopify_payments", "paypal", "gift_card", "bank_transfer", "manual")


class Stopped(Exception):
    """The story cannot go on: Odoo asks a person to look first."""


class MatrixStory(ShopifyStory):
    """A retailer with mugs and cups; invoiced when ordered, or (-D) when delivered."""

    catalogue = ("MUG", "CUP", "MUG-D", "CUP-D")
    chance = None
    begun_at = 0  # how much was told before this story
    neighbour = None  # a receipt of the same day, told by the sandbox

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.tax"].create(
            {
                "name": "VAT 19 on top",
                "amount": 19,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "company_id": cls.company.id,
            }
        )
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.mug, cls.warehouse.lot_stock_id, PLENTY)
        cls.mug.invoice_policy = "order"
        for sku in cls.catalogue[1:]:
            policy = "delivery" if sku.endswith("-D") else "order"
            cls.make_product(sku, PLENTY, company_id=False, invoice_policy=policy)
        cls.channel.write({"cancel_there": True})
        cls.book_payments()

    @classmethod
    def book_payments(cls):
        """Let every tender be booked, each way of paying in a journal of its own."""
        for number, gateway in enumerate(GATEWAYS):
            journal = cls.env["account.journal"].create(
                {
                    "name": f"Matrix {gateway}",
                    "code": f"MTX{number}",
                    "type": "bank",
                    "company_id": cls.company.id,
                }
            )
            cls.env["retail.sync.map.gateway"].create(
                {
                    "channel_id": cls.channel.id,
                    "gateway": gateway,
                    "journal_id": journal.id,
                }
            )
        cls.channel.write({"post_payments": True, "book_since": False})

    def setUp(self):
        super().setUp()
        self.shop.settings(plan="enterprise")  # one afternoon is played in a minute
        self.open_store()

    def open_store(self):
        """Let a till sell what the web warehouse ships; its receipts go by day."""
        self.channel.receipt_policy = "day"
        self.shop.seed(locations=[{"name": STORE}])
        self.channel._enqueue_check("places.read")
        self.work()
        store = self.env["stock.warehouse"].create(
            {"name": STORE, "code": "STO", "company_id": self.company.id}
        )
        place = self.channel.location_ids.filtered(lambda one: one.name == STORE)
        place.warehouse_id = store
        self.work()

    def work(self):
        """Work until nothing is due; what the rate budget puts off comes at once."""
        for _time in range(5):
            super().work()
            self.env.cr.precommit.run()  # forget numbers that workers have used by now
            waiting = self.jobs().filtered_domain(
                [("state", "=", "pending"), ("order_key", "like", "order:")]
            )
            if not waiting:
                return
            self.shop.advance(60)
            self.env.cr.execute(
                """UPDATE retail_sync_bucket
                      SET tokens = capacity, blocked_until = NULL, block_reason = NULL
                    WHERE channel_id = %s""",
                [self.channel.id],
            )
        raise AssertionError(f"still waits: {waiting.mapped('explanation')}")

    # the stages of a story, in this order
    def play(self, cell):
        """Play ``cell`` to its end; return the sandbox's words about the order."""
        self.begun_at = len(self.shop.received)
        placed = self.place(cell)
        by_day = cell.invoices == "by_day"
        self.neighbour = self.sell_beside(cell) if by_day else None
        self.hear_all()
        try:
            self.go_on(cell, placed)
        except (Stopped, UserError):
            self.hear_all()
        if by_day:
            self.end_day()
        return placed

    def go_on(self, cell, placed):
        """Live through what comes after the order was imported."""
        if cell.invoices == "at_import":
            self.invoice(placed)
        if cell.cancel.endswith("early"):
            self.may_end_day(cell)
            self.cancel(cell, placed)
            return
        self.settle(cell, placed)
        self.may_end_day(cell)
        if cell.edit == "before":
            self.edit(placed)
            self.may_end_day(cell)
        self.deliver(cell, placed, part=True)
        if cell.edit == "after_part":
            self.edit(placed)
            self.may_end_day(cell)
        if cell.cancel.endswith("part"):
            self.cancel(cell, placed)
        else:
            self.deliver(cell, placed, part=False)
        if cell.invoices not in ("never", "by_day"):
            self.invoice(placed)

    def place(self, cell):
        """Let a customer order: two kinds of goods, a code, and shipping."""
        suffix = "-D" if cell.invoices == "when_shipped" else ""
        mug, cup = (sku + suffix for sku in GOODS)
        given = {
            "lines": [
                {"sku": mug, "quantity": 3, "price": "9.99"},
                {"sku": cup, "quantity": 2, "price": "7.77"},
            ],
            "taxes_included": cell.taxes == "included",
            "discounts": [{"code": "SEVENTH", "percentage": 7}],
            "shipping": {"title": "Standard", "price": "4.90"},
            **(self.at_till() if cell.invoices == "by_day" else {}),
        }
        if cell.payment in ("paid", "authorized", "pending"):
            return self.shop.place_order(financial=cell.payment, **given)
        first = "gift_card" if cell.payment == "gift_card" else "paypal"
        payment = {"gateway": first, "amount": "12.34"}
        placed = self.shop.place_order(payments=[payment], **given)
        self.shop.pay(placed["name"], gateway="shopify_payments")
        return placed

    def at_till(self):
        """Return what makes it a sale of the store's till, shipped from the web."""
        return {
            "source": "pos",
            "retail_location": STORE,
            "delivery": "SHIPPING",
            "shipping_address": {"city": "Bremen"},
        }

    def sell_beside(self, cell):
        """Sell another customer a mug at the same till on the same day."""
        return self.shop.place_order(
            lines=[{"sku": "MUG", "quantity": 1, "price": "3.33"}],
            taxes_included=cell.taxes == "included",
            **self.at_till(),
        )

    def may_end_day(self, cell):
        """End the day here, too, where receipts go by day, or not."""
        if cell.invoices == "by_day" and self.chance.random() < 0.5:
            self.end_day()

    def end_day(self):
        """Let the day be over and its orders read: its receipts are invoiced."""
        workflow = self.channel._workflow("order")
        since, workflow.since = workflow.since, LATER
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE retail_sync_job SET scheduled_at = create_date
                WHERE channel_id = %s AND handler = 'invoice.day'
                  AND state = 'pending'""",
            [self.channel.id],
        )
        handler = self.registry["retail.sync.handler.invoice.day"]
        with patch.object(handler, "_now", lambda _self: LATER):
            self.work()
        workflow.since = since
        self.hear_all()

    def settle(self, cell, placed):
        """Let the money come that is not there yet."""
        if cell.payment in ("authorized", "pending"):
            self.shop.pay(placed["name"])
            self.hear_all()
        if cell.invoices == "when_paid":
            self.invoice(placed)

    def edit(self, placed):
        """Let the merchant take one mug off and add a cup at a price of its own."""
        mug, cup = (line["sku"] for line in placed["lines"][:2])
        self.shop.edit(
            placed["name"],
            lines=[{"line": mug, "quantity": 2}],
            add=[{"sku": cup, "quantity": 1, "price": "6.66"}],
        )
        self.hear_all()
        self.press("edited_invoiced", self.ours(placed))

    def deliver(self, cell, placed, *, part):
        """Ship one mug, or all that is open; invoice it where that is the policy."""
        mug = placed["lines"][0]["sku"]
        for picking in self.open_pickings(placed):
            if picking.retail_sync_hold_reason:
                raise Stopped(picking.retail_sync_hold_reason)
            for move in picking.move_ids if part else ():
                units = 1 if move.product_id.default_code == mug else 0
                move.write({"quantity": units, "picked": bool(units)})
            picking.with_context(skip_backorder=True).button_validate()
            if picking.state != "done":
                raise Stopped(f"{picking.name} is {picking.state}")
        self.hear_all()
        if cell.invoices == "when_shipped":
            self.invoice(placed)

    def open_pickings(self, placed):
        return self.ours(placed).order_id.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def cancel(self, cell, placed):
        """Cancel all, or what is not shipped, at the channel or here.

        Before, when it is heard, and when it is decided all is told again.
        """
        self.tell_again()
        if cell.cancel == "there_early":
            self.shop.cancel(placed["name"])
        elif cell.cancel == "there_part":
            self.refund_the_rest(placed)
        else:
            self.cancel_by_dialog(self.ours(placed).order_id)
        self.hear_all()
        self.tell_again()
        self.decide(self.ours(placed))
        self.hear_all()
        self.tell_again()

    def tell_again(self):
        """Tell all events of this story anew, in any order; nothing may change."""
        before = snapshot(self.env)
        for _time in range(self.chance.randint(1, 3)):
            told = list(self.shop.received[self.begun_at :])
            self.chance.shuffle(told)
            self.hear(told)
        found = changes(before, snapshot(self.env))
        self.assertFalse(found, "\n".join(found))

    def cancel_by_dialog(self, sale):
        """Cancel as the office does: goods back to the stock, money back too."""
        action = sale.retail_sync_action_cancel()
        dialog = self.env[action["res_model"]].with_context(**action["context"])
        dialog.create({}).action_cancel_order()
        self.work()

    def decide(self, order):
        """Press what the office is asked to press when an order is canceled."""
        if order.hold_code == "cancel" and order.order_id.state != "cancel":
            order.action_cancel_here()
            self.work()
        self.press("cancelled_invoiced", order)
        self.press("edited_invoiced", order)

    def press(self, kind, order):
        """Press the one button of the order's issue of ``kind``."""
        for issue in self.issues(kind):
            if issue.res_id == order.id and not order.picking_ids.filtered(
                lambda one: kind == "cancelled_invoiced" and one.state == "done"
            ):
                issue.action_mend()
                self.work()

    def refund_the_rest(self, placed):
        """Let the merchant take off what is not shipped, and give its money back."""
        theirs = ask(self.shop, placed["id"])
        left = dict(theirs.shipped)
        rest = []
        for number, line in enumerate(self.shop.order(placed["name"])["lines"]):
            kept = min(left.get(line["sku"], 0), line["current"])
            left[line["sku"]] = left.get(line["sku"], 0) - kept
            if line["current"] > kept:
                rest.append({"line": number, "quantity": line["current"] - kept})
        self.shop.refund(placed["name"], lines=rest)

    def invoice(self, placed):
        """Invoice by hand what may be invoiced now, also what is to be given back."""
        sale = self.ours(placed).order_id
        if sale.state == "sale" and any(sale.order_line.mapped("qty_to_invoice")):
            sale._create_invoices(final=True).action_post()
            self.work()

    def hear_all(self):
        """Let webhooks in, in any order and some of them twice, until all is quiet."""
        while True:
            told = self.shop.deliver()
            if not told:
                self.work()  # what this does at the channel is told, too
                told = self.shop.deliver()
            if not told:
                return
            told += self.chance.sample(told, len(told) // 3)
            self.chance.shuffle(told)
            self.hear(told)
