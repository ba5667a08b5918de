"""The ports of a channel's adapter, and how bytes travel. Odoo is not needed."""

from . import base, null, registry, transport
