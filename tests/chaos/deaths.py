"""The four moments at which a server dies while it tells the shop something."""

import shop
from conftest import wait_until

HOLD_S = 90


class Deaths:
    """Has a server die at each moment.

    :param press: ``press(cluster, what, order)`` does what is to be told
    :param happened: ``happened(sandbox, what, order)``: how often it happened there
    :param calls: {what: the operation that tells it}
    :param state: the query that gives the newest effect's state
    """

    def __init__(self, press, happened, calls, state):
        self._press = press
        self._happened = happened
        self._calls = calls
        self._state = state

    def before_anything_was_sent(self, cluster, _sandbox, what, order):
        self._press(cluster, what, order)
        assert self._is(cluster, "intended")

    def while_the_call_is_on_its_way(self, cluster, sandbox, what, order):
        sandbox.fault("timeout_before", self._calls[what], seconds=HOLD_S)
        self._press(cluster, what, order)
        server = cluster.start()
        cluster.kick_until("the call", lambda: not sandbox.faults())
        assert self._is(cluster, "sent")
        cluster.kill(server)

    def when_it_happened_and_nobody_knows(self, cluster, sandbox, what, order):
        sandbox.fault("timeout_after", self._calls[what], seconds=HOLD_S)
        self._press(cluster, what, order)
        server = cluster.start()
        cluster.kick_until("the call", lambda: self._happened(sandbox, what, order))
        assert self._is(cluster, "sent")
        cluster.kill(server)

    def with_the_answer_in_hand(self, cluster, sandbox, what, order):
        self._press(cluster, what, order)
        with shop.nobody_writes_the_timeline(cluster):
            server = cluster.start()
            cluster.kick_until("the call", lambda: self._happened(sandbox, what, order))
            wait_until("the settle", lambda: cluster.sql(shop.BLOCKED)[0][0])
            cluster.kill(server)
        assert self._is(cluster, "sent")

    def of_each(self, in_hand):
        """Return [(what, death)]: of ``in_hand`` all, of the others all but that.

        With the timeline held back nothing else that is open could settle: that comes
        first of all. What is still to be sent goes with the next server: last of all.
        """
        return [
            (in_hand, self.with_the_answer_in_hand),
            *((what, self.while_the_call_is_on_its_way) for what in self._calls),
            *((what, self.when_it_happened_and_nobody_knows) for what in self._calls),
            *((what, self.before_anything_was_sent) for what in self._calls),
        ]

    def _is(self, cluster, state):
        return cluster.sql(self._state)[0][0] == state
