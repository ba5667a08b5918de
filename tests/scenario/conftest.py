"""The stories share the retailer they are told about."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
