"""People come out of the process that reads a file exactly as they went in."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from contacts import spreadsheets
from contacts.cells import CLEAR, Reading
from contacts.spreadsheets import people, reading

# The importer has taken NUL out of every cell before.
cells = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
values = st.none() | cells.filter(lambda value: value != CLEAR)
persons = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(cells.map("48".__add__), *[values] * (width - 1)), min_size=1, max_size=3)
)
refused = st.builds(people.Refused, st.just("sex"), cells, st.lists(cells, max_size=5))


@given(st.lists(st.tuples(st.integers(1, 2_000_000), persons | refused), max_size=5))
def test_whatever_the_cells_hold_comes_through(rows: list[people.PeopleRow]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(map(people.to_line, rows))
    text.seek(0)
    assert [people.from_line(line) for line in csv.reader(text)] == rows


def test_the_other_process_reads_as_this_one_would(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "phone;first name;note\n500100200;Anna;--\n500100201;;x\n1234567;Jan;\n500100202 / 500100203;Ewa;y\n"
    )
    layout = spreadsheets.inspect(file, file.name).layout
    wanted = Reading({"msisdn": 0, "first_name": 1, "note_1": 2}, split=True)
    found = list(spreadsheets.people_of(file, layout, wanted))
    assert found == list(reading.people_of(file, layout, wanted))
    assert found[0] == (2, [("48500100200", "Anna", "")])
    assert found[2][1] == people.Refused("TOO_SHORT", "1234567", ["1234567", "Jan", ""])
    assert [len(outcome) for _row, outcome in found] == [1, 1, 3, 2]


def test_reading_goes_on_after_the_rows_that_were_read(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("".join(f"{500100200 + index}\n" for index in range(2_500)))
    layout = spreadsheets.inspect(file, file.name).layout
    rest = [row for row, _people in spreadsheets.people_of(file, layout, Reading({"msisdn": 0}), start=1_200)]
    assert rest == list(range(1_201, 2_501))
