"""Files that somebody asked for: histories, recipients, replies; made in the background and kept for a while."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from smspanel import clock


class ReportFile(models.Model):
    """A file for an account; `parameters` hold what it is of: from and to (days, both included), or an id."""

    class Type(models.TextChoices):
        BULK_HISTORY = "BULK_HISTORY", _("Campaigns of some days")
        SINGLE_BULK_HISTORY = "SINGLE_BULK_HISTORY", _("Single messages by day")
        BULK_RECIPIENTS = "BULK_RECIPIENTS", _("All recipients")
        REJECTED_RECIPIENTS = "REJECTED_RECIPIENTS", _("Rejected rows")
        GROUP_MSISDNS = "GROUP_MSISDNS", _("Numbers of a group")
        RESPONSE_HISTORY = "RESPONSE_HISTORY", _("Replies of some days")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        GENERATING = "GENERATING", _("Being made")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Could not be made")

    OPEN: Final = (Status.QUEUED, Status.GENERATING)

    account = models.ForeignKey(Account, models.CASCADE, related_name="report_files", verbose_name=_("account"))
    type = models.CharField(_("what"), max_length=19, choices=Type)
    parameters = models.JSONField(default=dict)
    about = models.CharField(_("about"), max_length=120, blank=True)
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.CSV)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=160, blank=True, help_text=_("By which software asks for it."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    rows = models.PositiveIntegerField(_("rows"), default=0)
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
            models.Index(fields=["account", "-id"], name="report_file_by_account"),
            models.Index(fields=["file_name"], name="report_file_by_name"),
            models.Index(fields=["status"], condition=Q(status__in=["QUEUED", "GENERATING"]), name="report_file_open"),
        ]

    def __str__(self) -> str:
        return self.file_name
