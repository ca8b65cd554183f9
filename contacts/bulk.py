"""Does something to every contact of a selection: asked for once, done in chunks that a crash cannot repeat or lose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from contacts import blacklist, groups, joining, selecting
from contacts.models import BlacklistEntry, BulkJob, Contact, Group, Membership
from contacts.selecting import Selection
from smspanel import clock, doorbell, leases

JOB: Final = "contacts.jobs.do_bulk"
CHUNK: Final = 5_000
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)
MOST_WAITING: Final = 20

Action = BulkJob.Action
Status = BulkJob.Status


class BulkRefused(Exception):
    """Nothing will be done; the message says why and what to do."""


@transaction.atomic
def ask(
    *,
    account: Account,
    action: BulkJob.Action,
    selection: Selection,
    actor: User | None,
    group: Group | None = None,
    **further: Any,
) -> BulkJob:
    """Queue an action over the contacts that are selected now; `further` are fields of the job. Raises BulkRefused."""
    if action in BulkJob.WITH_GROUP and (group is None or group.account_id != account.pk):
        raise BulkRefused(_("Choose a group."))
    if BulkJob.objects.filter(account=account, status__in=BulkJob.OPEN).count() >= MOST_WAITING:
        sentence = _("%(most)s changes are under way already. Wait until they are done, or stop some.")
        raise BulkRefused(sentence % {"most": MOST_WAITING})
    own = Contact.objects.filter(account=account)
    found, is_all = selecting.count(selection.of(own))
    job = BulkJob(
        account=account, action=action, selection=selection.to_json(), group=group, created_by=actor, **further
    )
    job.limit = own.aggregate(last=Max("pk"))["last"] or 0
    job.expected = found if is_all else None
    job.about = Truncator(", ".join(selection.in_words(account))).chars(200)
    job.save()
    details = {"what": action, "group": group.pk if group else None, "expected": job.expected}
    audit.record(actor=actor, action="contacts.bulk.ask", subject=job, account=account, **details)
    doorbell.ring(JOB, job.pk)
    return job


@transaction.atomic
def stop(*, job: BulkJob, actor: User | None) -> None:
    """Stop it; what is done stays done. Raises BulkRefused."""
    unfinished = BulkJob.objects.filter(pk=job.pk, status__in=BulkJob.OPEN)
    if not unfinished.update(status=Status.STOPPED, finished_at=clock.now(), lease_until=None):
        raise BulkRefused(_("This has ended already."))
    audit.record(actor=actor, action="contacts.bulk.stop", subject=job, account=job.account)


def due() -> list[tuple[int]]:
    """Return what is to be done and no living process is doing."""
    return list(BulkJob.objects.filter(leases.free(), status__in=BulkJob.OPEN).order_by("pk").values_list("pk"))


def run(job_id: int) -> None:
    """Do chunk after chunk until all is done, the time is up, or somebody stops it."""
    mine = BulkJob.objects.filter(leases.free(), pk=job_id, status__in=BulkJob.OPEN)
    if not mine.update(status=Status.RUNNING, lease_until=clock.now() + LEASE):
        return
    until = clock.monotonic() + SECONDS
    while _step(job_id):
        if clock.monotonic() > until:
            BulkJob.objects.filter(pk=job_id, status=Status.RUNNING).update(lease_until=None)
            doorbell.ring_now(JOB, job_id)
            return


@transaction.atomic
def _step(job_id: int) -> bool:
    """Do one chunk and move the cursor, together; says whether there is more."""
    # As an import does: who writes many contacts of an account takes turns, so that nobody waits crosswise.
    Account.objects.select_for_update(no_key=True).get(bulk_jobs=job_id)
    job = BulkJob.objects.select_for_update(no_key=True).get(pk=job_id)
    if job.status != Status.RUNNING:
        return False
    if job.action in BulkJob.WITH_GROUP and job.group_id is None:
        return _end(job, Status.FAILED, _("The group was deleted meanwhile."))
    rows = selecting.of_account(job.account_id, job.selection).filter(pk__gt=job.cursor, pk__lte=job.limit)
    chunk = list(rows.order_by("pk").values_list("pk", "msisdn")[:CHUNK])
    if chunk:
        job.changed += _ACTIONS[Action(job.action)](job, chunk)
        job.done, job.cursor = job.done + len(chunk), chunk[-1][0]
    if len(chunk) < CHUNK:
        return _end(job, Status.DONE, _remove(job))
    job.lease_until = clock.now() + LEASE
    job.save(update_fields=["changed", "done", "cursor", "lease_until"])
    return True


def _remove(job: BulkJob) -> str:
    """Delete the group that is empty of sense now; return why it stays."""
    if job.then_remove is None:
        return ""
    # Who joined it meanwhile, the cursor has passed or the limit left out.
    late = Membership.objects.filter(group=job.then_remove).exclude(contact__groups=job.group_id)
    job.changed += joining.join(job.group_id or 0, list(late.values_list("contact", flat=True)))
    try:
        groups.remove(group=job.then_remove, actor=job.created_by)
    except groups.GroupNeeded as error:
        return str(error)
    job.then_remove = None
    return ""


def _end(job: BulkJob, status: BulkJob.Status, problem: str = "") -> bool:
    job.status, job.problem, job.finished_at, job.lease_until = status, problem, clock.now(), None
    job.save()
    details = {"what": job.action, "status": status, "contacts": job.done, "changed": job.changed}
    audit.record(actor=job.created_by, action="contacts.bulk.end", subject=job, account=job.account, **details)
    return False


Chunk = Sequence[tuple[int, str]]


def _join(job: BulkJob, chunk: Chunk) -> int:
    return joining.join(job.group_id or 0, [pk for pk, _msisdn in chunk])


def _leave(job: BulkJob, chunk: Chunk) -> int:
    return joining.leave(job.group_id or 0, [pk for pk, _msisdn in chunk])


def _blacklist(job: BulkJob, chunk: Chunk) -> int:
    raw = [f"+{msisdn}" for _pk, msisdn in chunk]
    source = BlacklistEntry.Source.PERSON
    return blacklist.add(account=job.account, raw_numbers=raw, source=source, actor=job.created_by)


def _split(job: BulkJob, chunk: Chunk) -> int:
    """Fill the groups one after the other; what came meanwhile goes into the last one."""
    into: list[int] = job.details["groups"]
    members_in_all, size, joined = int(job.details["members"]), int(job.details["size"]), 0
    places = enumerate(chunk, start=job.done)

    def part(one: tuple[int, Any]) -> int:
        return min(one[0] // size if size else one[0] * len(into) // members_in_all, len(into) - 1)

    for place, members in groupby(places, part):
        joined += joining.join(into[place], [pk for _index, (pk, _msisdn) in members])
    return joined


def _delete(job: BulkJob, chunk: Chunk) -> int:
    _all, by_model = Contact.objects.filter(account=job.account_id, pk__in=[pk for pk, _msisdn in chunk]).delete()
    return by_model.get(Contact._meta.label, 0)


_ACTIONS: Final[Mapping[BulkJob.Action, Callable[[BulkJob, Chunk], int]]] = {
    Action.JOIN: _join,
    Action.LEAVE: _leave,
    Action.BLACKLIST: _blacklist,
    Action.DELETE: _delete,
    Action.SPLIT: _split,
}
