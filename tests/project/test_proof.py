"""The table of docs/proof.md: a row is put in the place of the one it is known as, and no other is touched."""

from __future__ import annotations

from dataclasses import replace

from tests.proof import DOCUMENT, Proof, merge

OLD = Proof("G10", "hostile endpoints", "SQLite", "short", "sent 1", "7", "2026-11-01")
OTHER = replace(OLD, goal="G2", what="kills")


def test_a_new_row_takes_the_place_of_the_old_one_and_others_stay() -> None:
    new = replace(OLD, figures="sent 2", date="2026-11-02")
    merged = merge(merge(DOCUMENT.read_text(), [OLD, OTHER]), [new])
    assert merged == merge(DOCUMENT.read_text(), [OTHER, new])
    assert (merged.count("hostile endpoints | SQLite | short"), "sent 2" in merged) == (1, True)


def test_goals_are_in_their_order() -> None:
    merged = merge(DOCUMENT.read_text(), [OLD, OTHER])
    assert merged.index("| G2 | kills |") < merged.index("| G10 | hostile endpoints |")


def test_merging_nothing_changes_nothing() -> None:
    assert merge(DOCUMENT.read_text(), []) == DOCUMENT.read_text()
