from importlib.util import find_spec

from . import test_access, test_channel, test_door, test_tour_connect

if find_spec("hypothesis"):  # Odoo asks for it nowhere
    from . import test_door_fuzz
