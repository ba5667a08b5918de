from . import test_concurrency_jobs
from . import test_effect
from . import test_job
from . import test_slot
