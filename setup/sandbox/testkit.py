"""A sandbox inside the test's own process: no port, no thread, no waiting.

>>> shop = LocalSandbox()                                      # doctest: +SKIP
>>> shop.seed(locations=[{"name": "Main"}])
>>> shop.graphql("{ shop { name } }")
"""

import json
from typing import Any

from werkzeug.test import Client, TestResponse

from . import API_VERSION
from .app import make_app
from .client import Sandbox, SandboxError, reason
from .webhooks import Delivery

FIXED_TOKEN = "shpat_sandbox"


class LocalSandbox(Sandbox):
    """The client of the control API and of GraphQL over an application in memory.

    :ivar received: the deliveries that :meth:`deliver` has sent, with their bodies
    :ivar webhook_status: what the receiver answers
    """

    def __init__(self):
        super().__init__("http://sandbox")
        self.received: list[Delivery] = []
        self.webhook_status = 200
        self.app = make_app(opener=self._receive)
        self.http = Client(self.app)

    def _receive(self, delivery: Delivery, _timeout: float) -> int:
        self.received.append(delivery)
        return self.webhook_status

    def request(self, method: str, path: str, body: dict | list | None = None) -> Any:
        answer = self.http.open(
            f"/sandbox/{path}",
            method=method,
            data=None if body is None else json.dumps(body),
            content_type="application/json",
        )
        if answer.status_code != 200:
            raise SandboxError(reason(answer.get_data()))
        return answer.get_json()

    def post(
        self,
        document: str,
        variables: dict | None = None,
        token: str | None = FIXED_TOKEN,
    ) -> TestResponse:
        """Call GraphQL and give the whole response."""
        body = json.dumps({"query": document, "variables": variables or {}})
        return self.http.post(
            f"/admin/api/{API_VERSION}/graphql.json",
            data=body,
            content_type="application/json",
            headers={"X-Shopify-Access-Token": token} if token else {},
        )

    def graphql(self, document: str, **variables) -> dict:
        """Call GraphQL and give its JSON."""
        return self.post(document, variables).get_json()

    def deliver(self) -> list[Delivery]:
        """Work the queue of webhooks off and give what was sent by it."""
        seen = len(self.received)
        queue = self.app.webhooks.queue
        while not queue.empty():
            self.app.webhooks.deliver(queue.get_nowait())
            queue.task_done()
        return self.received[seen:]
