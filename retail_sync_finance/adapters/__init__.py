"""The payment gateways' protocols. Odoo is not needed."""
