"""The messages between us and a warehouse; plain Python, no Odoo."""
