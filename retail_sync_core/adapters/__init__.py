"""The ports a channel's adapter implements, and how bytes travel. Odoo is not needed."""

from . import base, null, registry, transport
