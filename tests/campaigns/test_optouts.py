"""Ways out besides the stop word: what a person decides, the word to come back, and the link in a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account, AuditEntry
from campaigns import optouts, replies
from campaigns.errors import NotPossibleNow
from campaigns.models import Message, Reply
from campaigns.stopwords import STOP_WORDS, asks_to_start, asks_to_stop, nearly_asks_to_stop
from campaigns.text import count
from contacts import blacklist, consents
from contacts.models import BlacklistEntry, Consent
from smspanel import clock
from smspanel.providers.values import Inbound
from tests.campaigns.sending import Sending, number
from tests.invariants import assert_all_hold
from tests.personas import Persona

PHONE = number(9)
Source = BlacklistEntry.Source


@pytest.mark.parametrize(
    "text",
    [
        *("STOP proszę", "nie chcę więcej", "SOTP", "stpo!", "STTOP", "STP", "S T O P", "NIECHCE", "nie stop"),
        *("Proszę mnie wypisac: wypisz", "usun mnie", "Unsubscibe", "rezygnuje z sms", "END OF"),
    ],
)
def test_what_nearly_asks_to_stop_is_noticed(text: str) -> None:
    assert nearly_asks_to_stop(text)
    assert not asks_to_stop(text)


@pytest.mark.parametrize(
    "text", ["", "!?", "TAK", "Tak, przyjdę", "weekend", "AND", "dzień dobry", "send", "to nie jest stop " * 3, "start"]
)
def test_what_says_something_else_is_left_alone(text: str) -> None:
    assert not nearly_asks_to_stop(text)


def test_a_stop_word_is_never_a_near_miss_nor_a_word_to_come_back() -> None:
    assert not any(nearly_asks_to_stop(word) or asks_to_start(word) for word in STOP_WORDS)


def take(sending: Sending, text: str, *, msisdn: str = PHONE) -> Reply:
    """Take a reply to what was sent last."""
    inbound = Inbound("", msisdn, "4777", text, at=clock.now())
    return Reply.objects.get(pk=replies.take(connection=sending.connection, inbound=inbound).pk)


def sources(account: Account) -> list[str]:
    """Return how the numbers came on the account's blacklist."""
    return list(BlacklistEntry.objects.filter(account=account).values_list("source", flat=True))


@pytest.fixture
def written_to(sending: Sending) -> Sending:
    """An account that has just written to PHONE."""
    sending.send([sending.group([PHONE])])
    return sending


@pytest.mark.parametrize("blocks, found", [(True, ["REPLY"]), (False, [])])
def test_a_person_decides_what_a_near_miss_is_once(written_to: Sending, blocks: bool, found: list[str]) -> None:
    reply = take(written_to, "Stop proszę")
    assert (reply.wish, sources(written_to.account)) == (Reply.Wish.UNSURE, [])
    decided = optouts.decide(reply=reply, blocks=blocks, actor=written_to.persona.user)
    assert sources(written_to.account) == found
    assert AuditEntry.objects.filter(action=f"reply.{decided.wish.lower()}", actor=written_to.persona.user).exists()
    with pytest.raises(NotPossibleNow):
        optouts.decide(reply=reply, blocks=not blocks, actor=None)


def test_who_left_by_a_reply_comes_back_by_one(written_to: Sending) -> None:
    assert take(written_to, "STOP").wish == Reply.Wish.STOPPED
    assert take(written_to, "Start!").wish == Reply.Wish.STARTED
    assert sources(written_to.account) == []


@pytest.mark.parametrize("source", [Source.PERSON, Source.IMPORT, Source.API, Source.LINK])
def test_who_was_put_there_otherwise_does_not_come_back_by_a_word(written_to: Sending, source: Source) -> None:
    blacklist.add(account=written_to.account, raw_numbers=[f"+{PHONE}"], source=source, actor=None)
    assert take(written_to, "START").wish == ""
    assert sources(written_to.account) == [source]


def test_the_link_in_a_message_is_everybody_s_own_and_counted_in_its_parts(sending: Sending) -> None:
    people = [number(1), number(2)]
    campaign = sending.send([sending.group(people)], text="a" * 120 + " #optout#")
    texts = dict(Message.objects.filter(campaign=campaign).values_list("msisdn", "text"))
    for msisdn in people:
        assert optouts.link(account_id=sending.account.pk, msisdn=msisdn) in texts[msisdn]
        assert msisdn[2:] not in texts[msisdn]
    assert len(set(texts.values())) == 2
    assert campaign.plan.parts == sum(count(text).parts for text in texts.values()) == 4
    assert_all_hold()


def test_looking_at_the_link_takes_nobody_out_and_the_button_does(sending: Sending, anonymous: Client) -> None:
    consents.give(
        account=sending.account,
        raw_numbers=[f"+{PHONE}"],
        text="I agree",
        channel=Consent.Channel.SMS,
        purpose=Consent.Purpose.MARKETING,
        given_at=clock.now() - timedelta(days=1),
        actor=None,
    )
    address = f"/o/{optouts.token_of(account_id=sending.account.pk, msisdn=PHONE)}"
    for _time in range(2):
        shown = anonymous.get(address)
        assert (shown.status_code, anonymous.head(address).status_code) == (200, 200)
    assert sources(sending.account) == []
    for _time in range(2):
        assert b"will not write to your number any more" in anonymous.post(address).content
    assert sources(sending.account) == ["LINK"]
    assert Consent.objects.get().withdrawn_source == Consent.Source.LINK
    assert PHONE.encode() not in shown.content
    assert shown.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_of_the_link_speaks_polish_to_polish_phones(sending: Sending, anonymous: Client) -> None:
    address = f"/o/{optouts.token_of(account_id=sending.account.pk, msisdn=PHONE)}"
    shown = anonymous.get(address, headers={"Accept-Language": "pl-PL,pl;q=0.9"}).content.decode()
    assert '<html lang="pl">' in shown


def test_a_token_names_its_account_and_number_and_no_other(people: object, slave: Persona, stranger: Persona) -> None:
    token = optouts.token_of(account_id=slave.account.pk, msisdn=PHONE)
    assert optouts.read(token) == (slave.account, PHONE)
    assert token != optouts.token_of(account_id=stranger.account.pk, msisdn=PHONE)
    assert len(token) == optouts.TOKEN_LENGTH


@pytest.mark.parametrize("token", ["x", "A" * 22, "A" * 21, "ą" * 22, "=" * 22, "A" * 500, "%00"])
def test_a_made_up_link_leads_nowhere(db: None, anonymous: Client, token: str) -> None:
    assert optouts.read(token) is None
    assert anonymous.post(f"/o/{token}").status_code in {400, 404}
    assert not BlacklistEntry.objects.exists()


def test_a_token_with_one_letter_changed_leads_nowhere(slave: Persona) -> None:
    token = optouts.token_of(account_id=slave.account.pk, msisdn=PHONE)
    for place in range(optouts.TOKEN_LENGTH - 1):
        other = "A" if token[place] != "A" else "B"
        assert optouts.read(token[:place] + other + token[place + 1 :]) is None
