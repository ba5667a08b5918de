"""The demonstration retailer: Alder & Pine, a warehouse and two stores.

Everything here is invented. ``catalog`` and ``orders`` are plain data, ``shop`` puts
them into the sandbox, ``company`` and ``channel`` into Odoo, ``story`` lets a day
happen, ``check`` looks at both sides and says whether they agree.
"""

from .story import fill, play

__all__ = ["fill", "play"]
