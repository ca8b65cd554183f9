"""Has uploaded files read by a process with limits, so that a hostile one harms nobody else (S19)."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.cells import Reading
from contacts.spreadsheets import people
from contacts.spreadsheets.layout import REFUSED, Inspection, Layout, Row, UnreadableFile, Wanted

CPU_SECONDS: Final = 300
"""What reading all rows may take; two million of them from a large workbook take a third of it."""
_AHEAD: Final = 1 << 20
"""Bytes that are read ahead while the database writes what came before."""
_AT_ONCE: Final = 1_000
_ROOT: Final = Path(__file__).resolve().parents[2]


def inspect(path: Path, name: str, wanted: Wanted = Wanted()) -> Inspection:  # noqa: B008 - it is frozen
    """Tell what is in a file; `name` is what its owner calls it; whatever is not wanted otherwise is guessed.

    Raises UnreadableFile with what is wrong and what to do.
    """
    order = {"what": "inspect", "path": str(path), "name": name, "wanted": asdict(wanted)}
    # Ten seconds are for the reading of any small file; what is really large has to be read to its end.
    seconds = 10 + 2 * (path.stat().st_size >> 20)
    with _child(order, cpu_seconds=seconds, wall_seconds=3 * seconds) as out:
        text = out.read()
    return Inspection.from_json(json.loads(text))


def rows(path: Path, layout: Layout, start: int = 0, *, keep_spaces: bool = False) -> Generator[Row, None, None]:
    """Yield the rows of data from the one after `start` of them on; blank rows are left out and not counted.

    Every row is as wide as the layout, or wider. With `keep_spaces` cells are as they are written. Raises
    UnreadableFile where the file breaks off.
    """
    order = {"what": "rows", "path": str(path), "layout": layout.to_json(), "start": start, "keep_spaces": keep_spaces}
    return (_numbered(line) for line in _lines(order))


def people_of(path: Path, layout: Layout, reading: Reading, start: int = 0) -> Generator[people.PeopleRow, None, None]:
    """Yield the rows of data as `rows` does, but as the people they name; their cells are read in the other process."""
    order = {"what": "people", "path": str(path), "layout": layout.to_json(), "start": start}
    return (people.from_line(line) for line in _lines(order | {"reading": asdict(reading)}))


def _numbered(line: list[str]) -> Row:
    return int(line.pop(0)), line


def _lines(order: dict[str, Any]) -> Iterator[list[str]]:
    """Yield the lines with which the process answers."""
    # Lines are yielded when more have come or the process has ended well: one that dies may leave half a row.
    held: list[list[str]] = []
    with _child(order, cpu_seconds=CPU_SECONDS, wall_seconds=3600) as out:
        reader = csv.reader(out)
        try:
            while more := list(islice(reader, _AT_ONCE)):
                yield from held
                held = more
        except csv.Error as error:
            too_long = _("A cell has more than %(most)s characters. Shorten it.")
            raise UnreadableFile(too_long % {"most": csv.field_size_limit()}) from error
    yield from held


@contextmanager
def _child(order: dict[str, Any], *, cpu_seconds: int, wall_seconds: int) -> Iterator[IO[str]]:
    """Start the process and yield what it writes; raises UnreadableFile with what it says, or that it gave up.

    A file that is gone raises FileNotFoundError: that is nothing its owner could mend.
    """
    if not (path := Path(order["path"])).exists():
        raise FileNotFoundError(path)
    order |= {"cpu_seconds": cpu_seconds, "wall_seconds": wall_seconds}
    # Nobody reads its warnings, and a pipe that is full of them would stop it.
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "contacts.spreadsheets.child",
        get_language() or "en",
        json.dumps(order),
    ]
    # No variable of ours goes along: they hold the secrets of the installation.
    environment = {"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=_AHEAD,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        try:
            yield io.TextIOWrapper(child.stdout, encoding="utf-8", newline="")
        except BaseException:
            child.kill()
            raise
        complaint = child.stderr.read()
        if child.wait() == REFUSED:
            # The reader of workbooks may have written lines of its own before.
            raise UnreadableFile(json.loads(complaint.splitlines()[-1]))
        if child.returncode:
            raise UnreadableFile(_("The file is too large or too complicated to read. Save it as CSV and try again."))
