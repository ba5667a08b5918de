"""Shopify's protocol. Odoo is not needed."""

from . import shopify
