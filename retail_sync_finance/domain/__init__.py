"""Settlements and their arithmetic; plain Python, no Odoo."""
