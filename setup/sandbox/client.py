"""A small client of the control API, for tests, the demonstration and the shell.

It needs nothing but Python: copy it, or put ``setup/`` on the path.
"""

import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

# Loopback only: a proxy of the environment must not see these calls.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxError(Exception):
    """The sandbox refused; the message is its reason."""


def reason(body: bytes) -> str:
    """Read the reason out of a refusal, the text as it is when it is no JSON."""
    try:
        return json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")


class Sandbox:
    """A shop played by a sandbox.

    >>> shop = Sandbox("http://127.0.0.1:8071")                # doctest: +SKIP
    >>> order = shop.place_order(lines=[{"sku": "MUG-1", "quantity": 2}])
    >>> shop.cancel(order["name"])
    """

    def __init__(self, url: str, timeout: float = 30):
        self.url = url.rstrip("/")
        self.timeout = timeout

    def request(self, method: str, path: str, body: dict | list | None = None) -> Any:
        """Call the control API and give its JSON.

        :raises SandboxError: when it refuses or is not there
        """
        request = urllib.request.Request(
            f"{self.url}/sandbox/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with OPENER.open(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SandboxError(reason(error.read())) from error
        except OSError as error:
            raise SandboxError(f"No sandbox at {self.url}: {error}") from error

    def act(self, reference: str, action: str, body: dict) -> dict:
        """Do something to an order: pay, cancel, edit, refund, fulfill ..."""
        return self.request(
            "POST", f"orders/{quote(reference, safe='')}/{action}", body
        )

    def wait_until_up(self, seconds: float = 120) -> dict:
        """Wait for a server that was just started.

        :raises SandboxError: when it does not come up in time
        """
        end = time.monotonic() + seconds
        while True:
            try:
                return self.state()
            except SandboxError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def state(self) -> dict:
        return self.request("GET", "state")

    def reset(self) -> None:
        self.request("POST", "reset", {})

    def seed(self, **given) -> dict:
        """Fill the shop: ``locations``, ``products``, ``orders``, ``settings``."""
        return self.request("POST", "seed", given)

    def settings(self, **given) -> dict:
        return self.request("POST", "settings", given)

    def advance(self, seconds: float) -> dict:
        """Move the shop's clock."""
        return self.request("POST", "clock", {"advance": seconds})

    def empty_bucket(self, available: int = 0) -> dict:
        return self.request("POST", "throttle", {"available": available})

    def place_order(self, **given) -> dict:
        return self.request("POST", "orders", given)

    def draft(self, **given) -> dict:
        """Prepare an order as a draft."""
        return self.request("POST", "drafts", given)

    def drafts(self) -> list[dict]:
        return self.request("GET", "drafts")

    def act_on_draft(self, reference: str, action: str, **given) -> dict:
        """``update``, ``complete`` or ``delete`` a draft."""
        path = f"drafts/{quote(reference, safe='')}/{action}"
        return self.request("POST", path, given)

    def orders(self) -> list[dict]:
        return self.request("GET", "orders")

    def order(self, reference: str) -> dict:
        return self.request("GET", f"orders/{quote(reference, safe='')}")

    def pay(self, reference: str, **given) -> dict:
        return self.act(reference, "pay", given)

    def cancel(self, reference: str, **given) -> dict:
        return self.act(reference, "cancel", given)

    def edit(self, reference: str, **given) -> dict:
        return self.act(reference, "edit", given)

    def refund(self, reference: str, **given) -> dict:
        return self.act(reference, "refund", given)

    def exchange(self, reference: str, **given) -> dict:
        """Take ``lines`` back at a till and hand ``add`` out."""
        return self.act(reference, "exchange", given)

    def ask_return(self, reference: str, **given) -> dict:
        """Ask for ``lines`` to come back as a buyer does; ``approved`` opens it."""
        return self.act(reference, "return", given)

    def act_on_return(self, reference: str, do: str, **given) -> dict:
        """``approve``, ``decline``, ``dispose``, ``refund``... in the shop itself."""
        return self.act(reference, "returns", {"do": do, **given})

    def fulfill(self, reference: str, **given) -> dict:
        """Ship in the shop itself, past the connector."""
        return self.act(reference, "fulfill", given)

    def arrive(self, reference: str) -> dict:
        """Have the carrier tell that all parcels have arrived."""
        return self.act(reference, "arrive", {})

    def hold(self, reference: str, **given) -> dict:
        return self.act(reference, "hold", given)

    def release(self, reference: str) -> dict:
        return self.act(reference, "release", {})

    def move(self, reference: str, location: str) -> dict:
        return self.act(reference, "move", {"location": location})

    def judge(self, reference: str, level: str = "HIGH") -> dict:
        """Let a risk assessment arrive: LOW, MEDIUM, HIGH, NONE, PENDING."""
        return self.act(reference, "risk", {"level": level})

    def close(self, reference: str) -> dict:
        return self.act(reference, "close", {})

    def touch(self, reference: str) -> dict:
        """Change nothing but ``updatedAt``, as a tag or a note does."""
        return self.act(reference, "touch", {})

    def levels(self) -> list[dict]:
        return self.request("GET", "levels")

    def level(self, sku: str, location: str) -> dict:
        for one in self.levels():
            if (one["sku"], one["location"]) == (sku, location):
                return one
        raise SandboxError(f"No level of {sku!r} at {location!r}.")

    def set_level(self, sku: str, location: str, **given) -> None:
        """Change a level by hand: ``available`` or ``delta``."""
        self.request("POST", "levels", {"sku": sku, "location": location, **given})

    def variants(self) -> list[dict]:
        return self.request("GET", "variants")

    def locations(self) -> list[dict]:
        return self.request("GET", "locations")

    def fulfillments(self) -> list[dict]:
        return self.request("GET", "fulfillments")

    def calls(self, operation: str | None = None, since: int = 0) -> list[dict]:
        query = {"since": since, **({"operation": operation} if operation else {})}
        return self.request("GET", f"calls?{urlencode(query)}")

    def clear_calls(self) -> None:
        self.request("DELETE", "calls")

    def fault(self, kind: str, operation: str = "*", times: int = 1, **given) -> list:
        """Switch a fault on for the next calls of an operation."""
        body = {"kind": kind, "operation": operation, "times": times, **given}
        return self.request("POST", "faults", body)

    def faults(self) -> list[dict]:
        return self.request("GET", "faults")

    def clear_faults(self) -> None:
        self.request("DELETE", "faults")

    def webhooks(self) -> dict:
        return self.request("GET", "webhooks")

    def send_webhook(self, reference: str, topic: str, times: int = 1) -> None:
        """Tell a topic of an order anew, ``times`` times with the same ids."""
        body = {"order": reference, "topic": topic, "times": times}
        self.request("POST", "webhooks/send", body)

    def flush_webhooks(self) -> None:
        self.request("POST", "webhooks/flush", {})

    def wait_for_webhooks(self, seconds: float = 120) -> dict:
        """Wait until no webhook is queued, then give them all.

        :raises SandboxError: when it takes longer
        """
        end = time.monotonic() + seconds
        while True:
            found = self.webhooks()
            if found["idle"]:
                return found
            if time.monotonic() > end:
                raise SandboxError("Webhooks are still under way.")
            time.sleep(0.05)
