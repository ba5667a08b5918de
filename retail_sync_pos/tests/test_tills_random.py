"""Random days with tills that book when their session is closed."""

from hypothesis import given
from odoo.addons.retail_sync_core.tests.random_days import RandomDays
from odoo.addons.retail_sync_core.tests.test_stock_random import histories, steps_of
from odoo.tests import tagged

from .common import TillCase


@tagged("post_install", "-at_install")
class TestTillsRandom(TillCase, RandomDays):
    """What a till sold is gone at once, and gone once when it is booked."""

    SOLD = ("sell_at_the_till",) * 3 + ("bring_back_to_the_till", "close_the_till")

    def begin(self):
        self.session, self.sold = None, []
        return super().begin()

    def at_tills(self, product, place):
        """Return units sold at the open session, where ``place`` offers its stock."""
        if not self.may_take(self.stock, place):
            return 0
        return sum(
            units * (1 if sold == product else self.takes(sold, product))
            for sold, units in self.sold
        )

    def sell_at_the_till(self):
        self.session = self.session or self.open_till(books="closing")
        product = self.random.choice([*self.products, *self.kits])
        units = self.random.randint(1, 4)
        self.ring_up(self.session, (product, units))
        self.sold.append((product, units))

    def bring_back_to_the_till(self):
        self.session = self.session or self.open_till(books="closing")
        self.ring_up(self.session, (self.some()[0], -1))

    def become_one(self):
        """What was sold of the twin is of the other product now."""
        result = super().become_one()
        if self.twin not in self.products:
            self.sold = [
                (self.one if product == self.twin else product, units)
                for product, units in self.sold
            ]
        return result

    def close_the_till(self):
        if self.session:
            self.close_till(self.session)
            self.session, self.sold = None, []

    def test_the_figure_is_the_orms_after_every_step(self):
        @histories
        @given(steps_of((*self.VERBS, *self.SOLD)))
        def play(steps):
            self.play(steps)

        play()
