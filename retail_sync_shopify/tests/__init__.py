from . import test_channel, test_door, test_tour_connect
