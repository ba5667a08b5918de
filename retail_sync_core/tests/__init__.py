from . import test_effect
from . import test_job
