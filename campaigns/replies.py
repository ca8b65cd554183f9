"""What phones write back: whose it is, whom it adds to a group, and who asks not to be written to any more."""

from __future__ import annotations

import json
from datetime import timedelta
from string import punctuation
from typing import Final

from django.db import transaction
from django.utils.timezone import localtime

from accounts.models import Account, Connection
from campaigns import answering, matching, optouts, postbacks, prefixes
from campaigns.models import Campaign, Prefix, PrefixReservation, Reply
from campaigns.stopwords import asks_to_start, asks_to_stop, nearly_asks_to_stop
from contacts import blacklist, numbers, upsert
from contacts.models import Group
from smspanel import clock, crypto
from smspanel.providers.values import Inbound

WINDOW: Final = timedelta(hours=72)
"""A reply that names nothing belongs to the last message that its number got within this time."""


@transaction.atomic
def take(*, connection: Connection, inbound: Inbound) -> Reply:
    """Store a reply, find whose it is, and do what it asks for, together; the same reply twice is one."""
    now = clock.now()
    reply, is_new = Reply.objects.get_or_create(
        connection=connection,
        digest=_digest(inbound),
        defaults={
            "msisdn": inbound.msisdn[:15],
            "text": inbound.text.replace("\0", ""),
            "sent_to": inbound.to[:20],
            "operator": (inbound.network or numbers.guess_operator(inbound.msisdn))[:40],
            "provider_id": inbound.provider_id[:64],
            "received_at": min(inbound.at or now, now),
        },
    )
    if is_new:
        _match(reply, inbound.answers)
        _obey(reply)
        reply.save()
        answering.note(reply)
        _tell(reply)
    return reply


def _tell(reply: Reply) -> None:
    """Note the reply for the programs of its account (JS-98)."""
    if reply.account is None:
        return
    postbacks.note_reply(
        account=reply.account,
        reply_id=reply.pk,
        campaign_id=reply.campaign_id,
        prefix=reply.prefix.name if reply.prefix else reply.sent_to,
        msisdn=reply.msisdn,
        sender=reply.campaign.shown_sender if reply.campaign else reply.sent_to,
        group_id=reply.group_id,
        group_name=reply.group.name if reply.group else "",
        received_at=reply.received_at,
        network=reply.operator,
    )


def _digest(inbound: Inbound) -> str:
    """Return what a repeated reply shares with the first: everything that the provider says about it."""
    at = inbound.at.isoformat() if inbound.at else ""
    return crypto.digest(json.dumps([inbound.provider_id, inbound.msisdn, inbound.to, inbound.text, at]))


def _match(reply: Reply, answers: str) -> None:
    """Find the account, by what is answered, by the prefix, or by the last message to the number, in this order."""
    message = matching.answered(reply.connection, answers, reply.msisdn)
    prefix = _prefix_of(reply)
    reservation = prefixes.holder(prefix=prefix, at=reply.received_at) if prefix else None
    holder = _holder(prefix, reservation)
    if message is None:
        since = reply.received_at - WINDOW
        message = matching.newest_to(reply.connection, reply.msisdn, since=since, account=holder)
    if message is not None:
        reply.message, reply.campaign, reply.account = message, message.campaign, message.campaign.account
        if prefix is None:
            prefix, reservation = _asked_for(message.campaign, reply.sent_to)
    reply.account = reply.account or holder
    # A word that another account holds says nothing about this one, and is nothing to show to it.
    if holder is None or holder == reply.account:
        reply.prefix, reply.reservation = prefix, reservation


def _asked_for(campaign: Campaign, sent_to: str) -> tuple[Prefix | None, PrefixReservation | None]:
    """Return what the campaign told people to answer with: ECO_RESP answers name only the access number (JS-53)."""
    reservation = campaign.reservation
    if reservation is None or sent_to not in {"", reservation.prefix.access_number}:
        return None, None
    return reservation.prefix, reservation


def _prefix_of(reply: Reply) -> Prefix | None:
    """Return the prefix to which it was sent, or the one with which a text to its access number begins."""
    sent_to, word = reply.sent_to.upper(), _split(reply.text)[0]
    bare = word.rstrip(punctuation)
    named = {prefix.name: prefix for prefix in Prefix.objects.filter(name__in={sent_to, word, bare})}
    if sent_to in named:
        return named[sent_to]
    prefix = named.get(word) or named.get(bare)
    return prefix if prefix and sent_to in {"", prefix.access_number} else None


def _split(text: str) -> tuple[str, str]:
    """Return the first word of a text, in capitals, and what follows it."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word.upper(), "".join(rest)


def _holder(prefix: Prefix | None, reservation: PrefixReservation | None) -> Account | None:
    """Return the account that has the prefix: who reserved it, or whom it belongs to."""
    if reservation is not None:
        return reservation.account
    return prefix.account if prefix is not None else None


def _obey(reply: Reply) -> None:
    """Do what the reply asks for: leave them alone, write to them again, or put them into the reservation's group.

    What may ask to stop is kept for a person to decide.
    """
    if reply.account is None:
        return
    said = _said(reply)
    if _is_stop_command(reply.prefix) or any(map(asks_to_stop, said)):
        reply.wish = Reply.Wish.STOPPED
        was_out = bool(blacklist.blocked(account=reply.account, msisdns=[reply.msisdn]))
        optouts.stop(account=reply.account, msisdn=reply.msisdn, reason=reply.text or reply.sent_to)
        if not was_out:
            answering.note_farewell(reply)
        return
    if any(map(asks_to_start, said)):
        if blacklist.forgive(account=reply.account, msisdn=reply.msisdn):
            reply.wish = Reply.Wish.STARTED
    elif nearly_asks_to_stop(said[-1]):
        reply.wish = Reply.Wish.UNSURE
    if reply.reservation and reply.prefix and reply.prefix.type == Prefix.Type.GROUP_COMMAND:
        reply.group = _collect(reply, reply.account)


def _said(reply: Reply) -> list[str]:
    """Return the whole text, and after it what follows the prefix if it begins with that."""
    word, rest = _split(reply.text)
    if reply.prefix is None or word.rstrip(punctuation) != reply.prefix.name.rstrip(punctuation):
        return [reply.text]
    return [reply.text, rest]


def _is_stop_command(prefix: Prefix | None) -> bool:
    return prefix is not None and prefix.type == Prefix.Type.BLACK_LIST_COMMAND


def _collect(reply: Reply, account: Account) -> Group | None:
    """Make the number a contact in the group of the reservation; what no message could be sent to is left out."""
    try:
        msisdn = numbers.normalise(f"+{reply.msisdn}", kinds=numbers.SMS | numbers.VOICE).msisdn
    except numbers.InvalidNumber:
        return None
    group = _group_of(reply, account)
    upsert.contacts(account_id=account.pk, rows=[(msisdn,)], group_id=group.pk)
    return group


def _group_of(reply: Reply, account: Account) -> Group:
    """Return the group of the reservation, which the first reply makes; the lock lets only one be the first."""
    assert reply.reservation_id is not None
    held = PrefixReservation.objects.select_for_update(no_key=True, of=("self",)).get(pk=reply.reservation_id)
    if held.group is None:
        held.group = _open_group(reply, account)
        held.save(update_fields=["group"])
    return held.group


def _open_group(reply: Reply, account: Account) -> Group:
    """Make a group that is named after the prefix and the time of its first reply (JS-54)."""
    name = f"{reply.prefix}_{localtime(reply.received_at, account.zone):%Y-%m-%d_%H:%M:%S}"
    return Group.objects.get_or_create(account=account, name=name)[0]
