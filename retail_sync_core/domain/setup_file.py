"""A channel's set-up as one readable file: its form, its version, reading it safely.

Nothing here knows a record or a field: what a file may say is judged by those who load.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

FORMAT = "retail-sync-setup"
FORMAT_VERSION = 1
LARGEST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_TEXT = 2000

Plain = str | int | float | bool | None


class SetupFileError(ValueError):
    """A file that cannot be read.

    :param code: ``too_large``, ``not_text``, ``not_json``, ``not_ours``, ``newer``,
        ``shape`` or ``too_many``
    :param params: what the sentence about it names
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def dump(data: Mapping[str, object]) -> str:
    """Return the file's text; the order of ``data`` is kept, one fact a line."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def parse(content: bytes) -> dict[str, object]:
    """Return what a file says, once its form and bounds are sure.

    :raises SetupFileError: when it is no such file, or one of a newer version
    """
    if len(content) > LARGEST_BYTES:
        raise SetupFileError("too_large", limit=LARGEST_BYTES // 1024 // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SetupFileError("not_text") from exc
    try:
        data = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as exc:
        raise SetupFileError("not_json", line=exc.lineno) from exc
    except (ValueError, RecursionError) as exc:
        raise SetupFileError("not_json", line=0) from exc
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SetupFileError("not_ours")
    version = data.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise SetupFileError("not_ours")
    if version > FORMAT_VERSION:
        suite = data.get("suite_version")
        suite = suite[:40] if isinstance(suite, str) else "?"
        raise SetupFileError("newer", version=version, suite=suite)
    return data


def _refuse(word: str) -> None:
    raise ValueError(word)


def rows_of(data: Mapping[str, object], section: str) -> list[dict[str, object]]:
    """Return the rows of a section that is a list; an absent one has none.

    :raises SetupFileError: when it is no list of objects, or too long
    """
    rows = data.get(section)
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SetupFileError("shape", section=section)
    if len(rows) > MOST_ROWS:
        raise SetupFileError("too_many", section=section, limit=MOST_ROWS)
    return rows


def one_of(data: Mapping[str, object], section: str) -> dict[str, object]:
    """Return a section that is one object; an absent one is empty.

    :raises SetupFileError: when it is something else
    """
    row = data.get(section)
    if row is None:
        return {}
    if not isinstance(row, dict):
        raise SetupFileError("shape", section=section)
    return row


def text_of(value: object, limit: int = 200) -> str:
    """Return anything of a file as one short line, for a person to read."""
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(value.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."


def canonical(value: object) -> str:
    """Return plain data as one text: equal data, equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
