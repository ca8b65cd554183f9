"""Keeps what was measured, and writes it as tables and a chart for people."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tests.bench.measure import Figure, Row

FOLDER: Final = Path(__file__).resolve().parents[2] / "bench"
PAGE: Final = FOLDER / "results.md"
_KEPT: Final = FOLDER / "results.json"
_HEAD: Final = """# Benchmarks

`make bench` measures all with fewer rows than the targets speak of; `make bench ONE=import` measures one with as many,
and renews its rows. A row says how many it was. Every row compares our way with a bare
one that does the same work with nothing around it, in turn and five times, and shows the medians as rates a second.
Read the ratios: a rate is that of one machine, which may have been busy. A ratio in **bold** misses its target.
"""

Found = Sequence[Row | Figure]


def keep(place: str, benchmark: str, found: Found, *, at: datetime) -> None:
    """Replace what was known of a benchmark in one place, and write the page anew."""
    FOLDER.mkdir(exist_ok=True)
    known = json.loads(_KEPT.read_text()) if _KEPT.exists() else {}
    machine = f"{os.cpu_count()} cores {platform.machine()}, Python {sys.version.split()[0]}"
    known.setdefault(place, {})[benchmark] = {
        "on": f"{at:%Y-%m-%d}",
        "machine": machine,
        "rows": [asdict(row) for row in found if isinstance(row, Row)],
        "figures": [asdict(figure) for figure in found if isinstance(figure, Figure)],
    }
    _KEPT.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text("\n".join(_page(known)) + "\n")


def _page(known: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield _HEAD
    for place, benchmarks in known.items():
        yield f"## {place}\n"
        yield "| benchmark | work / bare way | unit | bare | ours | ratio | target | measured |"
        yield "|---|---|---|---:|---:|---:|---:|---|"
        for name, kept in benchmarks.items():
            yield from _rows(name, kept)
        yield ""
        yield from _figures(benchmarks)
        if "growth" in benchmarks:
            yield from _chart([Row(**row) for row in benchmarks["growth"]["rows"]])
    machines = {kept["machine"] for benchmarks in known.values() for kept in benchmarks.values()}
    yield f"Measured on {'; '.join(sorted(machines))}."


def _rows(name: str, kept: dict[str, Any]) -> Iterator[str]:
    for row in (Row(**one) for one in kept["rows"]):
        target = "" if row.target is None else f"{row.target:.2g}"
        ratio = f"{row.ratio:.2f}" if row.target is None or row.ratio >= row.target else f"**{row.ratio:.2f}**"
        cells = (name, row.work, row.unit, _rate(row.bare), _rate(row.ours), ratio, target, kept["on"])
        yield f"| {' | '.join(cells)} |"


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"


def _figures(benchmarks: dict[str, Any]) -> Iterator[str]:
    found = [(name, kept["on"], Figure(**one)) for name, kept in benchmarks.items() for one in kept["figures"]]
    if not found:
        return
    yield "| benchmark | what | measured | at most | on |"
    yield "|---|---|---:|---:|---|"
    for name, on, figure in found:
        missed = figure.most is not None and figure.value > figure.most
        value = f"{figure.value:,.1f} {figure.unit}"
        most = "" if figure.most is None else f"{figure.most:g} {figure.unit}"
        yield f"| {name} | {figure.what} | {f'**{value}**' if missed else value} | {most} | {on} |"
    yield ""


def _chart(rows: Iterable[Row]) -> Iterator[str]:
    """Draw how many times as long a row takes as at the smallest size, one line for each kind of work."""
    lines: dict[str, list[float]] = {}
    for row in rows:
        lines.setdefault(row.work.partition(":")[0], []).append(1 / row.ratio)
    sizes = [row.work.partition(": ")[2].partition(" / ")[0] for row in rows][: len(next(iter(lines.values())))]
    yield "How the time for one row grows with their number; 1 is the time at the smallest size, in the order "
    yield f"{', '.join(lines)}:\n"
    yield "```mermaid\nxychart-beta"
    yield f"    x-axis [{', '.join(f'{chr(34)}{size}{chr(34)}' for size in sizes)}]"
    yield f'    y-axis "times as long" 0 --> {max(2.0, max(max(line) for line in lines.values())):.1f}'
    for line in lines.values():
        yield f"    line [{', '.join(f'{value:.2f}' for value in line)}]"
    yield "```\n"
