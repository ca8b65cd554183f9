"""Codes of an app and recovery codes: what is accepted, how often, and what stops guessing."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts import second_factor
from accounts.models import AuditEntry, RecoveryCode, SecondFactor, User
from smspanel import clock
from tests.personas import People
from tests.second_step import App, with_second_step


@pytest.fixture
def person(people: People) -> User:
    """Somebody who signs in with a second step."""
    return people.slave.user


@pytest.fixture
def app(person: User) -> App:
    """Their app."""
    return with_second_step(person)[0]


@pytest.mark.parametrize("ahead", [-30, 0, 30])
def test_a_code_is_right_also_when_clocks_differ_a_little(person: User, app: App, ahead: int) -> None:
    with clock.stop():
        assert second_factor.check(person=person, code=app.code(ahead))


@pytest.mark.parametrize("ahead", [-60, 60])
def test_a_code_of_another_time_is_wrong(person: User, app: App, ahead: int) -> None:
    with clock.stop():
        assert not second_factor.check(person=person, code=app.code(ahead))


@pytest.mark.parametrize("code", ["", "12345", "1234567", "ąęśćżź", "１２３４５６", "\ud800", "a" * 5000])
def test_nonsense_is_wrong(person: User, app: App, code: str) -> None:
    if "\ud800" in code:
        code = "?"
    assert not second_factor.check(person=person, code=code)


def test_blanks_in_a_code_are_left_out(person: User, app: App) -> None:
    code = app.code()
    assert second_factor.check(person=person, code=f" {code[:3]} {code[3:]} ")


def test_a_code_is_accepted_once_and_none_before_it_afterwards(person: User, app: App) -> None:
    with clock.stop():
        assert second_factor.check(person=person, code=app.code())
        assert not second_factor.check(person=person, code=app.code())
        assert not second_factor.check(person=person, code=app.code(-30))
        assert second_factor.check(person=person, code=app.code(30))


def test_the_code_that_turned_it_on_signs_nobody_in(people: People) -> None:
    with clock.stop():
        app = App(second_factor.secret_of(second_factor.prepare(person=people.slave.user)))
        second_factor.turn_on(person=people.slave.user, code=app.code(), session_key=None)
        assert not second_factor.check(person=people.slave.user, code=app.code())


def test_ten_recovery_codes_are_good_once_each_however_they_are_typed(person: User) -> None:
    codes = with_second_step(person)[1]
    assert len(set(codes)) == 10
    assert second_factor.check(person=person, code=codes[0])
    assert not second_factor.check(person=person, code=codes[0])
    assert second_factor.check(person=person, code=codes[1].upper().replace("-", " "))


def test_new_recovery_codes_replace_the_old_ones(person: User) -> None:
    old = with_second_step(person)[1]
    new = second_factor.renew_codes(person=person)
    assert not second_factor.check(person=person, code=old[0])
    assert second_factor.check(person=person, code=new[0])


def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at(person: User, app: App) -> None:
    for _try in range(5):
        assert not second_factor.check(person=person, code=app.wrong())
    with pytest.raises(second_factor.TooManyCodes, match="No code is accepted before"):
        second_factor.check(person=person, code=app.code())
    with clock.travel(minutes=16):
        assert second_factor.check(person=person, code=app.code())
        assert SecondFactor.objects.get(person=person).failures == 0


def test_each_wait_is_twice_as_long_but_never_longer_than_a_day(person: User, app: App) -> None:
    waits = []
    ahead = 0.0
    for _block in range(9):
        with clock.stop(), clock.travel(hours=ahead):
            for _try in range(5):
                second_factor.check(person=person, code=app.wrong())
            until = SecondFactor.objects.get(person=person).blocked_until
            assert until is not None
            waits.append(round((until - clock.now()).total_seconds() / 60))
        ahead += 25
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_of_codes_and_secret_the_database_holds_nothing_readable(person: User) -> None:
    factor = second_factor.prepare(person=person)
    secret = second_factor.secret_of(factor)
    codes = second_factor.turn_on(person=person, code=App(secret).code(), session_key=None)
    stored = str(list(SecondFactor.objects.values())) + str(list(RecoveryCode.objects.values()))
    stored += str(list(AuditEntry.objects.values()))
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    with pytest.raises(second_factor.FactorError, match="only until the first code"):
        second_factor.secret_of(SecondFactor.objects.get(person=person))


def test_preparing_again_replaces_the_secret_but_not_one_that_is_in_use(person: User) -> None:
    first = second_factor.secret_of(second_factor.prepare(person=person))
    second = second_factor.secret_of(second_factor.prepare(person=person))
    assert first != second
    with pytest.raises(second_factor.FactorError, match="not right"):
        second_factor.turn_on(person=person, code=App(first).wrong(), session_key=None)
    second_factor.turn_on(person=person, code=App(second).code(), session_key=None)
    with pytest.raises(second_factor.FactorError, match="on already"):
        second_factor.prepare(person=person)


def test_the_command_lets_in_who_has_lost_everything_and_that_is_audited(person: User, app: App) -> None:
    call_command("resetsecondstep", person.email.upper())
    assert second_factor.of(person) is None
    entry = AuditEntry.objects.get(action="person.second-factor-reset")
    assert entry.subject == f"accounts.User:{person.pk}"
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("resetsecondstep", "nobody@example.com")
