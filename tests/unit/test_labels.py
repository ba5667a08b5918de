"""Labels are in sentence case: one way of writing, whatever Odoo makes of names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDONS = sorted(ROOT.glob("retail_sync_*"))
# where a field's label stands among what is not named
PLACES = {"Selection": 1, "Many2one": 1, "One2many": 2, "Many2many": 4}
KINDS = frozenset(
    (
        *("Binary", "Boolean", "Char", "Date", "Datetime", "Float", "Html", "Integer"),
        *("Json", "Many2many", "Many2one", "Many2oneReference", "Monetary", "One2many"),
        *("Reference", "SaidChar", "SaidText", "Selection", "Text"),
    )
)
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
    """Yield each label that fields have, or get from Odoo for their names."""
    for node in ast.walk(ast.parse(path.read_text())):
        call = node.value if isinstance(node, ast.Assign) else None
        kind = isinstance(call, ast.Call) and ast.unparse(call.func)
        if not kind or kind.removeprefix("fields.") not in KINDS:
            continue
        place = PLACES.get(kind.removeprefix("fields."), 0)
        named = {k.arg: k.value for k in call.keywords}
        given = [*call.args[place : place + 1], *filter(None, [named.get("string")])]
        if not given and "related" not in named:
            yield label_of_name(ast.unparse(node.targets[0]))
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def label_of_name(name):
    """Return what Odoo calls a field without a label; a related one has its source's.

    >>> label_of_name("asked_at"), label_of_name("line_ids")
    ('Asked At', 'Line')
    """
    return re.sub("_ids?$", "", name).replace("_", " ").title()


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


def test_names_without_a_label_are_found(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(
        "asked_at = fields.Datetime(readonly=True)\n"
        'told_at = fields.Datetime(related="x.told_at")\n'
        'message = SaidChar("What it said")\n'
    )
    assert list(labels_of_fields(path)) == ["Asked At", "What it said"]
