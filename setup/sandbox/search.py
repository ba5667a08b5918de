"""Shopify's search syntax, as far as a connector needs it.

Terms are joined by AND; ``OR`` between terms and ``-`` before one are known. An
unknown filter is ignored and warned of, which is what the real shop does.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timezone

from .store import number_of

TERM = re.compile(
    r"""(?P<minus>-)?(?:(?P<name>[a-z_.]+):)?(?P<op>>=|<=|>|<)?"""
    r"""(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s()]+)"""
)
Getter = Callable[[dict], object]


def select(
    rows: Iterable[dict], query: str | None, filters: dict[str, Getter]
) -> tuple[list[dict], list[dict]]:
    """Give the rows that match, and the warnings for ``extensions.search``.

    >>> rows = [{"sku": "A-1"}, {"sku": "B-1"}]
    >>> select(rows, "sku:A*", {"sku": lambda row: row["sku"]})
    ([{'sku': 'A-1'}], [])
    """
    rows = list(rows)
    warnings: list[dict] = []
    if not query:
        return rows, warnings
    groups = [[]]
    for match in TERM.finditer(query):
        if match["value"] == "OR":
            groups.append([])
        elif match["value"] != "AND":
            test = _test(match, filters, warnings)
            if test:
                groups[-1].append(test)
    # OR binds its neighbours; the terms of one group must all hold.
    return [
        row for row in rows if any(all(test(row) for test in g) for g in groups)
    ], warnings


def _test(
    match: re.Match, filters: dict[str, Getter], warnings: list[dict]
) -> Callable[[dict], bool] | None:
    name = match["name"] or "default"
    value = re.sub(r"\\(.)", r"\1", match["value"].strip("'\""))
    getter = filters.get(name)
    if getter is None:
        warnings.append(
            {
                "field": name,
                "message": f"Invalid search field for this query: {name}.",
                "code": "invalid_field",
            }
        )
        return None
    wanted = not match["minus"]
    return lambda row: _holds(getter(row), match["op"], value) == wanted


def _holds(found: object, operator: str | None, value: str) -> bool:
    if isinstance(found, (list, tuple, set)):
        return any(_holds(one, operator, value) for one in found)
    if found is None:
        return False
    if isinstance(found, bool):
        return str(found).lower() == value.lower()
    left, right = _comparable(found, value)
    if operator:
        return {
            ">=": left >= right,
            "<=": left <= right,
            ">": left > right,
            "<": left < right,
        }[operator]
    if isinstance(left, str) and right.endswith("*"):
        return left.startswith(right[:-1])
    return left == right


def _comparable(found: object, value: str) -> tuple:
    if isinstance(found, int):
        return found, int(value) if value.lstrip("-").isdigit() else 0
    text = str(found)
    if re.match(r"\d{4}-\d\d-\d\d", text):
        return moment(text), moment(value)
    if text.startswith("gid://"):
        return number_of(text), int(value.rsplit("/", 1)[-1] or 0)
    return text.lower(), value.lower()


def moment(text: str) -> datetime:
    """Read an ISO 8601 time or day; times without a zone are UTC.

    :raises ValueError: when it is neither
    """
    value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)
