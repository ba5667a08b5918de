from . import test_tills, test_tills_random
