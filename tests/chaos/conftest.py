"""Which of these tests can be run on this machine."""

from __future__ import annotations

from tests.chaos import disks

collect_ignore = [] if disks.can_mount() else ["test_full_disk.py"]
