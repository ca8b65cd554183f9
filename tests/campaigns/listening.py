"""What tests of post backs share: an address of an owner's program, and what it was told."""

from __future__ import annotations

from typing import Any

from accounts.models import Account
from campaigns import postback_delivery, postback_settings
from campaigns.models import PostbackEndpoint, PostbackEvent
from campaigns.postback_settings import Wanted
from tests.providers.scripted import Scripted

CAMPAIGNS, DELIVERIES, REPLIES, OVERRIDE = PostbackEndpoint.Kind


def listen(account: Account, url: str, *kinds: PostbackEndpoint.Kind) -> PostbackEndpoint:
    """Have the account told about these things at the address; returns the last endpoint."""
    postback_settings.configure(account=account, wanted={kind: Wanted(url, True) for kind in kinds}, actor=None)
    return PostbackEndpoint.objects.get(account=account, kind=kinds[-1])


def note(endpoint: PostbackEndpoint, count: int = 1) -> list[PostbackEvent]:
    """Let so many samples wait for an address."""
    return [postback_settings.send_test(endpoint=endpoint, actor=None) for _ in range(count)]


def send(endpoint_id: int) -> None:
    """Tell an address what waits for it in one turn, in the calling thread."""
    turn = postback_delivery.begin(endpoint_id)
    while turn is not None and (event := turn.next()) is not None:
        turn.told(postback_delivery.call(event))


def told(sink: Scripted) -> list[Any]:
    """Return the objects that the program got, in their order."""
    return [request.json() for request in sink.requests]


def ids(sink: Scripted) -> list[int]:
    """Return the ids of the events that the program got, in their order."""
    return [int(request.headers["webhook-id"]) for request in sink.requests]


def states(endpoint: PostbackEndpoint) -> list[str]:
    """Return the states of the endpoint's events, oldest first."""
    return list(endpoint.events.order_by("pk").values_list("state", flat=True))
