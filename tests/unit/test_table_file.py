"""Tables for spreadsheets, and how alike two products are."""

import pytest
from odoo.addons.retail_sync_core.domain import suggesting, table_file

CODES = [
    "00123",
    "4006381333931",
    "1E5",
    "12-3",
    "MAR1",
    "=1+1",
    "+49",
    "-5",
    "@x",
    "'a",
]


@pytest.mark.parametrize("delimiter", table_file.DELIMITERS)
def test_what_is_written_is_read(delimiter):
    rows = [[code, 'Chair, red; "oak"\nround', "é"] for code in CODES]
    cells = [[table_file.guard(cell) for cell in row] for row in rows]
    headers, read = table_file.read(
        table_file.write(["SKU", "A", "B"], cells, delimiter)
    )

    assert headers == ["SKU", "A", "B"]
    assert [row for _number, row in read] == rows


def test_nothing_that_a_spreadsheet_would_run_is_written_bare():
    for text in ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1"):
        assert table_file.guard(text)[0] == "'"
    assert table_file.guard('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert table_file.guard("00123") == '="00123"'


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_before_utf8_is_no_part_of_the_header(mark):
    headers, rows = table_file.read(mark + "SKU;Our SKU\r\nä;b\r\n\r\nc;d".encode())

    assert headers == ["SKU", "Our SKU"]
    assert rows == [(2, ["ä", "b"]), (4, ["c", "d"])]


def test_a_spreadsheets_unicode_text_is_read():
    content = "SKU\tOur SKU\r\n00123\tb\r\n".encode("utf-16")

    assert table_file.read(content)[1] == [(2, ["00123", "b"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\r\n;;\r\n", "empty"),
        ("SKU\nä".encode("latin-1"), "not_text"),
        (b"SKU\n\0", "not_text"),
        (b"SKU\n" + b"x" * 200_000, "not_table"),
        (b"SKU\n" + b"x\n" * (table_file.MOST_ROWS + 1), "too_many"),
        (b" " * (table_file.LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_table_is_told_apart(content, code):
    with pytest.raises(table_file.TableFileError) as caught:
        table_file.read(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "point", "number"),
    [
        ("2.5", ".", 2.5),
        ("2,5", ".", 2.5),
        ("1,234", ".", "1,234"),
        ("1,234", ",", 1.234),
        ("-3", ".", -3.0),
        ("1.234,5", ",", "1.234,5"),
        ("nan", ".", "nan"),
        ("9" * 40, ".", "9" * 40),
    ],
)
def test_numbers_are_read_as_people_write_them(text, point, number):
    assert table_file.to_number(text, point) == number


def test_a_number_that_a_spreadsheet_made_of_a_code_is_known():
    assert table_file.is_mangled("4.00638E+12")
    assert not table_file.is_mangled("AB-1E+2")


def test_skus_are_alike_but_for_case_and_signs():
    assert suggesting.loose(" ab-12/C ") == suggesting.loose("AB12c") == "AB12C"
    assert suggesting.loose("a-1") == ""


def test_the_name_most_alike_is_suggested_alone():
    names = {
        1: suggesting.words("Oak chair, red"),
        2: suggesting.words("Oak chair"),
        3: suggesting.words("Pine table"),
    }

    assert suggesting.nearest(suggesting.words("OAK CHAIR - Red"), names).ids == (1,)
    assert suggesting.nearest(suggesting.words("Lamp"), names).ids == ()
    names[4] = names[1]
    assert suggesting.nearest(suggesting.words("Red oak chair"), names).ids == (1, 4)


def test_one_word_in_common_is_no_likeness():
    chair = suggesting.words("chair")

    assert suggesting.likeness(chair, chair) == 1
    assert suggesting.likeness(chair, suggesting.words("chair b")) == 0


@pytest.mark.parametrize("count", range(1, 13))
def test_who_is_alike_has_one_of_the_rarest_words(count):
    mine = frozenset(f"w{n}" for n in range(count))
    rare = {f"w{n}" for n in range(suggesting.telling(count))}
    for kept in range(count + 1):
        theirs = frozenset(f"w{n}" for n in range(count - kept, count))
        if suggesting.likeness(mine, theirs) >= suggesting.ALIKE:
            assert theirs & rare
