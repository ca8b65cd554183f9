"""Replies are answered once a person, confirmed once a stop, and passed on; all of it paid, and never in circles."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts import points
from campaigns import answering, replies
from campaigns.models import Campaign, Reply, ReplyTask
from contacts import blacklist
from contacts.models import BlacklistEntry
from smspanel import clock, doorbell
from smspanel.providers import registry
from smspanel.providers.values import Inbound
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import PRICE, Sending, number
from tests.invariants import assert_all_hold

PHONE, OTHER, DESK = number(1), number(2), number(3)
Status = ReplyTask.Status
Scope, Source = BlacklistEntry.Scope, BlacklistEntry.Source


def send(sending: Sending, **fields: Any) -> Campaign:
    """Send a campaign to two phones that may answer."""
    campaign = sending.send([sending.group([PHONE, OTHER])])
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    return campaign


def take(sending: Sending, text: str = "TAK", *, msisdn: str = PHONE, do: bool = True) -> Reply:
    """Take a reply, and do what there is to do about it."""
    inbound = Inbound("", msisdn, "4777", text, at=clock.now())
    reply = replies.take(connection=sending.connection, inbound=inbound)
    if do:
        doorbell.run_all_due()
    return reply


def written(sending: Sending, to: str) -> list[str]:
    """Return what a phone got after the campaign itself."""
    return [sms["text"] for sms in sending.simulator.air() if sms["number"].lstrip("+") == to][1:]


def test_js_53_an_answer_goes_once_to_everybody_who_answers(sending: Sending) -> None:
    send(sending, reply_text="Thank you")
    for msisdn in (PHONE, PHONE, OTHER):
        take(sending, msisdn=msisdn)
    assert (written(sending, PHONE), written(sending, OTHER)) == (["Thank you"], ["Thank you"])
    assert sending.persona.available == 1_000 - 4 * PRICE
    assert_all_hold()


def test_an_answer_to_our_answer_is_not_answered(sending: Sending) -> None:
    send(sending, reply_text="Thank you")
    for text in ("TAK", "Automatic: I am away", "Automatic: I am away!"):
        take(sending, text)
    assert written(sending, PHONE) == ["Thank you"]


def test_js_60_a_group_answers_where_the_campaign_does_not(sending: Sending) -> None:
    send(sending)
    group = sending.account.groups.get()
    group.reply_text = "From the group"
    group.save()
    take(sending)
    assert written(sending, PHONE) == ["From the group"]


def test_js_54_the_group_of_a_prefix_answers_who_joins_it(sending: Sending) -> None:
    allow(sending.account)
    prefix = make_prefix("WORD")
    held = reserve(prefix, sending.account)
    held.group = sending.group([OTHER], "Answered")
    held.save()
    held.group.reply_text = "Welcome"
    held.group.save()
    take(sending, "WORD yes")
    take(sending, "WORD yes again")
    assert [task.text for task in ReplyTask.objects.all()] == ["Welcome"]


def test_replies_are_passed_on_to_numbers_and_paid_for(sending: Sending) -> None:
    send(sending, forward_numbers=[DESK, PHONE])
    take(sending, "Tak, przyjdę")
    texts = [sms["text"] for sms in sending.simulator.air() if sms["number"].lstrip("+") == DESK]
    assert texts == [f"Reply of +{PHONE}: Tak, przyjde"]
    assert (written(sending, PHONE), sending.persona.available) == ([], 1_000 - 3 * PRICE)


def test_replies_are_passed_on_to_e_mails_once(sending: Sending) -> None:
    send(sending, forward_emails=["desk@example.com"])
    reply = take(sending, "Tak, przyjdę")
    doorbell.run_all_due()
    answering.carry_out(reply.tasks.get().pk)
    (letter,) = mail.outbox
    assert (letter.to, letter.body) == (["desk@example.com"], f"Reply of +{PHONE}: Tak, przyjdę")
    assert reply.tasks.get().status == Status.DONE


def test_an_e_mail_that_nobody_takes_is_told_and_not_repeated(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    send(sending, forward_emails=["desk@example.com"])
    task = take(sending).tasks.get()
    assert (task.status, "no mail server" in task.problem) == (Status.REFUSED, True)


def test_a_process_that_dies_in_an_e_mail_sends_it_no_second_time(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> int:
        raise KeyboardInterrupt

    send(sending, forward_emails=["desk@example.com"])
    task = take(sending, do=False).tasks.get()
    with monkeypatch.context() as dying:
        dying.setattr(EmailBackend, "send_messages", die)
        with pytest.raises(KeyboardInterrupt):
            answering.carry_out(task.pk)
    doorbell.run_all_due()
    task.refresh_from_db()
    assert (task.status, mail.outbox) == (Status.TRYING, [])


def test_who_is_on_the_blacklist_gets_no_answer(sending: Sending) -> None:
    send(sending, reply_text="Thank you")
    blacklist.add(account=sending.account, raw_numbers=[f"+{PHONE}"], source=BlacklistEntry.Source.PERSON, actor=None)
    task = take(sending).tasks.get()
    assert (written(sending, PHONE), task.status) == ([], Status.REFUSED)
    assert "on the blacklist" in task.problem


def test_an_account_without_points_is_told_why_nothing_was_answered(sending: Sending) -> None:
    send(sending, reply_text="Thank you")
    points.hold(account=sending.account, points=sending.persona.available, key="all", subject="campaign:0")
    task = take(sending).tasks.get()
    assert (task.status, "points are needed" in task.problem) == (Status.REFUSED, True)
    assert written(sending, PHONE) == []


def test_where_the_provider_answers_by_itself_the_panel_does_not(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.client_class("serwersms"), "answers_replies", True)
    send(sending, reply_text="Thank you", variant="ECO_RESP")
    assert not take(sending).tasks.exists()
    assert registry.client_class("justsend").answers_replies


def confirming(sending: Sending) -> None:
    """Let the account confirm a stop."""
    sending.account.stop_answer = "You get no more messages"
    sending.account.save()


def test_e5_a_stop_is_confirmed_once_although_the_number_is_blacklisted(sending: Sending) -> None:
    confirming(sending)
    send(sending, reply_text="Thank you")
    for text in ("STOP", "Stop!", "STOP"):
        take(sending, text)
    assert written(sending, PHONE) == ["You get no more messages"]
    assert BlacklistEntry.objects.get().msisdn == PHONE
    assert_all_hold()


def test_e5_nobody_who_is_out_already_gets_a_confirmation(sending: Sending) -> None:
    confirming(sending)
    send(sending)
    blacklist.add(account=None, scope=Scope.EVERYBODY, raw_numbers=[f"+{PHONE}"], source=Source.PERSON, actor=None)
    assert not take(sending, "STOP").tasks.exists()


def test_a_confirmation_is_not_sent_when_somebody_else_blocks_the_number_meanwhile(sending: Sending) -> None:
    confirming(sending)
    send(sending)
    reply = take(sending, "STOP", do=False)
    blacklist.add(account=None, scope=Scope.EVERYBODY, raw_numbers=[f"+{PHONE}"], source=Source.PERSON, actor=None)
    doorbell.run_all_due()
    assert (written(sending, PHONE), reply.tasks.get().status) == ([], Status.REFUSED)


def test_without_a_text_a_stop_is_not_confirmed(sending: Sending) -> None:
    send(sending)
    assert not take(sending, "STOP").tasks.exists()
