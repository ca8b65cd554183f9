"""Tells approvers what waits, and owners what was decided: noted with the change, sent by a job.

A row is taken before its e-mail is handed over, so a process that dies in between sends it never rather than twice:
what counts is the list in the panel.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign, Notice, Sender
from smspanel import clock, doorbell, mail

JOB: Final = "campaigns.jobs.send_notice"
ATTEMPTS: Final = 6
AGAIN: Final = timedelta(minutes=5)
"""After the first attempt; the wait doubles with each."""

_ABOUT_SENDERS: Final = {
    Sender.Status.APPROVED.value: Notice.Kind.SENDER_YES,
    Sender.Status.REJECTED.value: Notice.Kind.SENDER_NO,
    Sender.Status.OFF.value: Notice.Kind.SENDER_OFF,
}


def tell_approvers(campaign: Campaign) -> None:
    """Note that a campaign waits; of an account's single messages only the first that waits is told."""
    others = Campaign.objects.filter(account=campaign.account, state=Campaign.State.TO_PAY, single=True)
    if campaign.single and others.exclude(pk=campaign.pk).exists():
        return
    staff = User.objects.filter(role__in=User.STAFF_ROLES, approves=True, enabled=True)
    _note(campaign, Notice.Kind.WAITING, staff.exclude(pk=campaign.confirmed_by_id or 0))


def tell_owners(campaign: Campaign, kind: Notice.Kind) -> None:
    """Note a decision for the owners of the account and for whoever confirmed the campaign."""
    whose = Q(account=campaign.account_id, role=User.Role.OWNER) | Q(pk=campaign.confirmed_by_id or 0)
    _note(campaign, kind, User.objects.filter(whose, enabled=True))


def tell_about(sender: Sender) -> None:
    """Note what was decided about a name for the owners of its account."""
    kind = _ABOUT_SENDERS.get(sender.status)
    if kind is None or sender.account_id is None:
        return
    for person in User.objects.filter(account=sender.account_id, role=User.Role.OWNER, enabled=True):
        doorbell.ring(JOB, Notice.objects.create(sender=sender, kind=kind, person=person).pk)


def _note(campaign: Campaign, kind: Notice.Kind, people: Iterable[User]) -> None:
    for person in people:
        doorbell.ring(JOB, Notice.objects.create(campaign=campaign, kind=kind, person=person).pk)


def due() -> list[tuple[int]]:
    """Return e-mails that are to be sent now."""
    return list(Notice.objects.filter(next_attempt_at__lte=clock.now()).order_by("pk").values_list("pk"))


def send(notice_id: int) -> None:
    """Send an e-mail, unless it was taken already or is news no more; a refused one is tried again."""
    mine = Notice.objects.filter(pk=notice_id)
    taken = mine.filter(next_attempt_at__lte=clock.now())
    if not taken.update(next_attempt_at=None, attempts=F("attempts") + 1):
        return
    notice = mine.select_related("campaign__account", "campaign__plan", "sender", "person").get()
    if notice.kind == Notice.Kind.WAITING and notice.campaign and notice.campaign.state != Campaign.State.TO_PAY:
        return
    with translation.override(notice.person.language):
        subject, body = written(notice)
    try:
        mail.send(to=notice.person.email, subject=subject, body=body)
    except mail.NotSent as error:
        again = clock.now() + AGAIN * 2**notice.attempts if notice.attempts < ATTEMPTS else None
        mine.update(next_attempt_at=again, problem=str(error)[:300])
    else:
        mine.update(sent_at=clock.now(), problem="")


def written(notice: Notice) -> tuple[str, str]:
    """Return the subject and the body in the language that is active; they hold no number and no text of a message."""
    if notice.campaign is None:
        return _about_sender(notice)
    campaign = notice.campaign
    lines = [_("Campaign: %(name)s") % {"name": campaign.name}, _("Account: %(name)s") % {"name": campaign.account}]
    if (plan := getattr(campaign, "plan", None)) is not None:
        told = {"recipients": plan.recipients, "points": plan.points}
        lines.append(_("Recipients: %(recipients)s, points: %(points)s") % told)
    if notice.kind == Notice.Kind.REFUSED:
        lines += ["", campaign.problem, _("Nothing was sent. Its points are yours again.")]
    page = "campaign-decide" if notice.kind == Notice.Kind.WAITING else "campaign"
    lines += ["", settings.PUBLIC_URL + reverse(page, args=[campaign.pk])]
    return f"{notice.get_kind_display()}: {campaign.name}", "\n".join(lines)


def _about_sender(notice: Notice) -> tuple[str, str]:
    assert notice.sender is not None
    lines = [str(notice.get_kind_display()), notice.sender.rejection]
    lines += ["", settings.PUBLIC_URL + reverse("admin:campaigns_sender_change", args=[notice.sender.pk])]
    return f"{notice.get_kind_display()}: {notice.sender.name}", "\n".join(lines)
