"""What the installation page hands to a server is complete."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "install.md"

HEADER = re.compile(r"proxy_set_header (\S+) (\S+);")
LOCATION = re.compile(r"location (\S+) \{(.*?)\}", re.DOTALL)


def test_every_location_of_the_proxy_names_the_host():
    """nginx inherits ``proxy_set_header`` only where a block has none of its own.

    Source: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header
    """
    server = PAGE.read_text().partition("listen 443")[2].partition("\n\n")[0]
    locations = dict(LOCATION.findall(server))
    outside = set(HEADER.findall(LOCATION.sub("", server)))

    assert "/websocket" in locations
    assert {name for name, _value in outside} >= {"Host", "X-Forwarded-Host"}
    for path, block in locations.items():
        own = set(HEADER.findall(block))
        assert not own or own >= outside, path
