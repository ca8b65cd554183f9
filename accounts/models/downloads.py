"""Files that somebody asked for: histories, recipients, contacts; made in the background and kept for a while."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from accounts.models.people import User
from smspanel import clock


class Download(models.Model):
    """A file for an account; `parameters` hold what it is of, for its kind (accounts/download_kinds.py) to read."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"
        ODS = "ods", "ODS"

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        GENERATING = "GENERATING", _("Being made")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Could not be made")

    OPEN: Final = (Status.QUEUED, Status.GENERATING)

    account = models.ForeignKey(Account, models.CASCADE, related_name="downloads", verbose_name=_("account"))
    type = models.CharField(_("what"), max_length=19)
    parameters = models.JSONField(default=dict)
    about = models.CharField(_("about"), max_length=120, blank=True)
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.CSV)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=160, blank=True, help_text=_("By which software asks for it."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    expected = models.PositiveIntegerField(null=True, editable=False, help_text=_("Rows, where that was counted."))
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1, help_text=_("Each writes a file of its own."))
    cursor = models.CharField(max_length=20, blank=True, help_text=_("Up to where the file is written."))
    size = models.PositiveBigIntegerField(default=0, help_text=_("Bytes up to there."))
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("asked for"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["account", "-id"], name="download_by_account"),
            models.Index(fields=["file_name"], name="download_by_name"),
            models.Index(fields=["status"], condition=Q(status__in=["QUEUED", "GENERATING"]), name="download_open"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.status in self.OPEN

    @property
    def percent(self) -> int | None:
        """How far the file is, 0 to 100; None where nobody counted the rows first."""
        if self.status == self.Status.READY:
            return 100
        return min(99, self.rows * 100 // self.expected) if self.expected else None
