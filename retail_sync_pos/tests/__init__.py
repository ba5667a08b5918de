from importlib.util import find_spec

from . import test_tills

if find_spec("hypothesis"):  # Odoo asks for it nowhere
    from . import test_tills_random
