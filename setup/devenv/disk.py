"""Room on the disk, looked at before it is needed."""

import shutil
from pathlib import Path

from .console import Problem


def require(folder: Path, needed_mb: int) -> None:
    """Stop when the disk of ``folder`` has too little room.

    :raises Problem: with what is left and what is needed
    """
    free_mb = shutil.disk_usage(folder).free // 10**6
    if free_mb < needed_mb:
        raise Problem(
            f"{folder} has {free_mb} MB left, {needed_mb} MB are needed",
            "make room on the disk",
        )
