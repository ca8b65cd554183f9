"""Reports of some days: every way to look at them adds up to the same, for whoever may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Account, Download
from campaigns import counting, orders, summaries
from campaigns.models import CostCentre, Message, MessageCount, Recount, Variant
from campaigns.orders import Order
from campaigns.summaries import By, Line
from smspanel import clock, doorbell
from tests.campaigns.sending import PRICE, Sending, number
from tests.personas import People

TEN = [number(index) for index in range(10)]


@pytest.fixture
def sent(sending: Sending) -> Sending:
    """A campaign to ten on a cost centre, one of whom does not exist, and two single messages."""
    centre = CostCentre.objects.create(account=sending.account, name="Shop")
    sending.send([sending.group([*TEN[:9], number(10, "02")])], cost_centre=centre, text="a" * 161)
    account = Account.objects.get(pk=sending.account.pk)
    for one in TEN[:2]:
        order = Order(name="API", text="Hello", variant=Variant.ECO)
        orders.single(account=account, to=one, order=order, key=None)
    doorbell.run_all_due()
    with clock.travel(seconds=10):
        doorbell.run_all_due()
    return sending


def labels(by: By) -> dict[str, int]:
    """Return how many messages each line has."""
    return {line.label: line.messages for line in summaries.lines(MessageCount.objects.all(), by)}


@pytest.mark.parametrize("by", By)
def test_every_way_to_look_at_it_adds_up_to_the_same(sent: Sending, by: By) -> None:
    total = summaries.total(summaries.lines(MessageCount.objects.all(), by))
    assert (total.messages, total.sent, total.delivered, total.not_delivered) == (12, 12, 11, 1)
    assert (total.parts, total.points, total.unconfirmed) == (22, 22 * PRICE, 0)


def test_each_line_is_called_by_its_name(sent: Sending) -> None:
    assert labels(By.ACCOUNT) == {sent.account.name: 12}
    assert labels(By.COST_CENTRE) == {"Shop": 10, "none": 2}
    assert labels(By.OPERATOR) == {"Orange": 12}
    assert labels(By.CAMPAIGN) == {"Test": 10, "Single messages": 2}
    assert labels(By.SENDER) == {"ECO": 12}


def test_points_that_came_back_are_taken_off() -> None:
    line = Line("x")
    for state in ("DELIVERED", "REJECTED", "FAILED", "EXCLUDED"):
        line.add(state, 1, 1, 3)
    assert (line.messages, line.sent, line.not_sent, line.parts, line.points) == (4, 2, 2, 2, 3)


def test_a_long_list_ends_with_the_sum_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "MOST", 3)
    found = [Line(str(index), messages=index) for index in range(6)]
    shown = summaries.shortened(found)
    assert [line.label for line in shown] == ["0", "1", "4 others"]
    assert shown[-1].messages == 2 + 3 + 4 + 5


def page(persona: Any, **asked: str) -> str:
    """Return the page of reports."""
    answer = persona.client.get("/reports/", asked)
    assert answer.status_code == 200
    content: str = answer.content.decode()
    return content


@pytest.mark.parametrize("by", By.values)
def test_the_page_shows_it_to_whoever_may_see_it(sent: Sending, people: People, by: str) -> None:
    for who in (people.slave, people.master, people.staff):
        assert who.client.get("/reports/", {"by": by}).context["total"].parts == 22
    assert "Nothing was sent on these days." in page(people.stranger, by=by)


@pytest.mark.parametrize("nonsense", ["0001-01-01", "9999-12-31", "yesterday", "2026-02-30"])
def test_days_that_make_no_sense_are_as_if_not_said(people: People, nonsense: str) -> None:
    assert "Nothing was sent" in page(people.slave, since=nonsense)
    assert "Nothing was sent" in page(people.slave, until=nonsense)


def test_days_and_kinds_are_chosen(sent: Sending, people: People) -> None:
    yesterday = (localdate() - timedelta(days=1)).isoformat()
    assert "Nothing was sent" in page(people.slave, until=yesterday)
    answer = people.slave.client.get("/reports/", {"only_kind": "singles"})
    assert answer.context["total"].messages == 2
    assert "Nothing was sent" in page(people.slave, only_variant="PRO")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_taken_home_as_it_is_shown(sent: Sending, people: People, kind: str) -> None:
    answer = people.slave.client.get(f"/reports/{kind}/", {"by": "operator"})
    assert answer.status_code == 200
    if kind == "csv":
        assert f"All,12,12,11,1,0,0,22,{22 * PRICE}" in answer.content.decode()
    assert people.slave.client.get("/reports/exe/").status_code == 404


@pytest.mark.parametrize("kind", ["campaigns", "singles", "replies"])
def test_everything_of_these_days_is_made_as_a_file(sent: Sending, people: People, kind: str) -> None:
    answer = people.slave.client.post(f"/reports/file/{kind}/", {"since": "2026-01-01", "until": "2026-01-31"})
    doorbell.run_all_due()
    download = Download.objects.latest("pk")
    assert answer["Location"].endswith(f"/{download.pk}/")
    assert download.status == Download.Status.READY
    assert people.staff.client.post(f"/reports/file/{kind}/").status_code == 404


def test_the_page_does_not_look_at_messages(sent: Sending, people: People) -> None:
    Message.objects.filter(msisdn=TEN[0]).update(state="EXPIRED")
    assert Recount.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        assert "counted again" in page(people.slave)
    assert not any('"campaigns_message"' in query["sql"] for query in queries)
    counting.run()
    assert "counted again" not in page(people.slave)
