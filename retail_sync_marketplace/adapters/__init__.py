"""The marketplaces' protocols. Odoo is not needed."""
