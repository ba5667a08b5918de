"""The set-up file: its form, its bounds, and what is no such file."""

import json

import pytest
from odoo.addons.retail_sync_core.domain import setup_file

GOOD = {"format": setup_file.FORMAT, "format_version": 1}


def refused(content):
    with pytest.raises(setup_file.SetupFileError) as caught:
        setup_file.parse(content)
    return caught.value


def test_what_is_written_is_read():
    data = {**GOOD, "taxes": [{"title": "TVA é", "rate": 20.0}]}

    assert setup_file.parse(setup_file.dump(data).encode()) == data


def test_an_editors_byte_order_mark_is_no_damage():
    assert setup_file.parse(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == GOOD


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe\x00", "not_text"),
        (b'{"format": ', "not_json"),
        (b"[" * 200_000, "not_json"),
        (b'{"format": NaN}', "not_json"),
        (b'{"format": ' + b"9" * 5000 + b"}", "not_json"),
        (b"[]", "not_ours"),
        (b"{}", "not_ours"),
        (json.dumps({**GOOD, "format_version": "1"}).encode(), "not_ours"),
        (json.dumps({**GOOD, "format_version": True}).encode(), "not_ours"),
        (json.dumps({**GOOD, "format_version": 2}).encode(), "newer"),
        (b" " * (setup_file.LARGEST_BYTES + 1), "too_large"),
    ],
)
def test_what_cannot_be_read_is_told_apart(content, code):
    assert refused(content).code == code


def test_a_damaged_file_names_the_line():
    assert refused(b'{\n"format": 1\n"x"}').params == {"line": 3}


def test_a_newer_file_names_who_wrote_it():
    data = {**GOOD, "format_version": 3, "suite_version": "19.0.9.0.0"}

    assert refused(json.dumps(data).encode()).params == {
        "version": 3,
        "suite": "19.0.9.0.0",
    }


@pytest.mark.parametrize("rows", [{}, "x", [1], [[]]])
def test_a_section_is_a_list_of_objects(rows):
    with pytest.raises(setup_file.SetupFileError, match="shape"):
        setup_file.rows_of({"taxes": rows}, "taxes")


def test_a_section_has_a_limit():
    rows = [{}] * (setup_file.MOST_ROWS + 1)

    with pytest.raises(setup_file.SetupFileError, match="too_many"):
        setup_file.rows_of({"taxes": rows}, "taxes")


def test_an_absent_section_says_nothing():
    assert setup_file.rows_of({}, "taxes") == []
    assert setup_file.one_of({}, "policies") == {}


def test_anything_of_a_file_is_shown_as_one_short_line():
    assert setup_file.text_of("a\n\t b") == "a b"
    assert setup_file.text_of({"a": [1]}) == '{"a": [1]}'
    assert len(setup_file.text_of("x" * 5000)) == 200
