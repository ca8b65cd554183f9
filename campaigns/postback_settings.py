"""What people decide about post backs: addresses, secrets, tests, and sending again."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import acting, audit
from accounts.models import Account, User
from campaigns import justsend_words, postback_payloads
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, PostbackEndpoint, PostbackEvent
from campaigns.postbacks import JOB
from contacts.operators import Operator
from smspanel import clock, crypto, doorbell

SAMPLE_NUMBER: Final = "48500100200"
SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where an account wants to be told about something, and whether."""

    url: str
    is_active: bool


@transaction.atomic
def configure(*, account: Account, wanted: Mapping[PostbackEndpoint.Kind, Wanted], actor: User | None) -> None:
    """Store the addresses of an account; one that is changed or switched on is tried at once.

    What waits for an address that is switched off goes out when it is switched on again.
    """
    Account.objects.select_for_update(no_key=True).only("pk").get(pk=account.pk)
    usual = PostbackEndpoint.objects.filter(account=account, kind__in=PostbackEndpoint.USUAL)
    known = {PostbackEndpoint.Kind(row.kind): row for row in usual}
    for kind, wish in wanted.items():
        endpoint = known.get(kind) or PostbackEndpoint(account=account, kind=kind)
        if kind not in known and not wish.url:
            continue
        changed = [name for name in ("url", "is_active") if getattr(endpoint, name) != getattr(wish, name)]
        if changed:
            _change(endpoint, wish)
            audit.record(
                actor=actor,
                action="postback.change",
                subject=endpoint,
                account=account,
                fields=changed,
                about=kind.value,
                is_active=wish.is_active,
            )


def _change(endpoint: PostbackEndpoint, wish: Wanted) -> None:
    """Write what is decided here, and nothing that a worker may have written meanwhile."""
    fields = ["url", "is_active", "on_since", "failing_since", "next_probe_at"]
    if endpoint.url != wish.url:
        # A call that is under way to the old address says nothing about the new one.
        endpoint.lease_token, endpoint.is_quick = None, False
        fields += ["lease_token", "is_quick"]
    if wish.is_active and not endpoint.is_active:
        endpoint.on_since = clock.now()
    endpoint.url, endpoint.is_active = wish.url, wish.is_active
    endpoint.failing_since, endpoint.next_probe_at = None, None
    if not endpoint.sealed_secret:
        endpoint.sealed_secret = _new_secret(endpoint)
    endpoint.save(update_fields=fields if endpoint.pk else None)
    doorbell.ring(JOB, once=True)


def listen_for(campaign: Campaign) -> None:
    """Have the address that a campaign names told about its delivery, in the transaction of the confirmation (SS-16).

    Campaigns that name the same address share it, so that one that fails gets one probe, whoever named it.
    """
    if not campaign.report_url:
        return
    endpoint = PostbackEndpoint(
        account=campaign.account, kind=PostbackEndpoint.Kind.OVERRIDE, url=campaign.report_url, is_active=True
    )
    known = PostbackEndpoint.objects.filter(account=campaign.account, kind=endpoint.kind, url=endpoint.url)
    fresh = {"is_active": True, "on_since": clock.now(), "failing_since": None, "next_probe_at": None}
    if not known.exists():
        endpoint.on_since = clock.now()
        endpoint.sealed_secret = _new_secret(endpoint)
        endpoint.save()
    else:
        known.filter(is_active=False).update(**fresh)


def _new_secret(endpoint: PostbackEndpoint) -> str:
    acting.forbid_secrets()
    value = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return crypto.seal(value, place=endpoint.place)


@transaction.atomic
def reveal_secret(*, endpoint: PostbackEndpoint, actor: User | None) -> str:
    """Return the secret with which post backs are signed; who looked is audited. Raises crypto.CannotOpen."""
    acting.forbid_secrets()
    audit.record(actor=actor, action="postback.reveal", subject=endpoint, account=endpoint.account)
    return crypto.unseal(endpoint.sealed_secret, place=endpoint.place)


@transaction.atomic
def send_test(*, endpoint: PostbackEndpoint, actor: User | None) -> PostbackEvent:
    """Note a sample as an ordinary event; raises NotPossibleNow for an address that is off."""
    if not endpoint.is_active:
        raise NotPossibleNow(_("This address is switched off. Switch it on and save before you test it."))
    event = PostbackEvent.objects.create(endpoint=endpoint, key=f"test:{uuid.uuid4()}", payload=sample(endpoint.kind))
    audit.record(actor=actor, action="postback.test", subject=endpoint, account=endpoint.account)
    doorbell.ring(JOB, once=True)
    return event


def sample(kind: str) -> postback_payloads.Payload:
    """Return what an address of this kind could be told; the ids are 0, which nothing real has."""
    at, operator = clock.now(), Operator.POLAND_ORANGE
    if kind == PostbackEndpoint.Kind.CAMPAIGNS:
        status = justsend_words.BulkStatus.FINISHED
        return postback_payloads.bulk(campaign_id=0, name=_("Test"), status=status, imported=1, at=at)
    if kind == PostbackEndpoint.Kind.DELIVERIES:
        delivered = justsend_words.DeliveryStatus.MESSAGE_DELIVERED
        return postback_payloads.delivery(
            message_id=0, msisdn=SAMPLE_NUMBER, operator=operator, status=delivered, at=at
        )
    return postback_payloads.reply(
        reply_id=0,
        campaign_id=0,
        prefix="TEST",
        msisdn=SAMPLE_NUMBER,
        operator=operator,
        sender="4777",
        group_id=0,
        group_name=_("Test"),
        at=at,
    )


@transaction.atomic
def send_again(*, event: PostbackEvent, actor: User | None) -> None:
    """Tell an event once more with the same id, whatever became of it; raises NotPossibleNow if its address is off."""
    if not event.endpoint.is_active:
        raise NotPossibleNow(_("The address of this post back is switched off. Switch it on first."))
    PostbackEvent.objects.filter(pk=event.pk).update(
        state=PostbackEvent.State.PENDING, next_attempt_at=clock.now(), accepted_at=None
    )
    audit.record(actor=actor, action="postback.again", subject=event, account=event.endpoint.account)
    doorbell.ring(JOB, once=True)


@transaction.atomic
def send_given_up_again(*, endpoint: PostbackEndpoint, actor: User | None) -> int:
    """Let everything wait again that was given up; returns how many. Raises NotPossibleNow if the address is off."""
    if not endpoint.is_active:
        raise NotPossibleNow(_("The address of these post backs is switched off. Switch it on first."))
    given_up = endpoint.events.filter(state=PostbackEvent.State.GIVEN_UP)
    count = given_up.update(state=PostbackEvent.State.PENDING, next_attempt_at=clock.now())
    audit.record(actor=actor, action="postback.again", subject=endpoint, account=endpoint.account, count=count)
    doorbell.ring(JOB, once=True)
    return count
