from odoo import http
from odoo.http import request
from werkzeug.wrappers import Response


class RowController(http.Controller):
    """The floor of the webhook's measurement: a route that only inserts one row."""

    @http.route(
        "/retail_sync_test/row",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def insert(self, **_query):
        """Insert one row with the body, and answer."""
        body = request.httprequest.get_data(as_text=True)
        request.env.cr.execute(
            "INSERT INTO retail_sync_test_row (body) VALUES (%s)", [body]
        )
        return Response("", status=200)
