"""The version, read from the newest heading of CHANGELOG.md so that it is written in one place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_HEADING: Final = re.compile(r"^## (\d+\.\d+\.\d+)", re.MULTILINE)


def read_version(changelog: Path) -> str:
    """Return the version of the first release heading; raises ValueError when there is none."""
    match = _HEADING.search(changelog.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{changelog} has no heading of the form '## 1.2.3'")
    return match.group(1)


VERSION: Final = read_version(Path(__file__).resolve().parent.parent / "CHANGELOG.md")
