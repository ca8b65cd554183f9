"""Whatever people read is there in Polish, with the same placeholders, and compiled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation import override
from django.utils.translation.template import templatize

from tests.personas import People

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "pl" / "LC_MESSAGES" / "django.po"
ROOMS = ("smspanel", "accounts", "contacts", "campaigns")
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[a-z]")


def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def marked_in(code: str) -> Iterator[str]:
    """Yield the texts that a module marks for translation."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def marked_in_template(source: str) -> Iterator[str]:
    """Yield the texts that a template marks, as Django's own extraction sees them."""
    for found in re.finditer(r"\b(?:n?gettext|_)\((?=u?['\"])", templatize(source)):
        text = templatize(source)[found.end() :]
        literal = re.match(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", text)
        assert literal, text[:80]
        yield ast.literal_eval(literal.group(1))


def marked() -> set[str]:
    """Return every text that people may read."""
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    found = {text for path in modules for text in marked_in(path.read_text())}
    return found | {
        text for path in (ROOT / "templates").rglob("*.html") for text in marked_in_template(path.read_text())
    }


def test_every_text_has_a_polish_one() -> None:
    translated = {entry.msgid for entry in catalogue() if entry.translated() and not entry.fuzzy}
    assert marked() - translated == set()


def test_no_polish_text_is_left_over() -> None:
    assert {entry.msgid for entry in catalogue()} - marked() == set()
    assert catalogue().obsolete_entries() == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for entry in catalogue():
        wanted = sorted(PLACEHOLDER.findall(entry.msgid))
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(text)) == wanted, entry.msgid


def test_what_is_compiled_is_what_is_written() -> None:
    compiled = {entry.msgid: entry for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    for entry in catalogue():
        twin = compiled[entry.msgid]
        assert (twin.msgstr, twin.msgstr_plural) == (entry.msgstr, entry.msgstr_plural)


@pytest.mark.parametrize(("language", "word"), [("pl", "Kontakty"), ("en", "Contacts")])
def test_people_read_the_panel_in_their_own_language(people: People, language: str, word: str) -> None:
    people.slave.user.language = language
    people.slave.user.save()
    with override("en"):
        page = people.slave.client.get("/", follow=True)
    assert f">{word}<" in re.sub(r"\s*([<>])\s*", r"\1", page.text)


def test_every_count_has_all_the_forms_that_polish_has() -> None:
    few = {entry.msgid: entry.msgstr_plural for entry in catalogue() if entry.msgid_plural and len(forms(entry)) < 4}
    assert few == {}


def forms(entry: polib.POEntry) -> list[str]:
    """Return the forms of a translation that depends on a number."""
    return [form for form in entry.msgstr_plural.values() if form]
