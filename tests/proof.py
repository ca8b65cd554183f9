"""What the tests of the goals found: said on the screen, and by `make crash` written into docs/proof.md.

A test tells what it saw with `record`. `python -m tests.proof PATHS…` runs the tests of the marks `crash` and `goal` in
their long form, and puts a row for each record into the table; rows of tests that were not run stay as they were. A row
is known by its goal, what was done, its database and its form.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

LONG: Final = bool(os.environ.get("SMSPANEL_LONG"))
"""Whether the long forms are wanted."""
DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "proof.md"
_HEAD: Final = ("goal", "what was done", "database", "form", "figures", "seed", "date")


@dataclass(frozen=True, slots=True)
class Proof:
    """One row: what a test did, with which seed, and what it counted."""

    goal: str
    what: str
    database: str
    form: str
    figures: str
    seed: str
    date: str

    @property
    def key(self) -> tuple[str, ...]:
        """What a row is known by, in the order of the table."""
        return (self.goal[0], self.goal[1:].rjust(3), self.what, self.database, self.form)

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        return (self.goal, self.what, self.database, self.form, self.figures, self.seed, self.date)


def record(goal: str, what: str, *, database: str = "-", seed: int | None = None, **figures: object) -> None:
    """Tell what was counted: the names of figures are words joined by underscores, their values numbers or words."""
    told = ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in figures.items())
    today = datetime.now(UTC).date().isoformat()
    form = "long" if LONG else "short"
    row = Proof(goal, what, database, form, told, "-" if seed is None else str(seed), today)
    print(" · ".join(row.cells))
    if notes := os.environ.get("SMSPANEL_PROOF"):
        with Path(notes).open("a") as file:
            file.write(json.dumps(asdict(row)) + "\n")


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def merge(document: str, rows: list[Proof]) -> str:
    """Return the document with these rows in its table, each in the place of the one it is known as."""
    words, *lines = document.split(f"| {' | '.join(_HEAD)} |\n")
    told = "".join(lines).splitlines()[1:]
    known = {row.key: row for row in (Proof(*line.strip("| ").split(" | ")) for line in told)}
    known |= {row.key: row for row in rows}
    table = [_HEAD, ("---",) * len(_HEAD), *(known[key].cells for key in sorted(known))]
    return words + "".join(f"| {' | '.join(cells)} |\n" for cells in table)


def main(paths: list[str]) -> int:
    """Run the tests in their long form and write down what they tell; return pytest's exit code."""
    with tempfile.NamedTemporaryFile() as notes:
        environment = {"SMSPANEL_LONG": "1"} | os.environ | {"SMSPANEL_PROOF": notes.name}
        command = [sys.executable, "-m", "pytest", "-m", "crash or goal", "-n", "2", "--dist", "load", *paths]
        code = subprocess.run(command, env=environment, check=False).returncode
        rows = [Proof(**json.loads(line)) for line in Path(notes.name).read_text().splitlines()]
    DOCUMENT.write_text(merge(DOCUMENT.read_text(), rows))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
