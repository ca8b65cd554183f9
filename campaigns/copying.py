"""New drafts from campaigns there are: a copy, and one to those whom a campaign did not reach."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns import attachments, prefixes
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, Kind, Message, RecipientFile

NOT_DELIVERED: Final = (
    Message.State.UNDELIVERED,
    Message.State.EXPIRED,
    Message.State.REJECTED,
    Message.State.FAILED,
)
PERHAPS_DELIVERED: Final = (Message.State.UNKNOWN, Message.State.ASSUMED_SENT, Message.State.NO_REPORT)
"""Nobody knows whether these people have the message: they may get it twice."""

_SETTINGS: Final = (
    "account_id",
    "text",
    "variant",
    "kind",
    "sender_id",
    "policy",
    "window_start",
    "window_end",
    "spread_minutes",
    "tolerance_minutes",
    "priority",
    "country",
    "link",
    "validity",
    "wants_reports",
    "report_url",
    "cost_centre_id",
    "language",
    "voice",
    "reply_number",
    "reply_text",
    "forward_numbers",
    "forward_emails",
    "canary_size",
    "canary_percent",
    "canary_minutes",
)

_RECIPIENTS: Final = """INSERT INTO campaigns_recipient (campaign_id, raw, msisdn, text, problem, from_file)
    SELECT %s, r.raw, r.msisdn, r.text, r.problem, r.from_file FROM campaigns_recipient r
    WHERE r.campaign_id = %s ORDER BY r.id"""

# A message of a file with texts is written again from the row it came from: merge tags are filled in anew.
_UNREACHED: Final = """INSERT INTO campaigns_recipient (campaign_id, raw, msisdn, text, problem, from_file)
    SELECT %s, m.msisdn, m.msisdn, COALESCE(r.text, ''), '', %s FROM campaigns_message m
    LEFT JOIN (SELECT msisdn, min(id) AS id FROM campaigns_recipient
        WHERE campaign_id = %s AND problem = '' GROUP BY msisdn) f ON f.msisdn = m.msisdn
    LEFT JOIN campaigns_recipient r ON r.id = f.id
    WHERE m.campaign_id = %s AND m.msisdn NOT LIKE '0%%' AND m.state IN ({states}) ORDER BY m.id"""


@transaction.atomic
def copy(*, campaign: Campaign, actor: User | None) -> Campaign:
    """Return a new draft with the settings and recipients of a campaign; raises NotPossibleNow."""
    _check(campaign)
    if attachments.is_being_read(campaign):
        raise NotPossibleNow(_("The campaign's file is still being read. Copy it afterwards."))
    new = _draft(campaign, _("Copy of %(name)s") % {"name": campaign.name}, actor)
    new.groups.set(campaign.groups.all())
    _copy_file(campaign, new)
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, [new.pk, campaign.pk])
    audit.record(actor=actor, action="campaign.copy", subject=new, account=new.account, source=campaign.pk)
    return new


@transaction.atomic
def resend(*, campaign: Campaign, actor: User, accepting_repeats: bool = False) -> Campaign:
    """Return a new draft to those who did not get a campaign that has ended; raises NotPossibleNow.

    With `accepting_repeats` also to those of whom nobody knows it, some of whom may then get it twice.
    """
    _check(campaign)
    if not campaign.is_terminal or campaign.kind != Kind.TEXT:
        raise NotPossibleNow(_("Only a campaign of texts that has ended can be sent again to those it did not reach."))
    if campaign.forgotten:
        raise NotPossibleNow(_("To whom this campaign went, or what it said, is not kept any more."))
    states = [*NOT_DELIVERED, *(PERHAPS_DELIVERED if accepting_repeats else ())]
    size = _known(campaign).filter(state__in=states).count()
    if not size:
        raise NotPossibleNow(_("There is nobody to send it to again."))
    new = _draft(campaign, _("Again: %(name)s") % {"name": campaign.name}, actor)
    _attach_numbers(campaign, new, states, size)
    told = {"source": campaign.pk, "numbers": size, "accepting_repeats": accepting_repeats}
    audit.record(actor=actor, action="campaign.resend", subject=new, account=new.account, **told)
    return new


def unreached(campaign: Campaign) -> tuple[int, int]:
    """Return how many people surely did not get a campaign, and of how many nobody knows it."""
    if not _can_resend(campaign):
        return 0, 0
    rows = _known(campaign)
    return rows.filter(state__in=NOT_DELIVERED).count(), rows.filter(state__in=PERHAPS_DELIVERED).count()


def has_unreached(campaign: Campaign) -> bool:
    """Say whether a campaign perhaps did not reach somebody, without counting."""
    return _can_resend(campaign) and _known(campaign).filter(state__in=[*NOT_DELIVERED, *PERHAPS_DELIVERED]).exists()


def _can_resend(campaign: Campaign) -> bool:
    return campaign.is_terminal and campaign.kind == Kind.TEXT and not campaign.forgotten and not campaign.single


def _known(campaign: Campaign) -> QuerySet[Message]:
    """Return the messages to people who were not erased since: what stands for their numbers begins with 0.

    It is no range of numbers, so that no database walks the numbers of a campaign instead of its states.
    """
    return campaign.messages.exclude(msisdn__startswith="0")


def _check(campaign: Campaign) -> None:
    if campaign.single:
        raise NotPossibleNow(_("A single message of software is no campaign."))


def _draft(campaign: Campaign, name: str, actor: User | None) -> Campaign:
    """Write a draft with another's settings, but for its start and a prefix that is not reserved any more."""
    settings: dict[str, Any] = {field: getattr(campaign, field) for field in _SETTINGS}
    if campaign.reservation is not None:
        name = campaign.reservation.prefix.name
        settings["reservation"] = prefixes.reserved_now(account=campaign.account, name=name)
    new = Campaign.objects.create(name=name[:120], created_by=actor, **settings)
    new.excluded_groups.set(campaign.excluded_groups.all())
    return new


def _copy_file(campaign: Campaign, new: Campaign) -> None:
    """Describe the file that the copied rows came from; the file itself is gone once it is read."""
    source = RecipientFile.objects.filter(campaign=campaign, status=RecipientFile.Status.DONE).first()
    if source is not None:
        told = ("file_name", "personalized", "parametrized", "layout", "row_estimate", "cursor", "rejected")
        described = {field: getattr(source, field) for field in told}
        RecipientFile.objects.create(campaign=new, auto_send=False, status=RecipientFile.Status.DONE, **described)


def _attach_numbers(campaign: Campaign, new: Campaign, states: list[Message.State], size: int) -> None:
    """Give a draft the numbers as if they came from a file: there may be too many to be shown in its form."""
    source = RecipientFile.objects.filter(campaign=campaign).first()
    RecipientFile.objects.create(
        campaign=new,
        auto_send=False,
        status=RecipientFile.Status.DONE,
        file_name=(_("Not reached by %(name)s") % {"name": campaign.name})[:200],
        personalized=source is not None and source.personalized,
        parametrized=source is not None and source.parametrized,
        row_estimate=size,
        cursor=size,
    )
    marks = ", ".join(["%s"] * len(states))
    with connection.cursor() as cursor:
        cursor.execute(_UNREACHED.format(states=marks), [new.pk, True, campaign.pk, campaign.pk, *states])
