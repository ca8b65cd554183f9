"""What people are told: as each chose to hear of it, in their language, of their own account, and never twice."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts import balances, low_points, notices, points, tenants
from accounts.models import Account, Connection, Notice, User
from smspanel import clock, doorbell
from smspanel.providers.values import Balance
from tests.personas import People, Persona


def tell(*people: Persona, key: str = "FINISHED:1", kind: str = "FINISHED") -> None:
    """Note that a campaign ended."""
    users = [User.objects.get(pk=one.user.pk) for one in people]
    notices.note(kind, users, key=key, address="/campaigns/1/", name="Autumn", recipients=1200, points=3600)


def choose(persona: Persona, **chosen: object) -> None:
    """Choose how the persona hears of things."""
    User.objects.filter(pk=persona.user.pk).update(notice_choices=chosen)


def warn(account: Account, below: int) -> None:
    """Have the account's people told of points that run low."""
    Account.objects.filter(pk=account.pk).update(warn_below=below)
    account.refresh_from_db()


def mails() -> list[tuple[str, str]]:
    """Send what is due, and return who got what."""
    doorbell.run_all_due()
    return sorted((one.to[0], str(one.subject)) for one in mail.outbox)


def low() -> list[str]:
    """Return who was told of points that run low, once for each time."""
    return sorted(Notice.objects.filter(kind="LOW_POINTS").values_list("person__email", flat=True))


def test_news_of_a_kind_that_this_version_does_not_know_is_shown_all_the_same(slave: Persona) -> None:
    tell(slave)
    Notice.objects.update(kind="OF_BEFORE")
    assert "News: Autumn" in slave.client.get("/news/").content.decode()


@pytest.mark.parametrize(("way", "shown", "sent"), [("BOTH", 1, 1), ("PANEL", 1, 0), ("MAIL", 0, 1), ("NOT", 0, 0)])
def test_everybody_hears_of_it_as_they_chose(slave: Persona, way: str, shown: int, sent: int) -> None:
    choose(slave, FINISHED=way)
    tell(slave)
    assert (notices.shown_to(slave.user).count(), len(mails())) == (shown, sent)


def test_nobody_is_told_twice(slave: Persona) -> None:
    choose(slave, FINISHED="BOTH")
    tell(slave)
    tell(slave)
    notices.send(Notice.objects.get().pk)
    notices.send(Notice.objects.get().pk)
    assert len(mails()) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(person=slave.user, key="FINISHED:1", kind="FINISHED", address="/")


def test_what_is_rolled_back_is_not_told(slave: Persona) -> None:
    with transaction.atomic():
        tell(slave)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_it_is_written_in_the_language_of_who_reads_it(people: People) -> None:
    User.objects.filter(pk=people.slave.user.pk).update(language="pl")
    for one in (people.slave, people.master):
        choose(one, FINISHED="MAIL")
    tell(people.slave, people.master)
    doorbell.run_all_due()
    bodies = {one.to[0]: one.body for one in mail.outbox}
    assert "1,200" in bodies["master@example.com"]
    assert "1\xa0200" in bodies["slave@example.com"]


def test_masters_hear_of_slaves_only_when_they_chose_to(people: People) -> None:
    assert [one.email for one in notices.owners_of(people.slave.account)] == ["slave@example.com"]
    choose(people.master, SUBACCOUNTS=True)
    assert [one.email for one in notices.owners_of(people.slave.account)] == ["master@example.com", "slave@example.com"]
    assert [one.email for one in notices.owners_of(people.master.account)] == ["master@example.com"]


def test_low_points_are_told_once_until_they_rise(people: People) -> None:
    warn(people.slave.account, 500)
    for index, amount in enumerate((600, 100, -900, 900)):
        ends = (people.slave.account, people.master.account)
        source, target = ends if amount > 0 else ends[::-1]
        tenants.move_points(source=source, target=target, amount=abs(amount), key=f"k{index}")
    assert low() == ["slave@example.com"] * 2


def test_points_that_rose_by_themselves_are_noticed_in_time(slave: Persona) -> None:
    warn(slave.account, 900)
    held = points.hold(account=slave.account, points=500, key="h", subject="campaign:1")
    low_points.look_at_all()
    points.void_rest(hold=held, key="v")
    low_points.look_at_all()
    points.hold(account=slave.account, points=500, key="h2", subject="campaign:2")
    low_points.look_at_all()
    low_points.look_at_all()
    assert low() == ["slave@example.com"] * 2


def test_who_wants_no_warning_gets_none(slave: Persona) -> None:
    points.hold(account=slave.account, points=1_000, key="h", subject="campaign:1")
    low_points.look_at_all()
    assert low() == []


def test_staff_are_told_once_that_a_provider_runs_low(people: People) -> None:
    connection = Connection.objects.create(name="Somewhere", kind="serwersms", warn_below=100)
    for value in (99, 98, 200, 50):
        balances.keep(connection=connection, balance=Balance(items={"ECO": value}, raw=""))
    told = Notice.objects.filter(kind="LOW_PROVIDER")
    assert {one.person.email for one in told} == {people.staff.user.email}
    assert [one.details["value"] for one in told.order_by("pk")] == [99, 50]


def test_what_is_old_is_forgotten(slave: Persona) -> None:
    tell(slave)
    with clock.travel(days=91):
        notices.forget_old()
    assert not Notice.objects.exists()
