"""Whatever stands at the door: no answer is a failure, and nothing unsigned is kept.

A thousand requests by default; ``RETAIL_SYNC_FUZZ=100000`` for many.
"""

import base64
import hashlib
import os
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo import http
from odoo.addons.retail_sync_core.controllers import webhook
from odoo.addons.retail_sync_core.domain.signature import sign_hmac_sha256
from odoo.addons.retail_sync_core.testing_fuzz import CHANGES, as_json, changed
from odoo.addons.retail_sync_shopify.adapters import topics
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from werkzeug.test import EnvironBuilder, run_wsgi_app

from .common import SECRET, SHOP, make_channel

REQUESTS = int(os.environ.get("RETAIL_SYNC_FUZZ") or 1000)
LONG = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(150))
LONG_ID = f"gid://shopify/Order/{LONG}"
SAMPLES = (
    {
        "id": 820982911946154508,
        "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
        "name": "#9999",
        "created_at": "2026-11-20T07:00:00-05:00",
        "updated_at": "2026-11-20T07:00:00-05:00",
        "cancelled_at": None,
        "test": False,
        "source_name": "pos",
        "location_id": 5,
        "line_items": [
            {
                "id": 1,
                "admin_graphql_api_id": "gid://shopify/LineItem/1",
                "variant_id": 2,
                "sku": "NOT-OURS",
                "quantity": 3,
                "current_quantity": 3,
            }
        ],
    },
    {"order_edit": {"id": 1, "order_id": 5, "line_items": {"additions": []}}},
    {"id": 1, "order_id": 5, "order": {"admin_graphql_api_id": LONG_ID, "id": 5}},
    {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/3"}},
    {"inventory_item_id": 3, "location_id": 5, "available": 7},
    {"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 4}},
    {"admin_graphql_api_id": "gid://shopify/Return/3", "id": LONG},
    {"admin_graphql_api_order_id": LONG_ID},
    {"admin_graphql_api_id": LONG_ID, "name": LONG, "id": 5},
)
TOPICS = (*sorted(topics.FLOWS), *sorted(topics.PRIVACY), "themes/create", "", LONG)
ODD = ("", " ", "?", "äöü", LONG, "null", "w-1", "2026-02-30T25:61:61Z", "%00", "0")
NAMES = (
    "X-Shopify-Topic",
    "X-Shopify-Hmac-Sha256",
    "X-Shopify-Shop-Domain",
    "X-Shopify-Webhook-Id",
    "X-Shopify-Event-Id",
    "X-Shopify-Triggered-At",
    "X-Shopify-API-Version",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Transfer-Encoding",
    "Cookie",
    "Accept-Language",
    "Host",
)
TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/xml; charset=utf-16",
    "",
)
BODIES = (
    st.tuples(st.sampled_from(SAMPLES), CHANGES).map(lambda c: as_json(changed(*c)))
    | st.sampled_from(SAMPLES).map(as_json)
    | st.binary(max_size=60)
    | st.sampled_from((b"[" * 90_000, b'{"id":' * 20_000, b"\xff\xfe{\x00}\x00"))
)
CASES = st.fixed_dictionaries(
    {
        "body": BODIES,
        "topic": st.sampled_from(TOPICS),
        "signed": st.sampled_from(("yes", "yes", "no", "hex", "other", "body")),
        "odd": st.dictionaries(
            st.sampled_from(NAMES), st.sampled_from(ODD + TYPES), max_size=2
        ),
        "address": st.sampled_from(("ours",) * 6 + ("unknown", "odd", "other code")),
        "query": st.sampled_from(("", "a=1", "code=x&token=y", "%ff=%00")),
    }
)
# what an unsigned request must leave as it was: nothing drew a number
STORED = " UNION ALL ".join(
    f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_id_seq"
    for table in (
        "retail_sync_event",
        "retail_sync_event_body",
        "retail_sync_job",
        "retail_sync_demand",
        "retail_sync_issue",
        "retail_sync_audit",
    )
)


def signature(how, body):
    """Return the header's value that goes with ``body``."""
    right = sign_hmac_sha256(body, SECRET)
    return {
        "yes": right,
        "no": "",
        "hex": base64.b64decode(right).hex(),
        "other": sign_hmac_sha256(body, "guessed"),
        "body": sign_hmac_sha256(body + b" ", SECRET),
    }[how]


@tagged("post_install", "-at_install")
class TestDoorFuzz(HttpCase):
    def setUp(self):
        super().setUp()
        self.channel = make_channel(self.env)
        self.env.flush_all()
        self.number = 0
        # how many were turned away is told to the audit trail once a minute: not now
        never = webhook.Refusals(every_s=float("inf"))
        self.startPatcher(patch.object(webhook, "REFUSALS", never))

    def stored(self):
        self.env.cr.execute(STORED)
        return self.env.cr.fetchall()

    def send(self, case):
        """Send ``case`` through Odoo's own dispatcher; return the answer's status."""
        self.number += 1
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": case["topic"],
            "X-Shopify-Hmac-Sha256": signature(case["signed"], case["body"]),
            "X-Shopify-Shop-Domain": SHOP,
            "X-Shopify-Webhook-Id": f"w-{self.number}",
            "X-Shopify-Triggered-At": "2026-11-20T12:00:00Z",
            **case["odd"],
        }
        places = {
            "ours": f"shopify/{self.channel.token}",
            "unknown": "shopify/nobody",
            "odd": "shopify/%00%ff'\"",
            "other code": f"shop%20ify/{self.channel.token}",
        }
        builder = EnvironBuilder(
            path=f"/retail_sync/{places[case['address']]}",
            query_string=case["query"],
            method="POST",
            data=case["body"],
        )
        environ = builder.get_environ()
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            key = key if key.startswith("CONTENT_") else f"HTTP_{key}"
            # a server gives the header's bytes as latin-1
            environ[key] = value.encode().decode("latin-1")
        cookie = f"test_request_key={self.http_request_key}"
        environ["HTTP_COOKIE"] = f"{environ.get('HTTP_COOKIE', '')}; {cookie}"
        _body, status, _headers = run_wsgi_app(http.root, environ, buffered=True)
        return int(status.split()[0])

    def is_theirs(self, case):
        """Return whether Shopify itself could have sent it."""
        return case["signed"] == "yes" and case["address"] == "ours"

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_http")
    def test_no_request_fails_and_nothing_unsigned_is_kept(self):
        statuses = {}

        @settings(
            max_examples=REQUESTS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(CASES)
        def look(case):
            before = self.stored()
            status = self.send(case)
            key = (self.is_theirs(case), status)
            statuses[key] = statuses.get(key, 0) + 1
            self.assertLess(status, 500)
            if not self.is_theirs(case):
                self.assertGreaterEqual(status, 400)
                self.assertEqual(self.stored(), before)

        look()
        # the requests went all the way: else nothing was looked at
        self.assertGreater(statuses[True, 200], REQUESTS / 10)
        self.assertGreater(statuses[False, 401], REQUESTS / 10)
