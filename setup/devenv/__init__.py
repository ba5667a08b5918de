"""What the commands in ``setup/`` are made of: Odoo, Python, PostgreSQL, databases.

Standard library only, so that it runs before there is a virtual environment; what
needs more imports it inside a function (see :mod:`devenv.venv`).
"""
