"""Run or control a sandbox: ``python setup/sandbox serve``, ``... place`` and so on."""

import sys
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
