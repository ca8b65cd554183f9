"""No cell of an export is a formula to an office program (G14): LibreOffice opens what people download."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from contacts.models import BlacklistEntry, Contact
from tests import proof
from tests.contacts.test_exports import BAD, FORMATS
from tests.panel.sheets import exported
from tests.personas import Persona

pytestmark = pytest.mark.crash
TEXTS: Final = [text.replace("\0", "\1") for text in BAD]
NAMES: Final = ("first_name", "middle_name", "last_name", *(f"note_{number}" for number in range(1, 11)))
EVALUATE: Final = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,0,true"
"""Commas, quotes, UTF-8; numbers are recognized and formulas evaluated, as somebody may have chosen."""


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files apart from those of other tests."""
    settings.DATA_DIR = tmp_path


def opened(content: bytes, form: str, folder: Path) -> str:
    """Let LibreOffice open a file and write down, as XML, what it holds then."""
    (folder / f"people.{form}").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "fods"]
    command += [EVALUATE] if form == "csv" else []
    subprocess.run([*command, "--outdir", folder, folder / f"people.{form}"], check=True, capture_output=True)
    return (folder / "people.fods").read_text()


def formulas(document: str) -> list[str]:
    """Return the formulas of a document's cells."""
    return re.findall(r'table:formula="([^"]*)"', document)


@pytest.mark.parametrize("form", FORMATS)
def test_no_cell_is_a_formula_and_every_number_a_text(slave: Persona, tmp_path: Path, form: str) -> None:
    account, numbers = slave.account, [f"4850010{index:04}" for index in range(len(TEXTS))]
    rows = list(enumerate(zip(numbers, TEXTS, strict=True)))
    Contact.objects.bulk_create(
        Contact(
            account=account,
            msisdn=number,
            **{name: TEXTS[(n + shift) % len(TEXTS)] for shift, name in enumerate(NAMES)},
        )
        for n, (number, _text) in rows
    )
    BlacklistEntry.objects.bulk_create(
        BlacklistEntry(account=account, msisdn=one, reason=text) for _n, (one, text) in rows
    )
    cells, found = 0, []
    for address in ("/contacts/contact/export/", "/contacts/blacklistentry/export/"):
        document = opened(exported(slave, address, form), form, tmp_path)
        cells += document.count("<table:table-cell")
        found += formulas(document)
        assert [number for number in numbers if number not in document] == []
    assert found == []
    what = f"texts that begin like formulas, exported as {form.upper()} and opened by LibreOffice"
    proof.record("G14", what, beginnings=len(TEXTS), columns=len(NAMES) + 1, cells=cells, formulas=len(found))


def test_the_office_would_tell(tmp_path: Path) -> None:
    assert formulas(opened(b"Phone,Note\n48500100200,=1+1\n", "csv", tmp_path)) == ["of:=1+1"]
