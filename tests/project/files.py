"""The project's own files, as its guards read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {"var", "screenshots", "staticfiles", "__pycache__"}
_HIDDEN_OURS = {".ci", ".gitignore", ".pre-commit-config.yaml"}


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield every file of the project, without what is installed, generated or data."""
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_OURS or (path.name.startswith(".") and path.name not in _HIDDEN_OURS):
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path


def sources() -> list[Path]:
    """Return the Python files of the panel itself."""
    return [path for path in project_files() if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts]


def documents() -> list[Path]:
    """Return the documents for people."""
    return [path for path in project_files() if path.suffix == ".md"]


def name_of(path: Path) -> str:
    """Return a file's path within the project, for the name of a test."""
    return str(path.relative_to(ROOT))


def procfile() -> dict[str, str]:
    """Return the processes of the Procfile and their commands."""
    return dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))
