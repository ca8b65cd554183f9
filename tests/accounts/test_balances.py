"""What is left at the providers is asked for seldom, kept for a while, and found low in time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts import balances
from accounts.models import Connection, ConnectionBalance
from smspanel import clock
from smspanel.providers.values import Balance
from smspanel.simulator import Simulator
from tests.accounts.providers import connect
from tests.providers.scripted import Scripted, answer

ASK = "/account/limits.json"


def keep(connection: Connection, *values: str, every: timedelta = timedelta(days=1)) -> None:
    """Store balances up to now."""
    for back, value in enumerate(reversed(values)):
        ConnectionBalance.objects.create(
            connection=connection, name="ECO", value=Decimal(value), at=clock.now() - back * every
        )


def asked(simulator: Simulator) -> int:
    """Return how often the simulated provider was asked."""
    return sum(entry["path"] == ASK for entry in simulator.journal())


def test_active_connections_are_asked_and_the_answers_kept(db: None, simulator: Simulator) -> None:
    simulator.settings("serwersms", full_limit=500)
    made = connect(simulator.url("serwersms"), token="sim-token")
    balances.ask_all()
    assert dict(made.balances.values_list("name", "value")) == {"ECO": None, "FULL": Decimal(500)}


def test_nobody_is_asked_twice_within_an_hour(db: None, simulator: Simulator) -> None:
    connect(simulator.url("serwersms"), token="sim-token")
    for minutes in (0, 1, 59, 61):
        with clock.travel(minutes=minutes):
            balances.ask_all()
    assert asked(simulator) == 2


@pytest.mark.parametrize("fields", [{"is_active": False}, {"blocked_until": clock.now() + timedelta(hours=1)}])
def test_a_connection_that_is_not_used_is_not_asked(db: None, simulator: Simulator, fields: dict[str, object]) -> None:
    connect(simulator.url("serwersms"), token="sim-token", **fields)
    balances.ask_all()
    assert asked(simulator) == 0


def test_a_provider_that_fails_does_not_keep_the_others_from_being_asked(
    db: None, simulator: Simulator, server: Scripted
) -> None:
    server.script(answer(500, "<html>"))
    broken = connect(server.url, name="A broken one")
    unreadable = connect(simulator.url("serwersms"), name="B unreadable")
    Connection.objects.filter(pk=unreadable.pk).update(sealed_credentials="nonsense")
    good = connect(simulator.url("serwersms"), name="C", token="sim-token")
    balances.ask_all()
    assert set(ConnectionBalance.objects.values_list("connection", flat=True)) == {good.pk}
    for one in (broken, unreadable):
        one.refresh_from_db()
        assert one.last_error


def test_a_provider_that_cannot_be_reached_is_asked_again_and_that_is_no_trouble(db: None) -> None:
    made = connect("http://127.0.0.1:9")
    for _ in range(2):
        balances.ask_all()
    made.refresh_from_db()
    assert (made.last_error, made.calls.count()) == ("", 2)


def test_a_figure_that_no_column_holds_is_left_out(db: None) -> None:
    made = connect("")
    odd: dict[str, int | Decimal | None] = {"A": Decimal("NaN"), "B": Decimal("1e30"), "C": Decimal("Infinity"), "D": 7}
    balances.keep(connection=made, balance=Balance(odd, ""))
    assert dict(made.balances.values_list("name", "value")) == {"D": Decimal(7)}


@pytest.mark.parametrize(
    "values, warn_below, low",
    [
        (("100",), None, False),
        (("100",), "100", False),
        (("99.9",), "100", True),
        (("500", "200", "500"), "300", False),
        (("90", "60", "30"), None, True),
        (("900", "860", "820"), None, False),
    ],
    ids=["alone", "at-the-threshold", "below", "topped-up", "used-up-tomorrow", "used-up-in-weeks"],
)
def test_a_balance_is_low_below_the_threshold_or_soon_used_up(
    db: None, values: tuple[str, ...], warn_below: str | None, low: bool
) -> None:
    made = connect("", warn_below=Decimal(warn_below) if warn_below else None)
    keep(made, *values)
    (left,) = balances.left([made])
    assert (left.value, left.is_low) == (Decimal(values[-1]), low)


def test_only_the_last_seven_days_count(db: None) -> None:
    made = connect("")
    keep(made, "9000", "100", "100", "100", every=timedelta(days=3))
    (left,) = balances.left([made])
    assert left.used_up_at is None


def test_sentences_say_what_is_left_and_the_threshold(db: None) -> None:
    made = connect("", warn_below=Decimal("1000.0000"))
    keep(made, "120.5000")
    (left,) = balances.left([made])
    assert left.sentence == "ECO: 120.5 left (below 1,000)"


def test_old_balances_are_forgotten(db: None) -> None:
    keep(connect(""), "3", "2", "1", every=timedelta(days=50))
    balances.forget_old()
    assert set(ConnectionBalance.objects.values_list("value", flat=True)) == {Decimal(1), Decimal(2)}
