"""The warehouses' and carriers' protocols. Odoo is not needed."""
