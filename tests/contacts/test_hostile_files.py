"""A file made to harm is refused or read by a process with limits; the panel takes no harm, and says why (S19)."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contacts.spreadsheets import Layout, UnreadableFile, inspect, rows

MEMORY = 300 * 1024
"""Kilobytes that the process may hold (G13)."""
SECONDS = 10.0
ROOT_FOLDER = Path(__file__).resolve().parents[2]

OFFICE = b"http://schemas.openxmlformats.org"
MAIN, LINKS = OFFICE + b"/spreadsheetml/2006/main", OFFICE + b"/officeDocument/2006/relationships"
ONE_SHEET = b'<sheet name="S" sheetId="1" r:id="rId1"/>'
WORKBOOK = b'<workbook xmlns="%s" xmlns:r="%s"><sheets>%s</sheets></workbook>'
RELATIONS = (
    b'<Relationships xmlns="%s/package/2006/relationships"><Relationship Id="rId1" Type="%s/worksheet" '
    b'Target="worksheets/sheet1.xml"/></Relationships>' % (OFFICE, LINKS)
)
ROOT = (
    b'<Relationships xmlns="%s/package/2006/relationships"><Relationship Id="rId1" Type="%s/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>' % (OFFICE, LINKS)
)
TYPES = b'<Types xmlns="%s/package/2006/content-types"/>' % OFFICE
SHEET = b'<worksheet xmlns="' + MAIN + b'"><sheetData>%s</sheetData></worksheet>'
ROW = b'<row r="1"><c r="A1" t="inlineStr"><is><t>500100200</t></is></c></row>'


def xlsx(sheet: bytes = SHEET % ROW, **others: bytes) -> bytes:
    """Return a workbook of these parts, whatever they hold."""
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": WORKBOOK % (MAIN, LINKS, ONE_SHEET),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet,
    } | others
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return content.getvalue()


def bomb() -> bytes:
    """A sheet of a thousand to one."""
    return xlsx(SHEET % (ROW + b" " * 30_000_000))


def many_parts() -> bytes:
    """A hundred thousand parts."""
    content = io.BytesIO(xlsx())
    with zipfile.ZipFile(content, "a") as archive:
        for index in range(20_000):
            archive.writestr(f"xl/media/{index}", b"")
    return content.getvalue()


def lying_sizes() -> bytes:
    """A sheet that declares a hundredth of its size."""
    whole = xlsx(SHEET % (ROW * 100_000))
    size = len(SHEET % (ROW * 100_000)).to_bytes(4, "little")
    return whole.replace(size, (1000).to_bytes(4, "little"))


def far_cell() -> bytes:
    """One cell in the last row and column, for a reader that fills what lies between."""
    return xlsx(SHEET % b'<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>500100200</v></c></row>')


def beyond_the_end() -> bytes:
    """A cell whose address is beyond any sheet."""
    return xlsx(SHEET % b'<row r="4294967295"><c r="ZZZZZZZ4294967295"><v>1</v></c></row>')


def laughs() -> bytes:
    """Entities of entities."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{lines}]>'.encode()
    return xlsx(head + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>')


def foreign_entity() -> bytes:
    """An entity that names a file of this machine."""
    head = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return xlsx(head + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>500100200 &x;</t></is></c></row>')


def endless_line() -> bytes:
    """One line of fifty million characters."""
    return b"5" * 50_000_000


def endless_quote() -> bytes:
    """A quotation mark that is never closed."""
    return b'"' + b"500100200\n" * 2_000_000


def many_columns() -> bytes:
    """A hundred thousand columns."""
    return b";".join([b"500100200"] * 100_000) + b"\n"


def deep_xml() -> bytes:
    """A million elements, one in the other."""
    return xlsx(SHEET % (b"<x>" * 1_000_000))


def many_sheets() -> bytes:
    """Ten thousand sheets, all of them the same part."""
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, 10_001))
    return xlsx(**{"xl/workbook.xml": WORKBOOK % (MAIN, LINKS, sheets)})


def test_the_workbook_that_these_are_made_of_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(xlsx())
    assert [cells for _number, cells in rows(path, inspect(path, "people.xlsx").layout)] == [["500100200"]]


HOSTILE: list[Callable[[], bytes]] = [
    bomb,
    many_parts,
    lying_sizes,
    far_cell,
    beyond_the_end,
    laughs,
    foreign_entity,
    endless_line,
    endless_quote,
    many_columns,
    deep_xml,
    many_sheets,
    lambda: xlsx(**{"../../etc/passwd": b"x"}),
    lambda: b"\xff\xfe" + b"\x00\xd8" * 1_000_000,
    lambda: b"500100200\0\n" * 100_000,
    lambda: b"PK\x03\x04" + os.urandom(100_000),
    lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(100_000),
    lambda: xlsx()[:-30],
]


@pytest.mark.parametrize("make", HOSTILE)
def test_it_is_refused_or_read_within_the_limits(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "stored"
    path.write_bytes(make())
    name = "people.xlsx" if zipfile.is_zipfile(path) else "people.csv"
    command = [sys.executable, "-m", "tests.contacts.reading_alone", str(path), name]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT_FOLDER, check=True, capture_output=True, text=True)
    took = json.loads(done.stdout)
    assert took["leaked"] == 0
    assert took["kilobytes"] < MEMORY
    assert took["seconds"] < 2 * SECONDS
    assert time.monotonic() - began < 6 * SECONDS


@pytest.fixture
def readers() -> Callable[[], set[int]]:
    """Tell which processes a test has started that still run; there may be others, such as a browser's."""
    before = set(children())
    return lambda: set(children()) - before


def children() -> Iterator[int]:
    """Yield the processes that this one has started and that still run."""
    for task in Path("/proc/self/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def test_a_process_that_is_killed_leaves_no_half_row(tmp_path: Path, readers: Callable[[], set[int]]) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Telefon;Uwagi\n" + "500100200;a long remark\n" * 400_000)
    read = rows(path, inspect(path, "people.csv").layout)
    next(read)
    for child in readers():
        os.kill(child, signal.SIGKILL)
    seen: list[list[str]] = []
    with pytest.raises(UnreadableFile, match="too large or too complicated"):
        seen.extend(cells for _number, cells in read)
    assert all(cells == ["500100200", "a long remark"] for cells in seen)


def test_a_reader_that_has_heard_enough_leaves_no_process(tmp_path: Path, readers: Callable[[], set[int]]) -> None:
    path = tmp_path / "people.csv"
    path.write_text("500100200\n" * 400_000)
    read = rows(path, inspect(path, "people.csv").layout)
    next(read)
    read.close()
    assert readers() == set()


def test_the_process_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Callable[[], set[int]]
) -> None:
    monkeypatch.setenv("SMSPANEL_SECRET_KEY", "canary")
    path = tmp_path / "people.csv"
    path.write_text("500100200\n" * 400_000)
    read = rows(path, Layout.from_json(inspect(path, "people.csv").layout.to_json()))
    next(read)
    known = [Path(f"/proc/{child}/environ").read_bytes() for child in readers()]
    read.close()
    assert known
    assert not any(b"canary" in one for one in known)
