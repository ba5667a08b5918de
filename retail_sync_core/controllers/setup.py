import json

from odoo import http
from odoo.http import request
from werkzeug.wrappers import Response

from ..database import read_committed

LARGEST_BODY = 4096


class SetupController(http.Controller):
    """The other end of the post that the set-up check sends to itself."""

    @http.route(
        "/retail_sync/setup/<string:nonce>",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=LARGEST_BODY,
    )
    def arrive(self, nonce, **_query):
        """Note that it came in, and give the nonce back; once."""
        request.httprequest.get_data()
        env = read_committed(request.env)
        if not env["retail.sync.setup"]._arrive(nonce):
            return Response("unknown", status=404)
        body = json.dumps({"nonce": nonce})
        return Response(body, mimetype="application/json")
