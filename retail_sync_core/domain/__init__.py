"""The words and the arithmetic of Retail Sync: pure Python, standard library only.

Import rule: no Odoo, no network, no clock, no chance. Time, jitter and attempts come in
as arguments, so that each function can be tested with Python alone.
"""
