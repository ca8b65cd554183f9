"""/report: what became of bulks and messages (JS-34, JS-42, JS-56, JS-83, JS-90 to JS-94)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Connection
from campaigns.models import Campaign, Message, Prefix, Reply, Variant
from smspanel import clock, doorbell
from smspanel.providers.justsend import wire
from smspanel.providers.values import Outgoing, Submission
from tests.api.calling import Software, bulk, deliver, message
from tests.api.reporting import DELIVERED, REFUSED, SILENT, UNDELIVERED, day, send, today
from tests.campaigns.sending import Sending
from tests.personas import People

FIELDS = {
    *("message", "sentByOperator", "deliveredByOperator", "notSentByOperator", "notDelivered", "notSent", "bulkName"),
    *("bulkCostInPoints", "from", "sent", "delivered", "bulkId", "bulkStatus", "estimatedEndDate", "bulkSize"),
    *("dayPriceInPoints", "duration", "busy", "noAnswer", "undeliverable", "voiceLanguage", "voiceDuration"),
    *("sendDate", "reportGenerated", "personalizedMessage", "grossCost", "nettCost", "bulkReturnPoints"),
}


def test_js_90_a_report_counts_where_messages_stand_also_by_operator(software: Software, sending: Sending) -> None:
    own = send(software, DELIVERED, UNDELIVERED, REFUSED, SILENT)
    told = software.get(f"report/{own}")
    assert set(told) == FIELDS
    assert [told[name] for name in ("bulkSize", "sent", "delivered", "notDelivered", "notSent")] == [4, 3, 1, 1, 1]
    assert told["sentByOperator"] == {"POLAND_ERA": 0, "POLAND_ORANGE": 3}
    assert told["deliveredByOperator"] == {"POLAND_ERA": 0, "POLAND_ORANGE": 1}
    assert told["notSentByOperator"] == {"POLAND_ERA": 1, "POLAND_ORANGE": 0}
    assert (told["bulkStatus"], told["message"], told["from"], told["duration"]) == (
        *("FINISHED_INCOMPLETE", "Hello", "ECO", 0),
    )


def test_js_90_the_network_that_a_report_names_overrules_the_range(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk(to=["48722000100"]))["id"]
    doorbell.run_all_due()
    assert software.get(f"report/{own}")["sentByOperator"] == {"POLAND_PLUS": 1}
    deliver()
    assert software.get(f"report/{own}")["sentByOperator"] == {"POLAND_ORANGE": 1}


def test_js_83_points_are_held_then_spent_or_returned(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk(to=[DELIVERED, REFUSED]))["id"]
    before = software.get(f"report/{own}")
    assert (before["bulkCostInPoints"], before["bulkReturnPoints"], before["dayPriceInPoints"]) == (6, 0, 3)
    assert (before["bulkStatus"], before["sent"], before["notSent"]) == ("TO_SEND", 0, 2)
    deliver()
    after = software.get(f"report/{own}")
    assert (after["bulkCostInPoints"], after["bulkReturnPoints"]) == (3, 3)
    assert (after["grossCost"], after["nettCost"]) == (None, None)


def test_js_90_a_cancelled_bulk_was_sent_to_nobody(software: Software, sending: Sending) -> None:
    own = software.post("bulk/send", bulk(sendDate=(clock.now() + timedelta(days=1)).isoformat()))["id"]
    software.put(f"bulk/cancel/{own}")
    doorbell.run_all_due()
    told = software.get(f"report/{own}")
    assert (told["bulkStatus"], told["sent"], told["notSent"]) == ("CANCELED", 0, 2)
    assert (told["bulkCostInPoints"], told["bulkReturnPoints"], told["sentByOperator"]) == (0, 6, {})


def test_js_42_only_calls_tell_about_calls(software: Software, sending: Sending) -> None:
    own = send(software, DELIVERED, UNDELIVERED)
    assert software.get(f"report/{own}")["undeliverable"] is None
    Campaign.objects.filter(pk=own).update(variant=Variant.VOICE, language="POLISH")
    told = software.get(f"report/{own}")
    assert (told["undeliverable"], told["voiceLanguage"]) == (1, "POLISH")
    assert (told["busy"], told["noAnswer"], told["voiceDuration"]) == (None, None, None)


def test_js_91_a_day_has_the_bulks_that_were_made_or_start_on_it(software: Software, sending: Sending) -> None:
    now = send(software)
    start = clock.now() + timedelta(days=3)
    later = software.post("bulk/send", bulk(sendDate=start.isoformat()))["id"]
    account = software.account
    days = {ahead: f"report/{day(account, ahead)}/{day(account, ahead)}" for ahead in (-1, 0, 3)}
    found = {ahead: [row["bulkId"] for row in software.get(path)] for ahead, path in days.items()}
    assert found == {-1: [], 0: [later, now], 3: [later]}


def test_js_91_a_day_is_one_of_the_accounts_zone(software: Software, sending: Sending) -> None:
    own = send(software)
    Campaign.objects.filter(pk=own).update(created_at="2026-07-31T22:30:00Z", start_at=None)
    assert software.get("report/2026-07-31/2026-07-31") == []
    assert [row["bulkId"] for row in software.get("report/2026-08-01/2026-08-01")] == [own]
    software.account.time_zone = "UTC"
    software.account.save()
    assert [row["bulkId"] for row in software.get("report/2026-07-31/2026-07-31")] == [own]


@pytest.mark.parametrize(
    "days",
    [
        *("2026-8-1/2026-08-02", "2026-08-01/soon", "2026-02-30/2026-03-01", "2026-08-02/2026-08-01"),
        *("0001-01-01/2026-08-01", "2026-08-01/9999-12-31", "2026-W01-1/2026-W02", "2026-08-01%00/2026-08-01"),
    ],
)
def test_400_a_bad_day_is_refused(software: Software, days: str) -> None:
    code, _word = software.error("GET", f"report/{days}")
    assert code == (321 if "%00" in days else 400)


def test_js_91_single_messages_and_drafts_are_no_bulks(software: Software, sending: Sending) -> None:
    single = Message.objects.get(pk=software.post("message/send", message()))
    draft = sending.draft([sending.group([DELIVERED])])
    assert software.get(f"report/{today(software)}") == []
    for campaign_id in (single.campaign_id, draft.pk):
        assert software.error("GET", f"report/{campaign_id}") == (103, "NOT_FOUND")


def test_js_18_a_strangers_bulk_is_reported_like_a_missing_one(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    own = send(software)
    missing = strangers.call("GET", "report/999999")
    assert strangers.call("GET", f"report/{own}") == masters.call("GET", f"report/{own}") == missing
    assert strangers.call("GET", f"report/getBulkFile/{own}") == missing
    assert strangers.call("GET", f"report/{10**30}") == missing
    assert strangers.get(f"report/{today(strangers)}") == []


def test_js_92_a_master_reads_the_reports_of_its_subaccount(
    software: Software, masters: Software, sending: Sending
) -> None:
    own, slave = send(software), software.account
    (told,) = masters.post(f"report/subaccount/{slave.pk}")
    assert set(told) == FIELDS | {"slaveEmail"}
    assert (told["bulkId"], told["slaveEmail"]) == (own, slave.email)
    assert masters.post(f"report/subaccount/{slave.pk}?from={day(slave, 1)}&to={day(slave, 1)}") == []
    assert masters.error("POST", f"report/subaccount/{slave.pk}?from=soon")[0] == 400
    with clock.travel(days=31):
        assert masters.post(f"report/subaccount/{slave.pk}") == []
        assert masters.post(f"report/subaccount/{slave.pk}?from={day(slave, -31)}")


def test_js_92_nobody_elses_subaccount_is_reported(
    software: Software, masters: Software, strangers: Software, sending: Sending
) -> None:
    path = f"report/subaccount/{software.account.pk}"
    assert software.error("POST", path)[0] == 102
    assert strangers.call("POST", path) == strangers.call("POST", "report/subaccount/999999")
    assert strangers.error("POST", path)[0] == 105
    assert masters.error("POST", f"report/subaccount/{masters.account.pk}")[0] == 105


def test_js_94_a_single_message_is_counted_by_its_id_and_by_days(
    software: Software, strangers: Software, sending: Sending
) -> None:
    ids = [software.post("message/send", message(to=to)) for to in (DELIVERED, UNDELIVERED, REFUSED)]
    deliver()
    names = ("messageId", "sent", "delivered", "notDelivered", "notSent", "bulkCostInPoints", "from")
    expected = [(ids[0], 1, 1, 0, 0, 3, "ECO"), (ids[1], 1, 0, 1, 0, 3, "ECO"), (ids[2], 0, 0, 0, 1, 0, "ECO")]
    told = [software.get(f"report/message/{one}") for one in ids]
    assert [tuple(row[name] for name in names) for row in told] == expected
    assert software.get(f"report/message/{today(software)}") == told[::-1]
    assert strangers.error("GET", f"report/message/{ids[0]}") == (103, "NOT_FOUND")
    assert strangers.get(f"report/message/{today(strangers)}") == []


def test_js_34_a_file_is_told_while_it_is_read_and_after(software: Software, sending: Sending) -> None:
    path = "bulk/send/personalized/From a file/x/2014-08-01T09:10:10+02:00/ECO/true"
    own = software.upload(path, f"{DELIVERED};Hello\n4777;Nobody".encode())["data"]
    assert software.get(f"report/getBulkFile/{own}")["status"] == "GENERATING"
    doorbell.run_all_due()
    told = software.get(f"report/getBulkFile/{own}")
    counts = {"rows": 2, "read": 2, "rejected": 1, "percent": 100}
    assert told == counts | {"bulkId": own, "status": "READY", "fileName": "numbers.csv", "problem": None}
    assert software.get(f"report/{own}")["personalizedMessage"] is True
    without = send(software, UNDELIVERED)
    assert software.get(f"report/getBulkFile/{without}")["status"] == "NOT_FOUND"


def reply(people: People, text: str, prefix: Prefix | None, **fields: Any) -> Reply:
    connection, _created = Connection.objects.get_or_create(name="Nowhere", kind="serwersms")
    values = {"account": people.slave.account, "msisdn": DELIVERED, "sent_to": "4777", "received_at": clock.now()}
    return Reply.objects.create(connection=connection, digest=text, text=text, prefix=prefix, **values | fields)


def test_js_56_replies_to_a_prefix_are_listed_by_day(software: Software, people: People) -> None:
    prefix = Prefix.objects.create(name="TUDORS")
    yes = reply(people, "TUDORS yes", prefix)
    reply(people, "no word", None)
    reply(people, "TUDORS theirs", prefix, account=people.stranger.account)
    told = software.get(f"report/response/messages/tudors/{today(software)}")
    moment = int(yes.received_at.timestamp() * 1000)
    assert told == [{"prefix": "TUDORS", "msisdn": DELIVERED, "message": "TUDORS yes", "createDate": moment}]
    assert [row["message"] for row in software.get(f"report/response/messages/4777/{today(software)}")] == ["no word"]
    assert software.get(f"report/response/messages/TUDORS/{day(software.account, 1)}/{day(software.account, 2)}") == []


def test_our_own_client_finds_a_bulk_by_its_name_also_before_it_starts(software: Software, sending: Sending) -> None:
    start = clock.now() + timedelta(days=2)
    own = software.post("bulk/send", bulk(name="sp0123", sendDate=start.isoformat()))["id"]
    software.post("bulk/send", bulk(name="sp01234"))
    given = Submission(
        messages=(Outgoing(ref="a", msisdn=DELIVERED, text="Hello"),),
        variant="ECO",
        reference="sp0123",
        start_at=start,
        tried_at=clock.now(),
    )
    rows = [row for one in wire.days_of(given) for row in software.get(f"report/{one}/{one}")]
    assert {wire.id_of(row) for row in wire.named("sp0123", rows)} == {own}
