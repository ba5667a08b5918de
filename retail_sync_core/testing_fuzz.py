"""Changes to a JSON value such as no vendor should make, and one day does."""

import copy
import json
from collections.abc import Iterator

from hypothesis import strategies as st

HUGE = 10**400
STRANGE = (
    None,
    True,
    False,
    0,
    -1,
    2**63,
    HUGE,
    1.5,
    float("nan"),
    float("inf"),
    "",
    " ",
    "0",
    "-0.005",
    "NaN",
    "1e400",
    "1e999999999999",
    "-1e-999999999999",
    "１２",
    "\x00",
    "\ud800",
    "\u202e gnirts",
    "<b>%s {0} ${x}</b>",
    "gid://shopify/Order/1",
    "gid://shopify//",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T25:61:61Z",
    "SOMETHING_NEW",
    "x" * 70_000,
    [],
    {},
    [None],
    [[]],
    ["text"],
    [{}],
    {"nodes": None},
    {"nodes": [None, {}]},
    {"amount": "1e400", "currencyCode": None},
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.sampled_from(("put", "put", "put", "drop", "wrap", "double")),
        st.sampled_from(range(len(STRANGE))),
    ),
    min_size=1,
    max_size=4,
)


def places(value: object) -> Iterator[tuple[object, object]]:
    """Yield each (container, key) within ``value``."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        return
    for key, part in parts:
        yield value, key
        yield from places(part)


def changed(value: object, changes: list[tuple[int, str, int]]) -> object:
    """Return a copy of ``value`` with the changes done in turn."""
    root = [copy.deepcopy(value)]
    for at, what, which in changes:
        found = list(places(root))
        container, key = found[at % len(found)]
        strange = copy.deepcopy(STRANGE[which])
        _change(container, key, what, strange)
        if not root:
            root = [strange]
    return root[0]


def _change(container, key, what: str, strange: object) -> None:
    part = container[key]
    match what:
        case "put":
            container[key] = strange
        case "drop":
            del container[key]
        case "wrap":
            container[key] = [part] if isinstance(part, dict) else {"nodes": part}
        case "double" if isinstance(container, list):
            container.insert(key, copy.deepcopy(part))
        case _:
            container[f"{key}Again"] = strange


def as_json(value: object) -> bytes:
    """Return ``value`` as JSON, with NaN and half pairs as Python writes them."""
    return json.dumps(value).encode()
