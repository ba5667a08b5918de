"""Plays a cell of the refunds' matrix, and judges what both sides tell of it."""

from matrix_check import (
    ask,
    balance,
    cents,
    changes,
    money_disagrees,
    snapshot,
    units,
    waits_for,
)
from matrix_play import MatrixStory
from story import PLACE

STORE = "Store"
PLACES = {"here": PLACE, "elsewhere": STORE, "no_restock": None}
PART = {"MUG": 2, "CUP": 1}
TOLD = ("never", "received", "made")  # what a person returns here


class RefundStory(MatrixStory):
    """Three mugs and two cups, paid at once; the merchant refunds over the web."""

    def play_refund(self, cell):
        """Play ``cell`` to its end; return the sandbox's words about the order."""
        self.begun_at = len(self.shop.received)
        self.by_itself = (
            cell.invoiced == "invoiced_before" and self.chance.random() < 0.5
        )
        policy = "import" if self.by_itself else "manual"
        self.told = self.chance.choice(TOLD)
        self.channel.write(
            {
                "invoice_policy": policy,
                "book_since": False,
                "return_telling": self.told,
            }
        )
        placed = self.place_order(cell)
        self.hear_all()
        if cell.shipped != "shipped_none":
            self.ship_goods(placed, PART if cell.shipped == "shipped_part" else None)
        if cell.invoiced == "invoiced_before" and not self.by_itself:
            self.invoice(placed)
        self.refund_and_return(cell, placed)
        if cell.invoiced == "invoiced_after":
            self.invoice(placed)
        self.ship_goods(placed)
        if cell.invoiced != "not_invoiced" and not self.by_itself:
            self.invoice(placed)
        self.tell_again()
        return placed

    def place_order(self, cell):
        suffix = "-D" if self.chance.random() < 0.5 else ""
        self.skus = {name: name + suffix for name in ("MUG", "CUP")}
        return self.shop.place_order(
            lines=[
                {"sku": self.skus["MUG"], "quantity": 3, "price": "9.99"},
                {"sku": self.skus["CUP"], "quantity": 2, "price": "7.77"},
            ],
            taxes_included=self.chance.random() < 0.5,
            discounts=[{"code": "SEVENTH", "percentage": 7}],
            shipping={"title": "Standard", "price": "4.90"},
        )

    def ship_goods(self, placed, part=None):
        """Ship what is open of an order, or ``part`` of it: {name: units}."""
        wanted = {self.skus[name]: count for name, count in (part or {}).items()}
        for picking in self.open_deliveries(placed):
            for move in picking.move_ids if part else ():
                count = wanted[move.product_id.default_code]
                move.write({"quantity": count, "picked": True})
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done")
        self.hear_all()

    def open_deliveries(self, placed):
        return self.ours(placed)._open_deliveries()

    # what is refunded
    def refund_and_return(self, cell, placed):
        if cell.refund == "never":
            return
        parts = self.parts(cell)
        if cell.back == "back_before":
            self.receive_by_hand(placed, parts)
        for lines in parts:
            self.refund_once(cell, placed, lines)
            self.tell_again()
        if cell.back == "back_after":
            if cell.restock == "no_restock":
                self.receive_by_hand(placed, parts)
            for receipt in self.expected(placed):
                receipt.button_validate()
                self.assertEqual(receipt.state, "done")
            self.hear_all()

    def parts(self, cell):
        """Return the lines of each refund: (name, units, have they left)."""
        left = cell.shipped != "shipped_none"
        one = ("MUG", 1, left)
        if cell.refund == "shipping":
            return [()]
        if cell.refund != "all":
            return [(one,)] * (2 if cell.refund == "twice" else 1)
        if cell.shipped != "shipped_part":
            return [(("MUG", 3, left), ("CUP", 2, left))]
        return [
            (("MUG", 2, True), ("CUP", 1, True), ("MUG", 1, False), ("CUP", 1, False))
        ]

    def refund_once(self, cell, placed, lines):
        self.shop.advance(300)
        place = PLACES[cell.restock]
        rows = []
        for name, count, left in self.refund_returned(cell, placed, lines):
            row = {"line": self.skus[name], "quantity": count, "left": left}
            restock = {"restock": bool(place), "location": place if left else None}
            rows.append({**row, **restock})
        what = {"lines": rows} if rows else {"shipping": "full"}
        if rows or not lines:
            self.shop.refund(placed["name"], **what)
        self.hear_all()
        self.press("edited_invoiced", self.ours(placed))
        self.hear_all()

    def refund_returned(self, cell, placed, lines):
        """Refund what is in a return there for it; return the other lines.

        A shop's own screens refund units of a return from the return alone.
        """
        if cell.back != "back_before" or self.told == "never":
            return lines
        returned = [
            {"line": self.skus[name], "quantity": count}
            for name, count, left in lines
            if left
        ]
        if returned:
            self.shop.act_on_return(placed["name"], "refund", lines=returned)
        return [line for line in lines if not line[2]]

    # what comes back
    def left_units(self, parts):
        """Return {SKU: units} of ``parts`` that had left."""
        found = {}
        for name, count, left in (line for lines in parts for line in lines):
            if left:
                found[self.skus[name]] = found.get(self.skus[name], 0) + count
        return found

    def receive_by_hand(self, placed, parts):
        """Let the warehouse receive a parcel that nobody announced."""
        delivery = self.ours(placed).order_id.picking_ids.filtered(
            lambda one: one.state == "done" and one._is_delivery()
        )[:1]
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=delivery.id,
                active_ids=delivery.ids,
                active_model="stock.picking",
            )
            .create({"picking_id": delivery.id})
        )
        wanted = self.left_units(parts)
        for row in wizard.product_return_moves:
            row.quantity = wanted.get(row.product_id.default_code, 0)
        receipt = wizard._create_return()
        if self.chance.random() < 0.5:
            self.hear_all()
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        self.hear_all()

    def expected(self, placed):
        return self.ours(placed).order_id.picking_ids.filtered(
            lambda one: (
                one.move_ids.origin_returned_move_id
                and one.state not in ("done", "cancel")
            )
        )

    # the judgement
    def judge(self, cell, placed):
        """Return where both sides differ, in words; nobody may have to be asked."""
        order, theirs = self.ours(placed), ask(self.shop, placed["id"])
        sale = order.order_id
        found = [f"asks a person: {why}" for why in waits_for(order)]
        found += money_disagrees(theirs, order)

        def same(what, ours, their):
            if ours != their:
                found.append(f"{what}: ours {ours}, theirs {their}")

        same("wanted", units(sale, "product_uom_qty"), theirs.wanted)
        same("total", cents(sale.amount_total), theirs.total)
        same("tax", cents(sale.amount_tax), theirs.tax)
        if cell.invoiced != "not_invoiced":
            same("invoices less credit notes", balance(sale), theirs.total)
            same("their tax", balance(sale, "amount_tax_signed"), theirs.tax)
            same("open", self.open_amounts(sale), [])
        back = self.left_units(self.parts(cell)) if cell.refund != "never" else {}
        received = back if cell.back != "not_back" else {}
        waiting = (
            back if cell.back == "not_back" and cell.restock != "no_restock" else {}
        )
        same("received", self.moved_back(sale, "done"), received)
        same("expected", self.moved_back(sale, "assigned"), waiting)
        same("shipped", self.gone(sale), theirs.shipped)
        same("open deliveries", order._open_deliveries().ids, [])
        return found + self.stock_disagrees()

    def moved_back(self, sale, state):
        found = {}
        for move in sale.picking_ids.move_ids:
            if move.origin_returned_move_id and move.state == state:
                sku = move.product_id.default_code
                found[sku] = found.get(sku, 0) + int(move.product_uom_qty)
        return found

    def gone(self, sale):
        """Return {SKU: units} that ever left; returned or not."""
        found = {}
        for move in sale.picking_ids.move_ids:
            if move.location_dest_id.usage == "customer" and move.state == "done":
                sku = move.product_id.default_code
                found[sku] = found.get(sku, 0) + int(move.quantity)
        return found

    def open_amounts(self, sale):
        posted = sale.invoice_ids.filtered(lambda move: move.state == "posted")
        return [move.amount_residual for move in posted if move.amount_residual]

    def stock_disagrees(self):
        """Return the levels that are not what is free here."""
        found = [
            drift.display_name for drift in self.env["retail.sync.drift"].search([])
        ]
        for place in self.channel.location_ids:
            for sku in self.catalogue:
                product = self.env["product.product"].search(
                    [("default_code", "=", sku)], limit=1
                )
                free = product.with_context(location=place.location_id.id).free_qty
                told = self.shop.level(sku, place.name)
                shown = told["available"] if told else 0
                if shown != max(free, 0):
                    found.append(f"{sku} at {place.name}: ours {free}, theirs {shown}")
        return found

    def replay_all(self):
        """Tell every event again, in any order, and read all anew: nothing changes."""
        before = snapshot(self.env)
        for _time in range(3):
            told = list(self.shop.received)
            self.chance.shuffle(told)
            self.hear(told)
        for order in self.shop.orders():
            self.shop.send_webhook(order["name"], "orders/updated")
        self.hear_all()
        found = changes(before, snapshot(self.env))
        self.assertFalse(found, "\n".join(found))
