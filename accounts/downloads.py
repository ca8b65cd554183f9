"""Files that are asked for, made in the background, fetched by a link that ends, and forgotten after a week (JS-97)."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, download_kinds, download_writing
from accounts.download_sheets import MOST_ROWS
from accounts.download_writing import LEASE, CannotBeMade, Progress
from accounts.models import Account, Download, User
from smspanel import clock, doorbell, leases

JOB: Final = "accounts.jobs.make_download"
KEPT: Final = timedelta(days=7)
FRESH: Final = timedelta(minutes=1)
"""Who asks for the same again within this time gets the same file."""
LINK_VALID: Final = timedelta(hours=1)
MOST_WAITING: Final = 20
MOST_ATTEMPTS: Final = 5

_SIGNER: Final = signing.Signer(salt="accounts.downloads")

logger = logging.getLogger(__name__)


class DownloadRefused(Exception):
    """A file will not be made; the message says why and what to do."""


def folder() -> Path:
    """Return where the files are kept, under names of ours."""
    return Path(settings.DATA_DIR) / "reports"


def path_of(download: Download) -> Path:
    """Return where a file is once it is ready."""
    return folder() / download.public_id.hex


def paths_of(download: Download) -> list[Path]:
    """Return whatever there may be of a file on the disk."""
    return [path_of(download), *folder().glob(f"{download.public_id.hex}.*")]


def token_of(download: Download) -> str:
    """Return what fetches this file of this account, for an hour."""
    until = int((clock.now() + LINK_VALID).timestamp())
    return _SIGNER.sign_object([download.pk, download.account_id, until])


def read_token(token: str) -> tuple[int, int] | None:
    """Return the ids of the file and of its account; None for a token that is not of ours, or is too old."""
    try:
        file_id, account_id, until = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        return None
    return (file_id, account_id) if clock.now().timestamp() < until else None


@transaction.atomic
def ask(wanted: Download, *, actor: User | None) -> Download:
    """Queue an unsaved file, or return the same one that is being made or was just finished; raises DownloadRefused."""
    _check_size(wanted)
    account = Account.objects.select_for_update(no_key=True).get(pk=wanted.account_id)
    own = Download.objects.filter(account=account)
    usable = Q(status__in=Download.OPEN) | Q(status=Download.Status.READY, finished_at__gt=clock.now() - FRESH)
    same = own.filter(usable, type=wanted.type, format=wanted.format, parameters=wanted.parameters).first()
    if same is not None:
        return same
    if own.filter(status__in=Download.OPEN).count() >= MOST_WAITING:
        sentence = _("%(most)s files are being made already. Wait until they are ready.") % {"most": MOST_WAITING}
        raise DownloadRefused(sentence)
    wanted.created_by = actor
    wanted.save()
    wanted.file_name = _name_of(wanted, account)
    wanted.save(update_fields=["file_name"])
    audit.record(actor=actor, action="download.ask", subject=wanted, account=account, type=wanted.type)
    doorbell.ring(JOB, wanted.pk)
    return wanted


def _check_size(wanted: Download) -> None:
    """Refuse what would fail in the end; what was not counted is found out while it is written."""
    most = MOST_ROWS.get(wanted.format)
    if most is not None and (wanted.expected or 0) > most:
        raise DownloadRefused(download_writing.too_many(wanted.format))


def _name_of(download: Download, account: Account) -> str:
    """Return PREFIX_masterUserId_from_to_fileId_created.ext; what is of no days bears the day it was asked for."""
    at = download.created_at.astimezone(account.zone)
    first, last = (download.parameters.get(name, f"{at:%Y-%m-%d}") for name in ("from", "to"))
    master = account.master_id or account.pk
    prefix = download_kinds.of(download.type).prefix
    return f"{prefix}_{master}_{first}_{last}_{download.pk}_{at:%Y%m%d%H%M%S}.{download.format}"


def _free() -> QuerySet[Download]:
    """Return files to be made that no living process is making."""
    return Download.objects.filter(leases.free(), status__in=Download.OPEN)


def due() -> list[tuple[int]]:
    """Return files to be made that no living process is making."""
    return list(_free().order_by("pk").values_list("pk"))


def make(file_id: int) -> None:
    """Make a file, or the next part of it."""
    download = _claim(file_id)
    if download is None:
        return
    language = download.created_by.language if download.created_by else settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            if download.attempt > MOST_ATTEMPTS:
                raise CannotBeMade(_("The file could not be made. Ask for less of it, or tell the operator."))
            _make(download)
        except CannotBeMade as error:
            _end(download, Download.Status.FAILED, str(error))
        except OSError:
            logger.exception("The file %s could not be written.", download.pk)
            _end(download, Download.Status.FAILED, _("The file could not be written. Please tell the operator."))


def _claim(file_id: int) -> Download | None:
    """Take a file; after a crash it is begun anew under another name, because the last writer may still be alive."""
    download = _free().select_related("account", "created_by").filter(pk=file_id).first()
    if download is None:
        return None
    unchanged = Download.objects.filter(pk=file_id, status__in=Download.OPEN, lease_until=download.lease_until)
    if download.lease_until is not None or not _can_go_on(download):
        download.attempt, download.rows, download.size, download.cursor = download.attempt + 1, 0, 0, ""
    download.status, download.lease_until = Download.Status.GENERATING, clock.now() + LEASE
    names = ("attempt", "rows", "size", "cursor", "status", "lease_until")
    if not unchanged.update(**{name: getattr(download, name) for name in names}):
        return None
    return download


def _can_go_on(download: Download) -> bool:
    """Say whether what was written of the file is still there."""
    part = _part_of(download)
    return not download.size or (part.exists() and part.stat().st_size >= download.size)


def _part_of(download: Download) -> Path:
    """Return where this attempt writes."""
    return folder() / f"{download.public_id.hex}.{download.attempt}"


def _make(download: Download) -> None:
    """Write, and put the file in its place once it is complete."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _part_of(download)
    if not download_writing.write(download, part, lambda progress, lease: _keep(download, progress, lease)):
        if _mine(download).update(lease_until=None):
            doorbell.ring_now(JOB, download.pk)
        return
    part.replace(path_of(download))
    _end(download, Download.Status.READY)


def _mine(download: Download) -> QuerySet[Download]:
    """Return the file as long as this attempt may write it."""
    return Download.objects.filter(pk=download.pk, attempt=download.attempt, status=Download.Status.GENERATING)


def _keep(download: Download, progress: Progress, lease: timedelta) -> bool:
    """Write how far the file is and prolong the lease."""
    figures: dict[str, Any] = {"rows": progress.rows, "size": progress.size, "cursor": progress.cursor}
    return bool(_mine(download).update(**figures, lease_until=clock.now() + lease))


def _end(download: Download, status: Download.Status, problem: str = "") -> None:
    _mine(download).update(status=status, problem=problem[:300], finished_at=clock.now(), lease_until=None)


def forget_old() -> None:
    """Delete files after a week, and whatever is on the disk without being ready or still to be written."""
    Download.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    # The disk is read before the rows: a file that appears in between is in no danger.
    names = {path.name for path in folder().iterdir()} if folder().is_dir() else set()
    for download in Download.objects.exclude(status=Download.Status.FAILED).iterator():
        names.discard(path_of(download).name)
        if download.status in Download.OPEN:
            names.discard(_part_of(download).name)
    for name in names:
        (folder() / name).unlink(missing_ok=True)
