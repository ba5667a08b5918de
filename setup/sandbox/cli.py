"""The command line: place, pay, edit and cancel orders, switch faults, see calls."""

import argparse
import json
import os
import sys

from .client import Sandbox, SandboxError
from .faults import KINDS
from .serve import add_options, serve

DEFAULT_URL = "http://127.0.0.1:8071"


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    :return: the exit code
    """
    options = make_parser().parse_args(arguments)
    if options.command == "serve":
        return serve(options)
    shop = Sandbox(options.url)
    try:
        result = options.function(shop, options)
    except (SandboxError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    default = os.environ.get("RETAIL_SYNC_SANDBOX_URL", DEFAULT_URL)
    parser.add_argument("--url", default=default, help=f"{default} if not given")
    commands = parser.add_subparsers(dest="command", required=True)
    add_options(commands.add_parser("serve", help="start a sandbox"))
    _add_place(commands)
    _add_actions(commands)
    _add_faults(commands)
    _add_lists(commands)
    return parser


def _add_place(commands: argparse._SubParsersAction) -> None:
    place = commands.add_parser("place", help="place an order")
    place.add_argument("sku", nargs="*", help="SKU or SKU=quantity")
    place.add_argument("--json", help="a whole order, see README.md")
    place.add_argument("--financial", default="paid")
    place.add_argument("--shipping", default="4.90")
    place.add_argument("--discount", help="percent off the whole order")
    place.set_defaults(function=_place)


def _place(shop: Sandbox, options: argparse.Namespace) -> dict:
    if options.json:
        return shop.place_order(**json.loads(options.json))
    lines = []
    for word in options.sku:
        sku, _sep, quantity = word.partition("=")
        lines.append({"sku": sku, "quantity": int(quantity or 1)})
    given = {"lines": lines, "financial": options.financial}
    given["shipping"] = {"price": options.shipping}
    given["customer"] = {
        "first_name": "Erika",
        "last_name": "Mustermann",
        "email": "erika@example.com",
    }
    if options.discount:
        given["discounts"] = [{"code": "SANDBOX", "percentage": options.discount}]
    return shop.place_order(**given)


def _add_actions(commands: argparse._SubParsersAction) -> None:
    for name, words in {
        "pay": "settle what is due, or --json {amount, gateway}",
        "cancel": "cancel an order, --json {reason, restock, refund}",
        "edit": "edit an order, --json {note, tags, lines, add, shipping_address}",
        "refund": "refund, --json {lines, shipping, amount}",
        "return": "ask for a return, --json {lines, exchange, approved}",
        "returns": "act on a return, --json {return, do, lines, reason, note}",
        "fulfill": "ship in the shop itself, --json {lines, tracking}",
        "arrive": "have the carrier tell that all parcels have arrived",
        "hold": "hold what is to be shipped, --json {reason, notes}",
        "release": "release all holds",
        "move": "let another location ship, --json {location}",
        "risk": "let a risk assessment arrive, --json {level}",
        "close": "archive an order",
        "touch": "change nothing but updatedAt",
    }.items():
        command = commands.add_parser(name, help=words)
        command.add_argument("order", help="name, number or id")
        command.add_argument("--json", default="{}")
        command.set_defaults(
            function=lambda shop, options, action=name: shop.act(
                options.order, action, json.loads(options.json)
            )
        )


def _add_faults(commands: argparse._SubParsersAction) -> None:
    faults = commands.add_parser("faults", help="list, clear or switch on faults")
    faults.add_argument("kind", nargs="?", choices=["clear", *KINDS])
    faults.add_argument("--operation", default="*")
    faults.add_argument("--times", type=int, default=1)
    faults.add_argument("--seconds", type=float)
    faults.set_defaults(function=_faults)


def _faults(shop: Sandbox, options: argparse.Namespace) -> list:
    if options.kind == "clear":
        shop.clear_faults()
    elif options.kind:
        more = {} if options.seconds is None else {"seconds": options.seconds}
        shop.fault(options.kind, options.operation, options.times, **more)
    return shop.faults()


def _add_lists(commands: argparse._SubParsersAction) -> None:
    listed = {
        "list": lambda shop, _options: shop.orders(),
        "levels": lambda shop, _options: shop.levels(),
        "fulfillments": lambda shop, _options: shop.fulfillments(),
        "webhooks": lambda shop, _options: shop.webhooks(),
        "state": lambda shop, _options: shop.state(),
        "reset": lambda shop, _options: shop.reset(),
    }
    for name, function in listed.items():
        command = commands.add_parser(name)
        command.set_defaults(function=function)
    calls = commands.add_parser("calls", help="what was called, oldest first")
    calls.add_argument("--operation")
    calls.set_defaults(function=lambda shop, options: shop.calls(options.operation))
    seed = commands.add_parser("seed", help="fill the shop from a JSON file")
    seed.add_argument("file", type=argparse.FileType())
    seed.set_defaults(
        function=lambda shop, options: shop.seed(**json.load(options.file))
    )
