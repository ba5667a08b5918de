"""A stand-in of one Shopify shop, for development and tests.

It executes GraphQL over Shopify's own published schema with a small stateful
shop behind it, signs and delivers webhooks, and can be told to fail in the ways
real shops fail. It is no Shopify: ``README.md`` says where it guesses.
"""

API_VERSION = "2026-10"
SANDBOX_HEADER = "X-Retail-Sync-Sandbox"
