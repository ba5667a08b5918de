"""French is complete: every message of the exported terms has its translation."""

import re
from collections import Counter
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
POTS = sorted(ROOT.glob("retail_sync_*/i18n/*.pot"))
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%[a-z]|%%|\{[a-z_]*\}")
TAG = re.compile(r"<[^>]+>")
WORDS = re.compile(r'(?<= )(title|placeholder|string)="[^"]*"')
# Left empty in the file, as Odoo's own are: the French is the same.
SAME = frozenset(
    """%(explanation)s|%s h|%s min|%s minutes|%s s|(%(user)s, %(when)s)
    |(%(reason)s, %(user)s)|Documents|Minute|Minutes|Page|Style
    |Action|Actions|Cause|Code|Configuration|Contact|Correction|Document
    |ID|Import|Journal|Message|Messages|Mode|Nonce|Note|Odoo
    |Patience|Patience (s)|Pause|Promotion|Promotions|Retail Sync|SKU|Script
    |Secret|Shopify|Source|Stock|Suggestion|Table|Taxes|Test|Total|UPS
    |Verdict|Version|Webhook|http://127.0.0.1:8071
    |https://carrier.example/track/{number}|load_id|id|min
    """.replace("\n    ", "").split("|")
)


@pytest.fixture(params=POTS, ids=lambda path: path.stem)
def pair(request):
    """The exported terms of a module, and their translation."""
    return (
        polib.pofile(str(request.param)),
        polib.pofile(str(request.param.with_name("fr.po"))),
    )


def test_there_is_something_to_translate():
    assert [pot.stem for pot in POTS] == [
        "retail_sync_core",
        "retail_sync_pos",
        "retail_sync_shopify",
    ]


def test_every_message_is_translated(pair):
    exported, french = pair
    translated = {entry.msgid for entry in french if entry.translated()} | SAME

    assert [e.msgid for e in exported if e.msgid not in translated] == []
    assert french.fuzzy_entries() == []


def test_nothing_is_translated_that_is_gone(pair):
    exported, french = pair
    wanted = {entry.msgid for entry in exported}

    assert [entry.msgid for entry in french if entry.msgid not in wanted] == []


def test_a_translation_stands_wherever_the_term_does(pair):
    # Odoo reads from these comments which field, view or code a translation is for
    exported, french = pair
    placed = {e.msgid: (e.comment, set(e.occurrences)) for e in french}

    assert [
        e.msgid
        for e in exported
        if placed.get(e.msgid) != (e.comment, set(e.occurrences))
    ] == []


def test_facts_and_tags_are_those_of_the_term(pair):
    french = pair[1].translated_entries()

    assert [e.msgid for e in french if _parts(e.msgid) != _parts(e.msgstr)] == []


def test_lines_are_those_of_the_term(pair):
    french = pair[1].translated_entries()
    plain = [entry for entry in french if "\n  " not in entry.msgid]

    assert [e.msgid for e in plain if _breaks(e.msgid) != _breaks(e.msgstr)] == []


def _parts(text):
    """Return what a translation must carry over: its facts and its tags."""
    tags = [WORDS.sub("", tag) for tag in TAG.findall(text)]
    return Counter(PLACEHOLDER.findall(TAG.sub("", text))), Counter(tags)


def _breaks(text):
    return text.count("\n"), text[:1] == "\n", text[-1:] == "\n"
