"""A file that cannot be read is refused in words that say what to do, and never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts.spreadsheets import UnreadableFile, Wanted, inspect, reading, rows, workbook

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize(
    "name, words",
    [
        ("empty.csv", "is empty"),
        ("blank.csv", "no rows"),
        ("empty.xlsx", "no rows"),
        ("wide.csv", "more than 200 columns"),
        ("open_quote.csv", "Row 2 cannot be read"),
        ("page.xls", "no spreadsheet"),
        ("letter.doc", "no spreadsheet"),
        ("picture.csv", "no spreadsheet"),
        ("archive.xlsx", "ZIP archive"),
        ("text.xlsx", "ends with .xlsx"),
        ("truncated.xlsx", "damaged or incomplete"),
        ("damaged.xls", "damaged or incomplete"),
        ("protected.xlsx", "password"),
        ("protected.ods", "password"),
        ("bomb.xlsx", "far too large"),
    ],
)
def test_the_reason_is_told(name: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        inspect(FILES / name, name)


@pytest.mark.parametrize("limit", ["MAX_UNPACKED", "MAX_PARTS"])
def test_a_file_that_unpacks_to_too_much_is_not_opened(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, limit, 3)
    with pytest.raises(UnreadableFile, match="far too large"):
        reading.inspect(FILES / "mixed.xlsx", "mixed.xlsx")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        reading.inspect(FILES / "utf8.csv", "utf8.csv")


def test_a_sheet_that_does_not_exist_is_named() -> None:
    for sheet in ("Hidden", "Nobody"):
        with pytest.raises(UnreadableFile, match=sheet):
            inspect(FILES / "mixed.xlsx", "mixed.xlsx", Wanted(sheet=sheet))


def test_a_file_that_changed_after_the_inspection_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes((FILES / "mixed.xlsx").read_bytes())
    layout = inspect(path, "mixed.xlsx").layout
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(UnreadableFile):
        list(rows(path, layout))


def test_the_name_is_never_a_path(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    path.write_bytes(b"500100200\n")
    assert inspect(path, "../../etc/passwd\0.csv").estimated_rows == 1


readable = [path.read_bytes() for path in sorted(FILES.iterdir()) if path.stat().st_size < 10_000]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300) | st.sampled_from(readable), st.integers(0, 10_000), st.binary(max_size=8))
@example(b"PK\x03\x04", 0, b"")
@example((FILES / "people.ods").read_bytes(), 38, b"\xff")
def test_no_file_breaks_the_reader(tmp_path: Path, content: bytes, place: int, damage: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content[:place] + damage + content[place + len(damage) :])
    try:
        found = reading.inspect(path, "file.csv")
        for number, cells in reading.rows(path, found.layout):
            assert number > found.layout.header_row
            assert len(cells) >= found.layout.width
    except UnreadableFile as error:
        assert str(error).endswith((".", "”"))  # noqa: PT017 - either outcome is right
