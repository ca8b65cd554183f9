"""Tells people what happened, in the panel and by e-mail: noted with the change, e-mailed by a job, never twice.

A row is taken before its e-mail is handed over, so a process that dies in between sends it never rather than twice:
what counts is the list in the panel.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from accounts import notice_kinds
from accounts.models import Account, Notice, Told, User
from accounts.notice_kinds import Way
from smspanel import clock, doorbell, mail

JOB: Final = "accounts.jobs.send_notice"
ATTEMPTS: Final = 6
AGAIN: Final = timedelta(minutes=5)
"""After the first attempt; the wait doubles with each."""
KEPT_FOR: Final = timedelta(days=90)


def owners_of(account: Account, *, also: int | None = None) -> list[User]:
    """Return who hears of an account: its owners, one more person, and those of its master who chose to."""
    whose = Q(account=account.pk, role=User.Role.OWNER) | Q(pk=also or 0)
    if account.master_id is not None:
        whose |= Q(account=account.master_id, role=User.Role.OWNER)
    found = User.objects.filter(whose, enabled=True).order_by("pk")
    return [one for one in found if one.account_id != account.master_id or one.notice_choices.get(notice_kinds.TREE)]


def note(kind: str, people: Iterable[User], *, key: str, address: str, **details: Any) -> None:
    """Write news for these people, as each chose to hear of it, in the caller's transaction; once for each key."""
    for person in people:
        way = notice_kinds.way_of(person, notice_kinds.KINDS[kind].topic)
        if way == Way.NOT:
            continue
        said = {"kind": kind, "address": address, "details": details, "is_shown": way != Way.MAIL}
        said["next_attempt_at"] = None if way == Way.PANEL else clock.now()
        notice, is_new = Notice.objects.get_or_create(person=person, key=key, defaults=said)
        if is_new and notice.next_attempt_at:
            doorbell.ring(JOB, notice.pk)


def begins(key: str) -> str:
    """Say that something holds; returns a key for who is told, and nothing if it held already."""
    told, is_new = Told.objects.get_or_create(key=key)
    return f"{key}:{told.pk}" if is_new else ""


def ends(key: str) -> None:
    """Say that something holds no more."""
    Told.objects.filter(key=key).delete()


def due() -> list[tuple[int]]:
    """Return e-mails that are to be sent now."""
    return list(Notice.objects.filter(next_attempt_at__lte=clock.now()).order_by("pk").values_list("pk"))


def send(notice_id: int) -> None:
    """Send an e-mail, unless it was taken already or is news no more; a refused one is tried again."""
    mine = Notice.objects.filter(pk=notice_id)
    taken = mine.filter(next_attempt_at__lte=clock.now())
    if not taken.update(next_attempt_at=None, attempts=F("attempts") + 1):
        return
    notice = mine.select_related("person__account").get()
    if not notice.person.is_active or not notice_kinds.is_news(notice):
        return
    zone = notice.person.account.zone if notice.person.account else timezone.get_default_timezone()
    with timezone.override(zone), translation.override(notice.person.language):
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
    lines = [*notice_kinds.sentences_of(notice), "", settings.PUBLIC_URL + notice.address]
    return notice_kinds.subject_of(notice), "\n".join(lines)


def shown_to(person: User) -> QuerySet[Notice]:
    """Return what this person sees in the panel, the newest first."""
    return Notice.objects.filter(person=person, is_shown=True).order_by("-pk")


def read(notices: QuerySet[Notice]) -> None:
    """Mark news as read."""
    notices.filter(read_at__isnull=True).update(read_at=clock.now())


def forget_old() -> None:
    """Delete news that is news to nobody."""
    Notice.objects.filter(created_at__lt=clock.now() - KEPT_FOR, next_attempt_at__isnull=True).delete()
