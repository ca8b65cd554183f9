"""Two sign-ins with one code at once: one gets in; and guesses at once are all counted."""

from __future__ import annotations

from functools import partial

import pytest

from accounts import second_factor
from accounts.models import RecoveryCode, SecondFactor
from tests.personas import People
from tests.races.together import meet_before, meet_without_locks, together
from tests.second_step import with_second_step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("locked", [True, False])
def test_one_code_signs_in_once(people: People, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    person = people.slave.user
    app, _codes = with_second_step(person)
    code = app.code()
    if locked:
        meet_before(monkeypatch, second_factor, "_use_code")
    else:
        meet_without_locks(monkeypatch, second_factor, "_use_code")
    check = partial(second_factor.check, person=person, code=code)
    assert sorted(together(check, check)) == [False, True]


def test_one_recovery_code_signs_in_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.slave.user
    _app, codes = with_second_step(person)
    meet_without_locks(monkeypatch, second_factor, "_use_recovery_code")
    check = partial(second_factor.check, person=person, code=codes[0])
    assert sorted(together(check, check)) == [False, True]
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


@pytest.mark.parametrize("locked", [True, False])
def test_wrong_codes_at_once_are_all_counted(people: People, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    person = people.slave.user
    app, _codes = with_second_step(person)
    lost = False
    if locked:
        meet_before(monkeypatch, second_factor, "_count_failure")
    else:
        lost = meet_without_locks(monkeypatch, second_factor, "_count_failure")
    check = partial(second_factor.check, person=person, code=app.wrong())
    assert together(check, check) == [False, False]
    assert SecondFactor.objects.get(person=person).failures == (1 if lost else 2)
