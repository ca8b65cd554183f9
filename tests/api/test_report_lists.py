"""/report/list: sendings and single messages in rows (JS-95)."""

from __future__ import annotations

import pytest

from campaigns.models import Campaign
from smspanel.api import report_fields
from tests.api.calling import Software, deliver, message
from tests.api.reporting import DELIVERED, REFUSED, UNDELIVERED, day, send, today
from tests.campaigns.sending import Sending


def names(software: Software, path: str) -> list[str]:
    """Return the names of the bulks that are listed, as they were ordered."""
    rows = software.get(f"report/list/reportBulks/{today(software)}/{path}")
    return [row["bulkName"].rpartition("_")[0] for row in rows]


def count(software: Software, query: str = "") -> int:
    """Return how many bulks are listed."""
    told: int = software.get(f"report/list/reportBulksCount/{today(software)}{query}")
    return told


def test_js_95_bulks_are_listed_in_rows_newest_first(software: Software, sending: Sending) -> None:
    for name in ("One", "Two", "Three"):
        send(software, name=name)
    assert names(software, "0/10") == ["Three", "Two", "One"]
    assert names(software, "1/1") == ["Two"]
    assert names(software, "3/10") == names(software, "0/0") == []
    assert count(software) == 3
    assert software.get(f"report/list/reportBulksCount/{day(software.account, 1)}/{day(software.account, 1)}") == 0


def test_js_95_bulks_are_filtered_by_id_name_and_sender(software: Software, sending: Sending) -> None:
    own = send(software, name="Spring sale")
    send(software, name="Autumn 100%", bulkVariant="PRO", **{"from": "Shop"})
    for query, found in (
        (f"?id={own}", ["Spring sale"]),
        ("?name=SALE", ["Spring sale"]),
        ("?name=100%25", ["Autumn 100%"]),
        ("?sender=shop", ["Autumn 100%"]),
        ("?sender=ECO", ["Spring sale"]),
        ("?id=0&name=&sender=", ["Autumn 100%", "Spring sale"]),
        (f"?id={own}&sender=Shop", []),
    ):
        assert names(software, f"0/10{query}") == found, query
        assert count(software, query) == len(found), query


def test_js_95_at_most_a_thousand_rows_are_answered(
    software: Software, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert report_fields.MOST_ROWS == 1_000
    monkeypatch.setattr(report_fields, "MOST_ROWS", 1)
    for name in ("One", "Two"):
        send(software, name=name)
    assert names(software, "0/2000000000") == ["Two"]


@pytest.mark.parametrize("rows", ["-1/10", "0/-1", "x/10", f"{10**30}/10", "0/1.5"])
def test_321_rows_that_make_no_sense_are_refused(software: Software, rows: str) -> None:
    assert software.error("GET", f"report/list/reportBulks/{today(software)}/{rows}")[0] == 321
    assert software.error("GET", f"report/list/reportSingleBulks/{today(software)}/{rows}")[0] == 321


def test_js_95_400_days_that_make_no_sense_are_refused(software: Software) -> None:
    for path in (
        "reportBulks/x/2026-01-01/0/1",
        "reportBulksCount/2026-01-02/2026-01-01",
        "reportSingleBulksCount/1/2",
    ):
        assert software.error("GET", f"report/list/{path}")[0] == 400


def test_js_95_single_messages_are_counted_by_day_and_sender(software: Software, sending: Sending) -> None:
    for to in (DELIVERED, UNDELIVERED, REFUSED):
        software.post("message/send", message(to=to))
    software.post("message/send", message(bulkVariant="PRO", **{"from": "INFO"}))
    send(software)
    deliver()
    eco, named = software.get(f"report/list/reportSingleBulks/{today(software)}/0/10")
    account = software.account
    whose = {"sendDay": day(account), "email": account.email, "accountType": "SLAVE", "sender": "ECO"}
    counts = {"sent": 2, "notSent": 1, "delivered": 1, "notDelivered": 1, "points": 6}
    assert eco == whose | counts | {"grossCost": None, "voiceDuration": None}
    assert (named["sender"], named["sent"], named["points"]) == ("INFO", 1, 7)
    assert software.get(f"report/list/reportSingleBulksCount/{today(software)}") == 2
    assert software.get(f"report/list/reportSingleBulksCount/{today(software)}?sender=info") == 1
    assert software.get(f"report/list/reportSingleBulks/{today(software)}/1/1") == [named]


def test_js_95_the_day_of_a_single_message_is_one_of_the_accounts_zone(software: Software, sending: Sending) -> None:
    software.post("message/send", message())
    Campaign.objects.update(created_at="2026-07-31T22:30:00Z")
    (told,) = software.get("report/list/reportSingleBulks/2026-07-01/2026-08-31/0/10")
    assert told["sendDay"] == "2026-08-01"


def test_js_95_a_master_may_ask_for_the_single_messages_of_its_subaccount(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    software.post("message/send", message())
    path = f"report/list/reportSingleBulks/{today(software)}/0/10"
    assert masters.get(path) == []
    (told,) = masters.get(f"{path}?id={software.account.pk}")
    assert (told["email"], told["accountType"]) == (software.account.email, "SLAVE")
    assert software.get(f"{path}?id={software.account.pk}") == software.get(path) == [told]
    foreign = strangers.call("GET", f"{path}?id={software.account.pk}")
    assert foreign == strangers.call("GET", f"{path}?id=999999")
    assert foreign["errorId"] == 105


def test_302_a_list_that_is_too_long_for_one_answer_is_refused(
    software: Software, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_fields, "MOST_UNPAGED", 1)
    for _time in range(2):
        assert len(software.get(f"report/{today(software)}")) < 2
        send(software)
    assert software.error("GET", f"report/{today(software)}") == (302, "LIMIT_EXCEEDED")


def test_strangers_see_no_rows(software: Software, strangers: Software, sending: Sending) -> None:
    own = send(software)
    software.post("message/send", message())
    assert names(strangers, f"0/10?id={own}") == []
    assert strangers.get(f"report/list/reportSingleBulks/{today(strangers)}/0/10") == []
