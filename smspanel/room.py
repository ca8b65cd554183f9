"""Says whether there is room on the disk for more than what goes on already.

What would write much begins only while there is: submissions, messages of campaigns, imports, files to be fetched. So
what is left suffices to write down what became of everything that has begun, and what providers report about it.
"""

from __future__ import annotations

import shutil
from typing import Final

from django.conf import settings

MEBIBYTE: Final = 1024**2
USUAL: Final = 1024 * MEBIBYTE
SHARE: Final = 20
"""Of a large disk at least this part, one of so many, is kept free."""


def free() -> int:
    """Return the bytes that are free where the panel keeps its data."""
    return shutil.disk_usage(settings.DATA_DIR).free


def least() -> int:
    """Return the bytes below which nothing more begins."""
    if settings.LEAST_FREE_MB is not None:
        return int(settings.LEAST_FREE_MB) * MEBIBYTE
    return max(USUAL, shutil.disk_usage(settings.DATA_DIR).total // SHARE)


def is_left() -> bool:
    """Say whether something more may begin."""
    return free() >= least()
