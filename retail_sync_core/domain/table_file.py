"""A table for a spreadsheet: written so that no program harms it, read whatever it was.

A spreadsheet turns 00123 into 123, 4006381333931 into 4.00638E+12 and a cell that
begins with = into a formula. What could be mistaken is written as ``="00123"``, what
could be run gets an apostrophe before it; reading takes both away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

DELIMITERS = (",", ";", "\t")
LARGEST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 50_000
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_LIKE = re.compile(r"[0-9][0-9.,/:eE+-]{0,60}")
_MONTH_LIKE = re.compile(
    r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* ?\d+"
)
_KEPT = re.compile(r'="([^"]*)"')
_MANGLED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+")


class TableFileError(ValueError):
    """A table that cannot be read.

    :param code: ``too_large``, ``not_text``, ``not_table``, ``empty`` or ``too_many``
    :param params: what the sentence about it names
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def guard(text: str) -> str:
    """Return a text that a spreadsheet neither runs nor takes for a number.

    >>> guard("00123"), guard("=1+1"), guard("Chair")
    ('="00123"', "'=1+1", 'Chair')
    """
    if _NUMBER_LIKE.fullmatch(text) or _MONTH_LIKE.fullmatch(text):
        return f'="{text}"'
    if text.startswith((*_RUNS, "'")):
        return f"'{text}"
    return text


def unguard(cell: str) -> str:
    """Return what :func:`guard` was given, or the cell as it is."""
    cell = cell.strip(" \n")
    kept = _KEPT.fullmatch(cell)
    if kept:
        return kept[1]
    if cell.startswith("'") and cell[1:].startswith((*_RUNS, "'")):
        return cell[1:]
    return cell.strip()


def is_mangled(text: str) -> bool:
    """Return whether a spreadsheet made a number of a code.

    >>> is_mangled("4,00638E+12")
    True
    """
    return bool(_MANGLED.fullmatch(text))


def write(
    headers: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str
) -> bytes:
    """Return the table as UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def read(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the headers and (row's number, cells) of each row that is not empty.

    :raises TableFileError: when it is no table
    """
    if len(content) > LARGEST_BYTES:
        raise TableFileError("too_large", limit=LARGEST_BYTES // 1024 // 1024)
    text = _decode(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    headers: list[str] = []
    rows = []
    try:
        for number, raw in enumerate(reader, start=1):
            cells = [unguard(cell) for cell in raw]
            if not any(cells):
                continue
            if not headers:
                headers = cells
                continue
            rows.append((number, cells))
            if len(rows) > MOST_ROWS:
                raise TableFileError("too_many", limit=MOST_ROWS)
    except csv.Error as exc:
        raise TableFileError("not_table", line=reader.line_num) from exc
    if not headers:
        raise TableFileError("empty")
    return headers, rows


def _decode(content: bytes) -> str:
    """Return the text; spreadsheets save as UTF-8, or as UTF-16 with a mark."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as exc:
        raise TableFileError("not_text") from exc
    if "\0" in text:
        raise TableFileError("not_text")
    return text


def to_number(text: str, decimal_point: str = ".") -> float | str:
    """Return a number as a person writes it; the text where it is none or unclear.

    >>> to_number("2,5"), to_number("1,234"), to_number("1,234", ",")
    (2.5, '1,234', 1.234)
    """
    match = re.fullmatch(r"(-?\d{1,12})(?:([.,])(\d{1,9}))?", text)
    if not match:
        return text
    if match[2] not in (None, decimal_point) and len(match[3]) == 3:
        return text  # thousands, or thousandths
    return float(f"{match[1]}.{match[3] or 0}")
