"""A notice is cut to what an index takes, and loses nothing else."""

from decimal import Decimal

from odoo.addons.retail_sync_core.domain.documents import Demand, Flow, Notice
from odoo.addons.retail_sync_core.domain.noticing import LONGEST_ID, fitting

LONG = "x" * (LONGEST_ID + 1)


def notice(**given):
    return Notice(flow=Flow.ORDER, topic="orders/create", **given)


def sold(order_id="1", line_id="2", item_id="3"):
    return Demand(
        order_id=order_id, line_id=line_id, item_id=item_id, quantity=Decimal(1)
    )


def test_what_fits_stays_as_it_is():
    given = notice(
        external_id="x" * LONGEST_ID,
        external_ref="#1001",
        event_id="w-1",
        version="2026-11-20T12:00:00.000Z",
        demand=(sold(),),
    )

    assert fitting(given) == given


def test_an_id_that_is_too_long_names_no_record():
    assert fitting(notice(external_id=LONG)).external_id == ""


def test_long_names_of_deliveries_are_still_told_apart():
    first = fitting(notice(external_id="1", event_id=LONG + "a")).event_id
    other = fitting(notice(external_id="1", event_id=LONG + "b")).event_id

    assert first != other
    assert len(first) <= LONGEST_ID
    assert first == fitting(notice(external_id="1", event_id=LONG + "a")).event_id


def test_lines_with_such_ids_take_nothing():
    demand = (sold(), sold(order_id=LONG), sold(line_id=LONG), sold(item_id=LONG))

    assert fitting(notice(external_id="1", demand=demand)).demand == (sold(),)
