from . import test_access, test_channel, test_door, test_tour_connect
