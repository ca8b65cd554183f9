"""/wwwReport: old names of lists (JS-57, JS-96)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Account, Connection
from campaigns.models import Campaign, Prefix, Reply
from smspanel import clock
from tests.api.calling import Software, bulk
from tests.api.reporting import send, today
from tests.campaigns.sending import Sending
from tests.personas import People

REPLIES = "wwwReport/retrieveResponseMessages"


def answer(account: Account, text: str, msisdn: str, prefix: Prefix | None = None) -> None:
    """Store a reply."""
    connection, _created = Connection.objects.get_or_create(name="Nowhere", kind="serwersms")
    whose = {"connection": connection, "account": account, "msisdn": msisdn, "prefix": prefix}
    sent_to = "" if prefix else "4777"
    Reply.objects.create(digest=text, text=text, sent_to=sent_to, received_at=clock.now(), **whose)


@pytest.fixture
def answers(people: People) -> Prefix:
    """Three replies to the slave, oldest first A, B, C, and one to a stranger."""
    prefix = Prefix.objects.create(name="TUDORS")
    answer(people.slave.account, "A", "48500100203", prefix)
    answer(people.slave.account, "B", "48500100201")
    answer(people.slave.account, "C", "48500100202", prefix)
    answer(people.stranger.account, "X", "48500100200", prefix)
    return prefix


def texts(software: Software, path: str) -> str:
    """Return the replies that are listed, in one word."""
    return "".join(row["message"] for row in software.get(f"{REPLIES}{path}"))


def test_js_57_replies_are_counted_and_listed_newest_first(software: Software, answers: Prefix) -> None:
    assert software.get("wwwReport/retrieveCountResponseMessages") == 3
    assert texts(software, "") == "CBA"
    assert texts(software, "?startRow=1&countRow=1") == "B"
    newest, _second, _third = software.get(REPLIES)
    assert set(newest) == {"prefix", "message", "la", "msisdn", "userId", "createDate"}
    assert (newest["prefix"], newest["la"], newest["userId"]) == ("TUDORS", "4777", software.account.pk)


@pytest.mark.parametrize(
    "path, found",
    [
        ("1/2", "CB"),
        ("2/2", "A"),
        ("0/2", "CB"),
        ("1/9?order=0", "ABC"),
        ("1/9?sort=msisdn&order=0", "BCA"),
        ("1/9?sort=message&order=1", "CBA"),
        ("1/9?prefix=tudors", "CA"),
        ("1/9?prefix=4777", "B"),
        ("1/9?prefix=other", ""),
    ],
)
def test_js_57_replies_are_paged_sorted_and_filtered(
    software: Software, answers: Prefix, path: str, found: str
) -> None:
    assert texts(software, f"Pagin/{path}") == found


def test_js_57_a_master_may_ask_for_the_replies_of_its_subaccount(
    software: Software, masters: Software, strangers: Software, answers: Prefix
) -> None:
    own = f"Pagin/1/9?id={software.account.pk}"
    assert (texts(masters, ""), texts(masters, own), texts(strangers, "")) == ("", "CBA", "X")
    assert strangers.error("GET", f"{REPLIES}{own}")[0] == 105
    assert software.error("GET", f"{REPLIES}Pagin/1/9?id={masters.account.pk}")[0] == 102


@pytest.mark.parametrize(
    "query", ["sort=account__email", "sort=-pk", "order=2", "order=up", "id=x", f"id={10**30}", "prefix=%00"]
)
def test_js_57_nothing_but_the_listed_fields_sorts_and_filters(software: Software, query: str) -> None:
    assert software.error("GET", f"{REPLIES}Pagin/1/9?{query}")[0] == 321


def test_js_96_what_is_under_way_is_listed_until_it_ends(
    software: Software, strangers: Software, sending: Sending
) -> None:
    send(software, name="Over")
    later = (clock.now() + timedelta(days=1)).isoformat()
    for name in ("B", "A"):
        software.post("bulk/send", bulk(name=name, sendDate=later))
    listed = {
        path: "".join(row["bulkName"][0] for row in software.get(f"wwwReport/bulksDuringSend{path}"))
        for path in ("/0/9", "/1/1", "Pagin/1/9", "Pagin/2/1", "Pagin/1/9?sort=name&order=0")
    }
    assert list(listed.values()) == ["AB", "B", "AB", "B", "AB"]
    assert software.get("wwwReport/bulksDuringSendCount") == 2
    assert strangers.get("wwwReport/bulksDuringSend/0/9") == []
    assert strangers.get("wwwReport/bulksDuringSendCount") == 0


def test_js_96_bulks_of_days_are_paged_sorted_and_filtered(software: Software, sending: Sending) -> None:
    send(software, "48500000100", "48500000200", name="B")
    send(software, name="A", bulkVariant="PRO", **{"from": "Shop"})
    send(software, name="C")
    path = f"wwwReport/list/reportBulksPagin/{today(software)}"
    for query, found in (
        ("1/9", "CAB"),
        ("2/2", "B"),
        ("1/9?sort=name&order=0", "ABC"),
        ("1/9?sort=sender&order=1", "ACB"),
        ("1/9?sort=sendDate&order=0", "BAC"),
        ("1/9?sort=bulkSize&order=1", "BCA"),
        ("1/9?sort=id&order=0&sender=eco", "BC"),
        ("1/9?name=a", "A"),
        (f"1/9?id={Campaign.objects.get(name='B').pk}", "B"),
    ):
        assert "".join(row["bulkName"][0] for row in software.get(f"{path}/{query}")) == found, query
    assert software.error("GET", f"{path}/1/9?sort=hold__amount")[0] == 321
