"""Replies: stored once, given to whom they concern, collected in a group, and obeyed when they ask to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from campaigns import prefixes, replies
from campaigns.models import Campaign, Message, ProviderId, Reply
from contacts.models import BlacklistEntry, Contact, Group
from smspanel import clock
from smspanel.providers.values import Inbound
from tests.campaigns.reserving import allow, make_prefix, reserve
from tests.campaigns.sending import Sending, make_group, number, open_route
from tests.personas import Persona

PHONE = number(9)
LANDLINE, SHORT = "48221234567", "80100"


@pytest.fixture
def campaign(sending: Sending) -> Campaign:
    """A campaign to one phone, sent."""
    allow(sending.account)
    return sending.send([sending.group([PHONE])])


def take(sending: Sending, text: str = "TAK", *, to: str = "4777", msisdn: str = PHONE, **fields: Any) -> Reply:
    """Take a reply as a provider tells it."""
    inbound = Inbound(fields.pop("provider_id", ""), msisdn, to, text, **{"at": clock.now()} | fields)
    return Reply.objects.get(pk=replies.take(connection=sending.connection, inbound=inbound).pk)


def blacklisted(sending: Sending) -> dict[str, str]:
    """Return the numbers on the account's blacklist and how they came there."""
    return dict(BlacklistEntry.objects.filter(account=sending.account).values_list("msisdn", "source"))


def test_the_same_reply_twice_is_one(sending: Sending, campaign: Campaign) -> None:
    at = clock.now()
    first = take(sending, at=at, provider_id="7")
    assert take(sending, at=at, provider_id="7") == first
    assert take(sending, at=at, provider_id="8") != first
    assert take(sending, at=at + timedelta(seconds=1), provider_id="7") != first


def test_js_56_a_reply_keeps_what_the_provider_told(sending: Sending, campaign: Campaign) -> None:
    at = clock.now() - timedelta(minutes=5)
    reply = take(sending, "Tak, proszę\0", to="48661000123", at=at, network="POLAND_PLAY", provider_id="x" * 80)
    assert (reply.msisdn, reply.text, reply.sent_to) == (PHONE, "Tak, proszę", "48661000123")
    assert (reply.received_at, reply.operator, reply.provider_id) == (at, "POLAND_PLAY", "x" * 64)
    assert take(sending, at=None).operator == "POLAND_ORANGE"


def test_a_reply_from_the_future_came_now(sending: Sending, campaign: Campaign) -> None:
    assert take(sending, at=clock.now() + timedelta(days=9)).received_at <= clock.now()


def test_what_is_answered_says_whose_a_reply_is(sending: Sending, campaign: Campaign, stranger: Persona) -> None:
    answered = campaign.messages.get()
    other = Sending(sending.simulator, stranger, sending.connection)
    other.send([make_group(stranger.account, [PHONE])])
    reply = take(sending, answers=answered.provider_id)
    assert (reply.account, reply.campaign, reply.message) == (sending.account, campaign, answered)


@pytest.mark.parametrize("to, is_its", [("4777", True), ("", True), (SHORT, False)])
def test_js_53_an_answer_without_a_word_belongs_to_the_prefix_of_the_campaign_at_its_access_number(
    sending: Sending, campaign: Campaign, to: str, is_its: bool
) -> None:
    reservation = reserve(make_prefix("TUDORS"), sending.account)
    Campaign.objects.filter(pk=campaign.pk).update(reservation=reservation)
    reply = take(sending, "Tak", to=to, answers=campaign.messages.get().provider_id)
    assert reply.campaign == campaign
    assert (reply.reservation == reservation, reply.prefix == reservation.prefix) == (is_its, is_its)


@pytest.mark.parametrize("named", [True, False])
def test_the_id_of_a_part_says_it_too(sending: Sending, campaign: Campaign, stranger: Persona, named: bool) -> None:
    message = campaign.messages.get()
    assert message.batch is not None
    ProviderId.objects.create(batch=message.batch, message=message if named else None, provider_id="part-2")
    Sending(sending.simulator, stranger, sending.connection).send([make_group(stranger.account, [PHONE])])
    assert take(sending, answers="part-2").message == message


def test_an_id_of_another_connection_says_nothing(sending: Sending, campaign: Campaign) -> None:
    elsewhere = open_route("http://127.0.0.1:9", name="Elsewhere")
    inbound = Inbound("", PHONE, "", "TAK", answers=campaign.messages.get().provider_id)
    reply = replies.take(connection=elsewhere, inbound=inbound)
    assert (reply.account, reply.campaign) == (None, None)


def test_without_an_id_the_last_message_to_the_number_says_it(
    sending: Sending, campaign: Campaign, stranger: Persona
) -> None:
    assert take(sending).campaign == campaign
    later = Sending(sending.simulator, stranger, sending.connection).send([make_group(stranger.account, [PHONE])])
    assert (take(sending).account, take(sending).campaign) == (stranger.account, later)
    Message.objects.filter(campaign=later).update(state=Message.State.FAILED)
    assert take(sending).campaign == campaign


def test_after_72_hours_a_reply_belongs_to_nobody_and_is_kept(sending: Sending, campaign: Campaign) -> None:
    with clock.travel(hours=71):
        assert take(sending).account == sending.account
    with clock.travel(hours=73):
        reply = take(sending, "STOP")
    assert (reply.account, reply.campaign, blacklisted(sending)) == (None, None, {})


@pytest.mark.parametrize(
    ("text", "to"), [("tudors tak", "4777"), ("Tudors: tak", ""), ("", "TUDORS"), ("TAK", "tudors")]
)
def test_js_50_the_prefix_says_whose_a_reply_is(sending: Sending, stranger: Persona, text: str, to: str) -> None:
    allow(stranger.account)
    reservation = reserve(make_prefix("TUDORS"), stranger.account)
    sending.send([sending.group([PHONE])])
    reply = take(sending, text, to=to)
    assert (reply.account, reply.prefix, reply.reservation) == (stranger.account, reservation.prefix, reservation)
    assert (reply.campaign, reply.message) == (None, None)


def test_js_50_the_reservation_at_the_time_of_the_reply_counts(sending: Sending, stranger: Persona) -> None:
    allow(sending.account, stranger.account)
    prefix, before = make_prefix("TUDORS"), clock.now()
    prefixes.release(reservation=reserve(prefix, sending.account), actor=None)
    after = reserve(prefix, stranger.account)
    first = sending.account.prefix_reservations.get()
    during = first.date_from + (first.date_to - first.date_from) / 2
    assert take(sending, to="TUDORS", at=during).account == sending.account
    assert take(sending, to="TUDORS").reservation == after
    assert take(sending, to="TUDORS", at=before).account is None


def test_a_word_counts_only_where_it_was_sent_to_the_prefix_s_number(sending: Sending, campaign: Campaign) -> None:
    reserve(make_prefix("TUDORS"), sending.account)
    assert take(sending, "TUDORS tak", to="48661000123").prefix is None
    assert take(sending, "TUDORSY tak").prefix is None


def test_a_word_that_another_account_holds_is_not_shown_to_the_one_that_is_answered(
    sending: Sending, campaign: Campaign, stranger: Persona
) -> None:
    allow(stranger.account)
    reserve(make_prefix("TAK"), stranger.account)
    reply = take(sending, "Tak", answers=campaign.messages.get().provider_id)
    assert (reply.account, reply.prefix, reply.reservation, reply.group) == (sending.account, None, None, None)


def test_js_54_who_answers_becomes_a_contact_in_a_group_of_the_first_reply_s_time(
    sending: Sending, campaign: Campaign
) -> None:
    reserve(make_prefix("TUDORS"), sending.account)
    sending.account.time_zone = "Asia/Tokyo"
    sending.account.save()
    first, second = take(sending, to="TUDORS", msisdn=PHONE), take(sending, to="TUDORS", msisdn=number(10))
    group = Group.objects.get(account=sending.account, name__startswith="TUDORS")
    assert group.name == f"TUDORS_{first.received_at.astimezone(sending.account.zone):%Y-%m-%d_%H:%M:%S}"
    assert (first.group, second.group) == (group, group)
    assert set(group.members.values_list("msisdn", flat=True)) == {PHONE, number(10)}
    assert Contact.objects.filter(account=sending.account).count() == 2


def test_js_54_another_reservation_has_another_group(sending: Sending) -> None:
    allow(sending.account)
    prefix = make_prefix("TUDORS")
    groups = []
    for hours in (0, 72):
        with clock.travel(hours=hours):
            reserve(prefix, sending.account, hours=72)
            groups.append(take(sending, to="TUDORS").group)
    assert len({group.pk for group in groups if group}) == 2


def test_js_54_a_contact_that_is_there_keeps_its_name(sending: Sending) -> None:
    allow(sending.account)
    make_group(sending.account, [PHONE], first_name="Ola")
    reserve(make_prefix("TUDORS"), sending.account)
    assert take(sending, to="TUDORS").group is not None
    assert Contact.objects.get(account=sending.account, msisdn=PHONE).first_name == "Ola"


@pytest.mark.parametrize("msisdn", [SHORT, "", "ORANGE", "1" * 30])
def test_what_no_message_could_be_sent_to_is_kept_and_makes_no_contact(sending: Sending, msisdn: str) -> None:
    allow(sending.account)
    reserve(make_prefix("TUDORS"), sending.account)
    reply = take(sending, "STOP", to="TUDORS", msisdn=msisdn)
    assert (reply.account, reply.msisdn, reply.group) == (sending.account, msisdn[:15], None)
    assert take(sending, to="TUDORS", msisdn=msisdn).group is None
    assert not Contact.objects.exists()
    assert not BlacklistEntry.objects.exists()


@pytest.mark.parametrize("text", ["STOP", "„Nie chcę!”", "TUDORS stop", "tudors: wypisz."])
def test_js_58_a_stop_word_puts_the_number_on_the_account_s_blacklist_alone(sending: Sending, text: str) -> None:
    allow(sending.account)
    reserve(make_prefix("TUDORS"), sending.account)
    sending.send([sending.group([PHONE])])
    reply = take(sending, text)
    assert blacklisted(sending) == {PHONE: "REPLY"}
    assert (BlacklistEntry.objects.count(), reply.group) == (1, None)


def test_js_58_a_text_that_only_begins_with_a_stop_word_stops_nothing(sending: Sending, campaign: Campaign) -> None:
    reserve(make_prefix("TUDORS"), sending.account)
    for text in ("STOP calling it STOP", "nie stop", "TUDORS stop it", "TAK"):
        take(sending, text)
    assert blacklisted(sending) == {}


def test_js_58_a_black_list_command_blacklists_whatever_the_text_says(sending: Sending, campaign: Campaign) -> None:
    make_prefix("KONIEC", type="BLACK_LIST_COMMAND")
    assert take(sending, "", to="KONIEC").account == sending.account
    assert blacklisted(sending) == {PHONE: "REPLY"}


@pytest.mark.parametrize("type_", ["VERIFY_COMMAND", "PAYMENT_COMMAND"])
def test_js_58_other_commands_are_kept_and_collect_nobody(sending: Sending, type_: str) -> None:
    allow(sending.account)
    reservation = reserve(make_prefix("KOD", type=type_), sending.account)
    reply = take(sending, "KOD 1234")
    assert (reply.reservation, reply.group, blacklisted(sending)) == (reservation, None, {})
    assert not Contact.objects.exists()


def test_a_dedicated_prefix_belongs_to_its_account_without_a_reservation(sending: Sending, stranger: Persona) -> None:
    make_prefix("OURS", owner=stranger.account)
    reply = take(sending, "ours tak")
    assert (reply.account, reply.reservation, reply.group) == (stranger.account, None, None)


def test_a_number_check_is_never_what_is_answered(sending: Sending, campaign: Campaign) -> None:
    Campaign.objects.update(kind="HLR")
    assert take(sending).account is None
