"""Who may import whom, and how long a thing may be."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = "retail_sync_core"
FILE_LINES = 400
FUNCTION_LINES = 40

ADDONS = sorted(path.parent for path in ROOT.glob("retail_sync_*/__manifest__.py"))
OWN_CODE = sorted(
    path
    for folder in (*ADDONS, ROOT / "setup", ROOT / "tests")
    for path in folder.rglob("*.py")
    if ".work" not in path.parts and path.is_file()
)

# What a layer may import of the suite (layers of its own module and of the core) and
# which packages from outside it never may.
NOT_PURE = ("odoo", "psycopg2", "random", "time", "werkzeug")
PORTS = (
    "domain",
    "adapters.base",
    "adapters.capabilities",
    "adapters.echo",
    "adapters.registry",
)
# the core's own helpers around the ORM: connections, waking, fields, SQL of stock
FOUNDATION = ("database", "said", "waking", "stock_terms", "stock_triggers")
RULES = {
    "domain": (("domain",), (*NOT_PURE, "logging", "requests")),
    "adapters": (("domain", "adapters"), NOT_PURE),
    "testing": (("domain", "adapters", "testing"), NOT_PURE),
    "models": ((*PORTS, *FOUNDATION, "models"), ("requests",)),
    "wizards": ((*PORTS, *FOUNDATION), ("requests",)),
    "report": (("domain", *FOUNDATION), ("requests",)),
    "controllers": ((*PORTS, *FOUNDATION), ("requests",)),
}
# Time-outs are measured, so the transport may ask how long a call took.
EXCEPTIONS = {(f"{CORE}/adapters/transport.py", "time")}


def layer_of(path):
    """Return the layer of a file of an addon, or None where no rule applies."""
    relative = path.relative_to(ROOT)
    if relative.parts[0] not in {addon.name for addon in ADDONS}:
        return None
    name = relative.parts[1]
    if name.startswith("testing"):
        return "testing"
    return name if name in RULES else None


LAYERED = [path for path in OWN_CODE if layer_of(path)]


def names_imported(path):
    """Yield the absolute dotted names that a file imports."""
    package = ["odoo", "addons", *path.relative_to(ROOT).with_suffix("").parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level] if node.level else []
            module = node.module.split(".") if node.module else []
            yield from (".".join([*base, *module, x.name]) for x in node.names)


def suite_layer(name):
    """Return (module, dotted rest) of a name of the suite, or None for others."""
    parts = name.split(".")
    if parts[:2] == ["odoo", "addons"] and "".join(parts[2:3]).startswith("retail_"):
        return parts[2], ".".join(parts[3:])
    return None


def is_below(name, allowed):
    return name == allowed or name.startswith((allowed + ".", allowed + "_"))


def offences(path):
    """Yield each import of a layered file that its layer does not allow."""
    own_layers, banned = RULES[layer_of(path)]
    module = path.relative_to(ROOT).parts[0]
    folder = ".".join(("odoo", "addons", *path.relative_to(ROOT).parent.parts))
    for name in names_imported(path):
        if path.name == "__init__.py" and name.startswith(f"{folder}."):
            continue  # a folder's list of its own files
        suite = suite_layer(name)
        if suite is None:
            root = name.split(".")[0]
            if root in banned and (short(path), root) not in EXCEPTIONS:
                yield name
        elif suite[0] not in (module, CORE) or not suite_part_is_allowed(
            suite, own_layers, module
        ):
            yield name


def suite_part_is_allowed(suite, own_layers, module):
    other, rest = suite
    if rest == "models" or rest.startswith("models."):
        return other == module and "models" in own_layers
    return any(is_below(rest, layer) for layer in own_layers)


def short(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", LAYERED, ids=short)
def test_a_layer_imports_only_what_lies_below_it(path):
    assert list(offences(path)) == []


@pytest.mark.parametrize("path", OWN_CODE, ids=short)
def test_a_file_is_no_longer_than_400_lines(path):
    lines = path.read_text().count("\n")

    assert lines <= FILE_LINES


@pytest.mark.parametrize("path", OWN_CODE, ids=short)
def test_a_function_is_no_longer_than_40_lines(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions
        if node.end_lineno - node.lineno >= FUNCTION_LINES
    ]

    assert too_long == []


@pytest.mark.parametrize("path", OWN_CODE, ids=short)
def test_no_other_name_hides_a_text_from_the_translators(path):
    aliases = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and any(
            isinstance(value, ast.Attribute) and value.attr == "_"
            for value in ast.walk(node.value)
        )
        and not any(isinstance(value, ast.Call) for value in ast.walk(node.value))
    ]

    assert aliases == [], "Odoo's export finds texts in `_(...)` only"


def test_the_rule_sees_odoo_in_pure_code(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "ADDONS", [tmp_path / CORE])
    path = tmp_path / CORE / "domain" / "stock.py"
    path.parent.mkdir(parents=True)
    path.write_text("from odoo import fields\nfrom ..models import retail_sync_job\n")

    assert list(offences(path)) == [
        "odoo.fields",
        f"odoo.addons.{CORE}.models.retail_sync_job",
    ]


def test_no_addon_but_the_core_is_imported_by_another():
    """Shopify and its sisters share through the core, never with each other."""
    sideways = [
        (short(path), name)
        for addon in ADDONS
        for path in addon.rglob("*.py")
        for name in names_imported(path)
        if (suite := suite_layer(name)) and suite[0] not in (addon.name, CORE)
    ]

    assert not sideways
