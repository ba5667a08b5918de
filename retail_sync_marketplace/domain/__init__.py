"""The marketplaces' words and arithmetic; plain Python, no Odoo."""
