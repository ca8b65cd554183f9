"""What pip-audit answers is understood: faults fail, and what could not be asked is said."""

from __future__ import annotations

from tests import audit

ANSWER = {
    "dependencies": [
        {"name": "good", "version": "1.0", "vulns": []},
        {"name": "bad", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]},
        {"name": "unknown", "skip_reason": "Dependency not found on PyPI"},
    ]
}


def test_a_known_fault_is_named_and_an_unknown_package_is_not_one() -> None:
    assert audit.read(ANSWER) == (["bad 2.0: PYSEC-1"], ["unknown"])
