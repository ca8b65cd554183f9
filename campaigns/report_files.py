"""The export centre: files that are asked for, made in the background, fetched, and forgotten after a week (JS-97)."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account, User
from campaigns import report_writing
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Campaign, ReportFile
from campaigns.report_writing import CannotBeMade, Progress
from contacts.models import Group
from smspanel import clock, doorbell

JOB: Final = "campaigns.jobs.make_report_file"
LEASE: Final = timedelta(seconds=75)
KEPT: Final = timedelta(days=7)
FRESH: Final = timedelta(minutes=1)
"""Who asks for the same again within this time gets the same file."""
MOST_WAITING: Final = 20
MOST_ATTEMPTS: Final = 5

PREFIXES: Final = {
    ReportFile.Type.BULK_HISTORY: "bulkHistory",
    ReportFile.Type.SINGLE_BULK_HISTORY: "singleBulkHistory",
    ReportFile.Type.BULK_RECIPIENTS: "bulkRecipients",
    ReportFile.Type.REJECTED_RECIPIENTS: "rejectedRecipient",
    ReportFile.Type.GROUP_MSISDNS: "groupMsisds",
    ReportFile.Type.RESPONSE_HISTORY: "responseHistory",
}
"""What file names begin with: one word, because programs split the names at their underscores."""

logger = logging.getLogger(__name__)


def folder() -> Path:
    """Return where the files are kept, under names of ours."""
    return Path(settings.DATA_DIR) / "reports"


def path_of(report: ReportFile) -> Path:
    """Return where a file is once it is ready."""
    return folder() / report.public_id.hex


def paths_of(report: ReportFile) -> list[Path]:
    """Return whatever there may be of a file on the disk."""
    return [path_of(report), *folder().glob(f"{report.public_id.hex}.*")]


def of_days(
    *, account: Account, kind: ReportFile.Type, first: date, last: date, actor: User | None = None
) -> ReportFile:
    """Ask for a history of days, both included; raises CampaignRefused."""
    about = f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
    parameters = {"from": first.isoformat(), "to": last.isoformat()}
    return _ask(ReportFile(account=account, type=kind, parameters=parameters, about=about), actor)


def of_campaign(
    *,
    campaign: Campaign,
    kind: ReportFile.Type,
    actor: User | None = None,
    format: ReportFile.Format = ReportFile.Format.CSV,  # noqa: A002 - what a file has is called its format
) -> ReportFile:
    """Ask for the recipients of a campaign, or for its rejected rows; raises CampaignRefused."""
    wanted = ReportFile(account=campaign.account, type=kind, parameters={"id": campaign.pk}, format=format)
    wanted.about = campaign.name
    return _ask(wanted, actor)


def of_group(*, group: Group, actor: User | None = None) -> ReportFile:
    """Ask for the numbers of a group; raises CampaignRefused."""
    kind = ReportFile.Type.GROUP_MSISDNS
    wanted = ReportFile(account=group.account, type=kind, parameters={"id": group.pk}, about=group.name)
    return _ask(wanted, actor)


@transaction.atomic
def _ask(wanted: ReportFile, actor: User | None) -> ReportFile:
    """Queue a file, or return the same one that is being made or was just finished."""
    account = Account.objects.select_for_update(no_key=True).get(pk=wanted.account_id)
    own = ReportFile.objects.filter(account=account)
    usable = Q(status__in=ReportFile.OPEN) | Q(status=ReportFile.Status.READY, finished_at__gt=clock.now() - FRESH)
    same = own.filter(usable, type=wanted.type, format=wanted.format, parameters=wanted.parameters).first()
    if same is not None:
        return same
    if own.filter(status__in=ReportFile.OPEN).count() >= MOST_WAITING:
        sentence = _("%(most)s files are being made already. Wait until they are ready.") % {"most": MOST_WAITING}
        raise CampaignRefused(sentence, rule=Rule.TOO_MANY)
    wanted.created_by = actor
    wanted.save()
    wanted.file_name = _name_of(wanted, account)
    wanted.save(update_fields=["file_name"])
    audit.record(actor=actor, action="download.ask", subject=wanted, account=account, type=wanted.type)
    doorbell.ring(JOB, wanted.pk)
    return wanted


def _name_of(report: ReportFile, account: Account) -> str:
    """Return PREFIX_masterUserId_from_to_fileId_created.ext; what is of no days bears the day it was asked for."""
    at = report.created_at.astimezone(account.zone)
    first, last = (report.parameters.get(name, f"{at:%Y-%m-%d}") for name in ("from", "to"))
    master = account.master_id or account.pk
    prefix = PREFIXES[ReportFile.Type(report.type)]
    return f"{prefix}_{master}_{first}_{last}_{report.pk}_{at:%Y%m%d%H%M%S}.{report.format}"


def _free() -> QuerySet[ReportFile]:
    """Return files to be made that no living process is making."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=clock.now())
    return ReportFile.objects.filter(free, status__in=ReportFile.OPEN)


def due() -> list[tuple[int]]:
    """Return files to be made that no living process is making."""
    return list(_free().order_by("pk").values_list("pk"))


def make(file_id: int) -> None:
    """Make a file, or the next part of it."""
    report = _claim(file_id)
    if report is None:
        return
    language = report.created_by.language if report.created_by else settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            if report.attempt > MOST_ATTEMPTS:
                raise CannotBeMade(_("The file could not be made. Ask for fewer days, or tell the operator."))
            _make(report)
        except CannotBeMade as error:
            _end(report, ReportFile.Status.FAILED, str(error))
        except OSError:
            logger.exception("The report file %s could not be written.", report.pk)
            _end(report, ReportFile.Status.FAILED, _("The file could not be written. Please tell the operator."))


def _claim(file_id: int) -> ReportFile | None:
    """Take a file; after a crash it is begun anew under another name, because the last writer may still be alive."""
    report = _free().select_related("account", "created_by").filter(pk=file_id).first()
    if report is None:
        return None
    unchanged = ReportFile.objects.filter(pk=file_id, status__in=ReportFile.OPEN, lease_until=report.lease_until)
    if report.lease_until is not None or not _can_go_on(report):
        report.attempt, report.rows, report.size, report.cursor = report.attempt + 1, 0, 0, ""
    report.status, report.lease_until = ReportFile.Status.GENERATING, clock.now() + LEASE
    names = ("attempt", "rows", "size", "cursor", "status", "lease_until")
    if not unchanged.update(**{name: getattr(report, name) for name in names}):
        return None
    return report


def _can_go_on(report: ReportFile) -> bool:
    """Say whether what was written of the file is still there."""
    part = _part_of(report)
    return not report.size or (part.exists() and part.stat().st_size >= report.size)


def _part_of(report: ReportFile) -> Path:
    """Return where this attempt writes."""
    return folder() / f"{report.public_id.hex}.{report.attempt}"


def _make(report: ReportFile) -> None:
    """Write, and put the file in its place once it is complete."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _part_of(report)
    if not report_writing.write(report, part, lambda progress: _keep(report, progress)):
        if _mine(report).update(lease_until=None):
            doorbell.ring_now(JOB, report.pk)
        return
    part.replace(path_of(report))
    _end(report, ReportFile.Status.READY)


def _mine(report: ReportFile) -> QuerySet[ReportFile]:
    """Return the file as long as this attempt may write it."""
    return ReportFile.objects.filter(pk=report.pk, attempt=report.attempt, status=ReportFile.Status.GENERATING)


def _keep(report: ReportFile, progress: Progress) -> bool:
    """Write how far the file is and prolong the lease."""
    figures: dict[str, Any] = {"rows": progress.rows, "size": progress.size, "cursor": progress.cursor}
    return bool(_mine(report).update(**figures, lease_until=clock.now() + LEASE))


def _end(report: ReportFile, status: ReportFile.Status, problem: str = "") -> None:
    _mine(report).update(status=status, problem=problem[:300], finished_at=clock.now(), lease_until=None)


def forget_old() -> None:
    """Delete files after a week, and whatever is on the disk without being ready or still to be written."""
    ReportFile.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    # The disk is read before the rows: a file that appears in between is in no danger.
    names = {path.name for path in folder().iterdir()} if folder().is_dir() else set()
    for report in ReportFile.objects.exclude(status=ReportFile.Status.FAILED).iterator():
        names.discard(path_of(report).name)
        if report.status in ReportFile.OPEN:
            names.discard(_part_of(report).name)
    for name in names:
        (folder() / name).unlink(missing_ok=True)
