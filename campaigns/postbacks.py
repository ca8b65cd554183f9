"""Notes what owners' programs are to be told (JS-98), in the transaction in which it happens.

An account without an address that is switched on costs one query. campaigns/postback_delivery.py does the telling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from accounts.models import Account
from campaigns import justsend_words, postback_payloads
from campaigns.models import Campaign, Message, Plan, PostbackEndpoint, PostbackEvent
from smspanel import clock, doorbell

JOB: Final = "campaigns.jobs.send_postbacks"
CHUNK: Final = 500

Events = Mapping[str, postback_payloads.Payload]


def note_campaign(campaign: Campaign) -> None:
    """Note a campaign's new state if it has a JustSend word that is news; each is told once, HOLD every time.

    Of a single message only the handing over and the delivery are told.
    """
    if campaign.single:
        return
    word = justsend_words.bulk_status(campaign.state)
    if word == justsend_words.BulkStatus.TO_SEND:
        return
    endpoint = _endpoints(PostbackEndpoint.Kind.CAMPAIGNS, {campaign.account_id}).get(campaign.account_id)
    if endpoint is None:
        return
    at = campaign.finished_at or clock.now()
    key = f"{campaign.subject}:{word}"
    if word == justsend_words.BulkStatus.HOLD:
        key = f"{key}:{clock.milliseconds(at)}"
    imported = Plan.objects.filter(campaign=campaign).values_list("recipients", flat=True).first() or 0
    payload = postback_payloads.bulk(
        campaign_id=campaign.pk,
        name=campaign.name,
        status=word,
        imported=imported,
        at=at,
        language=campaign.language,
    )
    _write(endpoint, {key: payload})


def note_messages(messages: Sequence[Message]) -> None:
    """Note the final states that these messages were just moved to; their campaigns are to be loaded with them."""
    endpoints = _delivery_endpoints({message.campaign for message in messages})
    told: dict[int, dict[str, postback_payloads.Payload]] = defaultdict(dict)
    for message in messages:
        if message.campaign_id in endpoints and message.state in Message.FINAL:
            told[endpoints[message.campaign_id].pk][delivery_key(message)] = _delivery(message)
    by_id = {endpoint.pk: endpoint for endpoint in endpoints.values()}
    for endpoint_id, events in sorted(told.items()):
        endpoint = by_id[endpoint_id]
        _write(endpoint, _named_anew(endpoint, events))


def _delivery_endpoints(campaigns: set[Campaign]) -> dict[int, PostbackEndpoint]:
    """Return by campaign the address that is told of its delivery: the one it names, or its account's."""
    usual = _endpoints(PostbackEndpoint.Kind.DELIVERIES, {one.account_id for one in campaigns if not one.report_url})
    found = {one.pk: usual[one.account_id] for one in campaigns if not one.report_url and one.account_id in usual}
    if naming := [one for one in campaigns if one.report_url]:
        named = PostbackEndpoint.objects.filter(
            kind=PostbackEndpoint.Kind.OVERRIDE, is_active=True, url__in={one.report_url for one in naming}
        )
        by_place = {(endpoint.account_id, endpoint.url): endpoint for endpoint in named}
        places = {one.pk: (one.account_id, one.report_url) for one in naming}
        found |= {pk: by_place[place] for pk, place in places.items() if place in by_place}
    return found


def delivery_key(message: Message) -> str:
    """Return the key of the event that tells a message's state."""
    return f"message:{message.pk}:{message.state}"


def note_single(message: Message) -> None:
    """Note that a single message was handed over to a provider."""
    account_id = message.campaign.account_id
    endpoint = _endpoints(PostbackEndpoint.Kind.CAMPAIGNS, {account_id}).get(account_id)
    if endpoint is not None:
        payload = postback_payloads.single(
            message_id=message.pk,
            msisdn=message.msisdn,
            operator=justsend_words.operator_word(message.msisdn, message.network),
            at=clock.now(),
        )
        _write(endpoint, {f"single:{message.pk}": payload})


def note_reply(
    *,
    account: Account,
    reply_id: int,
    campaign_id: int | None,
    prefix: str,
    msisdn: str,
    sender: str,
    group_id: int | None,
    group_name: str,
    received_at: datetime,
    network: str = "",
) -> None:
    """Note that somebody answered; `campaign_id` and `group_id` are None where the reply belongs to none."""
    endpoint = _endpoints(PostbackEndpoint.Kind.REPLIES, {account.pk}).get(account.pk)
    if endpoint is not None:
        payload = postback_payloads.reply(
            reply_id=reply_id,
            campaign_id=campaign_id,
            prefix=prefix,
            msisdn=msisdn,
            operator=justsend_words.operator_word(msisdn, network),
            sender=sender,
            group_id=group_id,
            group_name=group_name,
            at=received_at,
        )
        _write(endpoint, {f"reply:{reply_id}": payload})


def _endpoints(kind: PostbackEndpoint.Kind, accounts: Iterable[int]) -> dict[int, PostbackEndpoint]:
    """Return the addresses of these accounts that want to be told, by account."""
    wanted = PostbackEndpoint.objects.filter(kind=kind, is_active=True, account_id__in=accounts)
    return {endpoint.account_id: endpoint for endpoint in wanted}


def _delivery(message: Message) -> postback_payloads.Payload:
    reason = {"reason": message.reason} if message.campaign.report_url else {}
    return reason | postback_payloads.delivery(
        message_id=message.pk,
        msisdn=message.msisdn,
        operator=justsend_words.operator_word(message.msisdn, message.network),
        status=justsend_words.delivery_status(message.state),
        at=message.reported_at or clock.now(),
        language=message.campaign.language,
    )


def _named_anew(endpoint: PostbackEndpoint, events: Events) -> Events:
    """Add the time to the keys of states that their messages were in before and have left since."""
    known = dict(endpoint.events.filter(key__in=list(events)).values_list("key", "payload__deliveryTime"))
    named = {}
    for key, payload in events.items():
        at = payload["deliveryTime"]
        named[key if known.get(key, at) == at else f"{key}:{at}"] = payload
    return named


def _write(endpoint: PostbackEndpoint, events: Events) -> None:
    """Store events that are not there yet, and ring for them unless the address is busy or failing.

    While something waits already somebody was rung for it; should that bell be lost, the sweep rings.
    """
    busy = endpoint.events.filter(next_attempt_at__isnull=False).exists()
    rows = [PostbackEvent(endpoint=endpoint, key=key, payload=payload) for key, payload in events.items()]
    PostbackEvent.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    if not busy and endpoint.failing_since is None:
        doorbell.ring(JOB, once=True)
