"""Checks that every adapter must pass, one battery a port; they need no test runner.

A ``testing_rig.Rig`` tells how an adapter is made and what its vendor answers;
:func:`checks` gives the checks of those ports that the adapter has. With pytest::

    @pytest.mark.parametrize("check", checks(MyAdapter), ids=lambda c: c.__name__)
    def test_my_adapter(check, tmp_path):
        check(MyRig(tmp_path))
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from .adapters import base
from .adapters.transport import Response
from .domain import codec, errors
from .domain import documents as doc
from .testing import json_response
from .testing_rig import Rig, expect, frozen, raised

JUNK = (b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe", b"{}", b"[" * 5000)

# -- every adapter -----------------------------------------------------------------


def an_adapter_says_who_it_is(rig: Rig) -> None:
    """A code, a label, named credentials, each capability once."""
    cls = type(rig.adapter())
    assert cls.code and cls.label
    names = [credential.name for credential in cls.credentials]
    assert len(names) == len(set(names)), "a credential is declared twice"
    kinds = [type(capability) for capability in cls.capabilities]
    assert len(kinds) == len(set(kinds)), "a capability is declared twice"


def an_account_shows_no_secret(rig: Rig) -> None:
    """The account may be logged."""
    account = rig.adapter().account
    for versions in account.secrets.values():
        for secret in filter(None, versions):
            assert secret not in repr(account)


def nothing_is_called_before_it_is_asked(rig: Rig) -> None:
    """Making an adapter costs no call."""
    adapter = rig.adapter()
    assert adapter.calls == 0
    assert adapter.last_rate() is None


# -- the transport's answers -------------------------------------------------------


def asked_to_wait_is_throttled(rig: Rig) -> None:
    """429 says how long, within an hour."""
    answer = json_response({}, 429, retry_after="7")
    error = raised(lambda: rig.read(rig.adapter(answer)))
    expect(error, errors.ThrottledError)
    assert 0 < error.retry_after_s <= 3600


def a_refused_key_is_for_a_person(rig: Rig) -> None:
    """401 and 403 need a person; the error shows no secret."""
    for status in (401, 403):
        adapter = rig.adapter(json_response({}, status))
        error = raised(lambda adapter=adapter: rig.read(adapter))
        expect(error, errors.ConfigurationError)
        for versions in adapter.account.secrets.values():
            assert not any(s and s in f"{error!r}{error.params}" for s in versions)


def what_is_refused_is_not_repeated(rig: Rig) -> None:
    """Another 4xx is for good."""
    error = raised(lambda: rig.read(rig.adapter(json_response({}, 422))))
    expect(error, errors.PermanentError, errors.DataError)


def a_failed_read_is_tried_again(rig: Rig) -> None:
    """5xx on what changes nothing is transient."""
    for status in (500, 502, 503):
        answer = json_response({}, status)
        error = raised(lambda answer=answer: rig.read(rig.adapter(answer)))
        expect(error, errors.TransientError)


def a_failed_write_is_in_doubt(rig: Rig) -> None:
    """5xx or half an answer on what changes something: it may have happened."""
    half = Response(status=200, body=b'{"data": {"inv')
    for answer in (json_response({}, 500), json_response({}, 504), half):
        adapter = rig.adapter(answer)
        error = raised(lambda adapter=adapter: adapter.send(rig.push()))
        expect(error, errors.InDoubtError)


def a_write_that_never_left_is_no_doubt(rig: Rig) -> None:
    """What surely did not arrive may simply be repeated."""
    unsent = errors.TransientError("no connection", code="unreachable")
    error = raised(lambda: rig.adapter(unsent).send(rig.push()))
    expect(error, errors.TransientError)


# -- Inbox -------------------------------------------------------------------------


def a_right_signature_is_accepted(rig: Rig) -> None:
    """The notices name their flow and record."""
    reception = rig.adapter().receive(rig.request("right"))
    assert reception.verdict == "accepted", reception
    assert reception.status == 200
    assert reception.notices
    for notice in reception.notices:
        assert isinstance(notice.flow, doc.Flow)
        assert notice.external_id
        frozen(notice)


def a_wrong_or_missing_signature_is_refused(rig: Rig) -> None:
    """Nothing of it is believed."""
    for signature in ("wrong", "missing"):
        reception = rig.adapter().receive(rig.request(signature))
        assert reception.verdict == "refused", f"{signature}: {reception}"
        assert not reception.notices
        assert 400 <= reception.status < 500


def the_door_never_raises(rig: Rig) -> None:
    """Whatever strangers send, signed or not."""
    for body in JUNK:
        for signature in ("right", "wrong", "missing"):
            reception = rig.adapter().receive(rig.request(signature, body))
            assert reception.verdict in ("accepted", "refused", "unverified")
    bare = base.IncomingRequest(headers={}, body=b"x")
    assert rig.adapter().receive(bare).verdict == "refused"


# -- Pages, Lookup, Reader ---------------------------------------------------------


def an_empty_page_is_the_end(rig: Rig) -> None:
    """No documents, and nowhere to go on."""
    page = rig.empty_page()
    assert page.documents == ()
    assert not page.more


def pages_follow_each_other(rig: Rig) -> None:
    """A page that is not the last says where to go on."""
    first, last = rig.two_pages()
    assert first.more and first.cursor
    assert not last.more
    told = [document.external_id for document in first.documents + last.documents]
    assert len(told) == len(set(told)) > 1
    for document in first.documents:
        frozen(document)


def half_a_page_is_tried_again(rig: Rig) -> None:
    """An answer that breaks off is no empty page."""
    expect(raised(rig.half_page), errors.TransientError)


def an_order_is_frozen_and_its_money_decimal(rig: Rig) -> None:
    """Nobody changes a document, and no amount is a float."""
    order = rig.order()
    assert isinstance(order, doc.Order)
    assert order.external_id and order.version and order.currency
    assert order.lines
    assert order.updated_at.tzinfo is not None
    frozen(order)


def an_order_survives_being_stored(rig: Rig) -> None:
    """To JSON and back it is the same."""
    order = rig.order()
    assert codec.decode(codec.encode(order)) == order


def unknown_fields_are_ignored(rig: Rig) -> None:
    """A vendor that adds a field breaks nothing."""
    assert rig.order(unknown=True) == rig.order()


def a_body_nobody_can_read_is_a_data_error(rig: Rig) -> None:
    """A kept body is judged without the network, and never crashes."""
    adapter = rig.adapter()
    for body in JUNK:
        error = raised(lambda body=body: adapter.read("order", body))
        expect(error, errors.DataError)
        assert error.kind


# -- Levels, Effects ---------------------------------------------------------------


def levels_come_as_they_were_asked_for(rig: Rig) -> None:
    """One reading a ref, in order; what is not stocked there is None."""
    refs = rig.levels()
    readings = rig.levels_adapter().read_levels(refs)
    assert tuple(reading.ref for reading in readings) == refs
    assert [reading.available is None for reading in readings] == [False, False, True]


def counts_come_as_they_were_asked_for(rig: Rig) -> None:
    """One count a ref, in order, with its time; what is not stocked there is None."""
    refs = rig.levels()
    counts = rig.counts_adapter().read_counts(refs)
    assert tuple((one.item_id, one.location_id) for one in counts) == tuple(
        (ref.item_id, ref.location_id) for ref in refs
    )
    assert [one.quantity is None for one in counts] == [False, False, True]
    for one in counts:
        frozen(one)
        assert one.counts in ("available", "on_hand")
        assert one.as_of is None or one.as_of.tzinfo is not None


def a_stock_report_that_nobody_can_read_is_a_data_error(rig: Rig) -> None:
    """A kept report is judged without the network, and never crashes."""
    adapter = rig.adapter()
    for body in JUNK:
        error = raised(lambda body=body: adapter.read("stock", body))
        expect(error, errors.DataError)


def a_push_is_taken_and_each_level_answered(rig: Rig) -> None:
    """Applied level by level, or accepted with a handle to ask by."""
    effect = rig.push(2)
    outcome = rig.accepts(effect).send(effect)
    if _stock(rig).confirmed_later:
        assert outcome.state == "accepted"
        assert outcome.handle
        return
    assert outcome.state == "applied"
    assert [item.ref for item in outcome.items] == [w.ref for w in effect.body.levels]


def a_feed_is_polled_until_it_is_reported(rig: Rig) -> None:
    """Accepted while there is no report; then each level has its outcome."""
    effect = rig.push(2)
    adapter = rig.accepts(effect)
    taken = adapter.send(effect)
    asked = dataclasses.replace(effect, handle=taken.handle)
    if _stock(rig).confirmed_later:
        assert adapter.poll(asked).state == "accepted"
        outcome = rig.done(asked).poll(asked)
        assert outcome.state in ("applied", "partial")
        assert [i.ref for i in outcome.items] == [w.ref for w in effect.body.levels]


def a_batch_is_no_larger_than_declared(rig: Rig) -> None:
    """One level too many is refused before anything leaves."""
    effect = rig.push(_stock(rig).batch + 1)
    adapter = rig.accepts(effect)
    expect(raised(lambda: adapter.send(effect)), errors.PermanentError)
    assert adapter.calls == 0


def a_key_goes_with_the_push(rig: Rig) -> None:
    """A channel that takes keys gets ours; a repeat is the same to the byte."""
    effect = rig.push(2)
    bodies = []
    for _time in range(2):
        adapter = rig.accepts(effect)
        adapter.send(effect)
        bodies.append(rig.left(adapter))
    assert bodies[0] == bodies[1]
    if _stock(rig).idempotent:
        assert effect.key.encode() in bodies[0]


def a_shipment_is_read_back(rig: Rig) -> None:
    """Whether it happened can be told, both ways."""
    effect = rig.shipment()
    assert rig.done(effect).read_back(effect).state == "applied"
    assert rig.undone(effect).read_back(effect).state == "not_found"


def _stock(rig: Rig) -> base.Stock:
    found = rig.adapter().capability(base.Stock)
    assert isinstance(found, base.Stock)
    return found


# -- which checks belong to an adapter ---------------------------------------------

Check = Callable[[Rig], None]
ALWAYS: tuple[Check, ...] = (
    an_adapter_says_who_it_is,
    an_account_shows_no_secret,
    nothing_is_called_before_it_is_asked,
)
BY_PORT: Mapping[type, tuple[Check, ...]] = {
    base.Inbox: (
        a_right_signature_is_accepted,
        a_wrong_or_missing_signature_is_refused,
        the_door_never_raises,
    ),
    base.Pages: (
        an_empty_page_is_the_end,
        pages_follow_each_other,
        half_a_page_is_tried_again,
    ),
    base.Reader: (a_body_nobody_can_read_is_a_data_error,),
    base.Levels: (levels_come_as_they_were_asked_for,),
    base.Counts: (counts_come_as_they_were_asked_for,),
}
OF_ORDERS = (
    an_order_is_frozen_and_its_money_decimal,
    an_order_survives_being_stored,
    unknown_fields_are_ignored,
)
OF_STOCK = (
    a_push_is_taken_and_each_level_answered,
    a_feed_is_polled_until_it_is_reported,
    a_batch_is_no_larger_than_declared,
    a_key_goes_with_the_push,
)
OF_HTTP_READS = (
    asked_to_wait_is_throttled,
    a_refused_key_is_for_a_person,
    what_is_refused_is_not_repeated,
    a_failed_read_is_tried_again,
)
OF_HTTP_WRITES = (a_failed_write_is_in_doubt, a_write_that_never_left_is_no_doubt)


def checks(cls: type[base.Adapter], *, speaks_http: bool = True) -> list[Check]:
    """Return the checks of the ports and capabilities that ``cls`` has."""
    found = list(ALWAYS)
    for port, battery in BY_PORT.items():
        if implements(cls, port):
            found += battery
    if implements(cls, base.Lookup) or implements(cls, base.Reader):
        found += OF_ORDERS
    if cls.stock_reports:
        found.append(a_stock_report_that_nobody_can_read_is_a_data_error)
    writes = implements(cls, base.Effects)
    if writes and cls.capability(base.Stock):
        found += OF_STOCK
    shipments = cls.capability(base.Shipments)
    if writes and shipments and shipments.on_doubt == "read_back":
        found.append(a_shipment_is_read_back)
    if speaks_http:
        found += OF_HTTP_READS if implements(cls, base.Pages) else ()
        found += OF_HTTP_WRITES if writes and cls.capability(base.Stock) else ()
    return found


def implements(cls: type, port: type) -> bool:
    """Return whether ``cls`` has every method of ``port``."""
    names = [name for name in vars(port) if not name.startswith("_")]
    return all(hasattr(cls, name) for name in names)
