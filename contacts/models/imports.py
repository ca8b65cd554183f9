"""Spreadsheets on their way in, and their rows that were refused."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from contacts.models.people import Group
from smspanel import clock


class Import(models.Model):
    """A spreadsheet on its way into contacts or onto the blacklist."""

    class Target(models.TextChoices):
        CONTACTS = "CONTACTS", _("Contacts")
        BLACKLIST = "BLACKLIST", _("Blacklist")

    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", _("Waiting for your decision")
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Importing")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELED = "CANCELED", _("Cancelled")

    OPEN: Final = (Status.QUEUED, Status.RUNNING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="imports", verbose_name=_("account"))
    target = models.CharField(_("into"), max_length=9, choices=Target, default=Target.CONTACTS)
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="imports", verbose_name=_("group")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.UPLOADED)
    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(max_length=64)
    layout = models.JSONField(default=dict, help_text=_("How the file is read, and which column is which."))
    row_estimate = models.PositiveIntegerField(_("rows"), default=0)
    cursor = models.PositiveIntegerField(default=0, help_text=_("Rows of data that are dealt with."))
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    duplicate_count = models.PositiveIntegerField(_("repeated"), default=0)
    invalid_count = models.PositiveIntegerField(_("rejected"), default=0)
    blacklisted_count = models.PositiveIntegerField(_("on the blacklist"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["status"], condition=Q(status__in=["QUEUED", "RUNNING"]), name="import_open")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def titles(self) -> list[str]:
        """What the columns are called, or their numbers where the file does not say."""
        named = [*self.layout.get("titles", ()), *[""] * self.layout["width"]][: self.layout["width"]]
        return [title or str(number) for number, title in enumerate(named, start=1)]

    @property
    def percent(self) -> int:
        """How far the import is, 0 to 100."""
        if self.status == self.Status.DONE:
            return 100
        return min(99, self.cursor * 100 // self.row_estimate) if self.row_estimate else 0


class RejectedRow(models.Model):
    """A row of a spreadsheet that was not imported, and why."""

    spreadsheet = models.ForeignKey(Import, models.CASCADE, related_name="rejected_rows")
    row = models.PositiveIntegerField(help_text=_("As the spreadsheet program numbers it."))
    cells = models.JSONField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["spreadsheet", "row"], name="rejected_once")]
        ordering = ["row"]

    def __str__(self) -> str:
        return f"{self.row}: {self.reason}"
