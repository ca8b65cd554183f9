"""Uploaded spreadsheets on disk: under names of ours, never under their own."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from contacts import spreadsheets


def path_of(public_id: uuid.UUID) -> Path:
    """Return where the upload of that id is kept."""
    return Path(settings.UPLOAD_DIR) / public_id.hex


def name_of(file: UploadedFile[Any]) -> str:
    """Return what its owner calls the file, without folders."""
    return Path((file.name or "file").replace("\0", "")).name[:200]


def keep(file: UploadedFile[Any], public_id: uuid.UUID) -> tuple[spreadsheets.Inspection, str]:
    """Write the upload to its place and return how it is to be read, and its SHA-256; raises UnreadableFile."""
    if file.size is not None and file.size > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // 1024**2
        raise spreadsheets.UnreadableFile(
            _("The file is larger than %(most)s MB. Split it and import the pieces.") % {"most": most}
        )
    path = path_of(public_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = _write(file, path)
    try:
        return spreadsheets.inspect(path, name_of(file)), digest
    except spreadsheets.UnreadableFile:
        path.unlink()
        raise


def _write(file: UploadedFile[Any], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()
