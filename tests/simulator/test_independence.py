"""The simulator shares nothing with the panel, so that a common misreading cannot pass unnoticed."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import smspanel.simulator

FILES = sorted(Path(smspanel.simulator.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_imports_only_itself_and_the_standard_library(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            own = name == "smspanel.simulator" or name.startswith("smspanel.simulator.")
            assert own or name.partition(".")[0] in sys.stdlib_module_names, name
