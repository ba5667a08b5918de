"""Labels are in sentence case: one way of writing, whatever Odoo makes of names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDONS = sorted(ROOT.glob("retail_sync_*"))
# where a field's label stands among what is not named
PLACES = {"Selection": 1, "Many2one": 1, "One2many": 2, "Many2many": 4}
NAMES = frozenset(("Odoo", "Odoo's", "PostgreSQL", "Retail", "Shopify", "Sync"))
WORD = re.compile(r"[A-Za-z][\w'-]*")
ATTRIBUTE = re.compile(r'\b(?:string|title)="([^"]+)"')


def is_titled(label):
    """Return whether a word behind the first has a capital without being a name.

    >>> is_titled("Keep Back"), is_titled("Keep back"), is_titled("Its SKU")
    (True, False, False)
    """
    others = WORD.findall(label)[1:]
    return any(w[0].isupper() and w not in NAMES and not w.isupper() for w in others)


def labels_of_fields(path):
    """Yield each label that a module's fields have."""
    for node in ast.walk(ast.parse(path.read_text())):
        call = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if ast.unparse(call.func.value) != "fields":
            continue
        place = PLACES.get(call.func.attr, 0)
        named = [k.value for k in call.keywords if k.arg == "string"]
        for value in (*call.args[place : place + 1], *named):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def labels_of_views(path):
    """Yield each label that views give."""
    for label in ATTRIBUTE.findall(path.read_text()):
        # two sentences are no label
        if ". " not in label:
            yield label


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_labels_have_one_capital(addon):
    shown = []
    for folder in ("models", "wizards"):
        for path in addon.glob(f"{folder}/*.py"):
            shown += labels_of_fields(path)
    for path in (*addon.glob("views/*.xml"), *addon.glob("wizards/*.xml")):
        shown += labels_of_views(path)

    assert [label for label in shown if is_titled(label)] == []


def test_labels_are_found():
    found = list(labels_of_fields(ROOT / "retail_sync_core/models/retail_sync_day.py"))
    assert {"Invoice", "Receipts", "Payment"} <= set(found)
