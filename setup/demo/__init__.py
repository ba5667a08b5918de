"""The demonstration retailer: Alder & Pine, outdoor goods, a warehouse and two stores.

Everything here is invented. ``catalog`` and ``orders`` are plain data, ``shop`` puts them
into the sandbox, ``company`` into Odoo, ``story`` lets a day happen, ``check`` looks at
both sides and says whether they agree.
"""
