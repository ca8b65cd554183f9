"""Spreadsheets on their way in, their rows that were refused, and what they changed."""

from __future__ import annotations

import uuid
from datetime import timedelta
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
        UNDOING = "UNDOING", _("Being undone")
        UNDONE = "UNDONE", _("Undone")

    OPEN: Final = (Status.QUEUED, Status.RUNNING)
    ENDED: Final = (Status.DONE, Status.FAILED, Status.CANCELED)
    UNDO_FOR: Final = timedelta(days=30)
    """How long what an import changed is kept as it was before."""

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
    diagnosis = models.JSONField(default=dict, help_text=_("What the first rows hold, before anything is written."))
    row_estimate = models.PositiveIntegerField(_("rows"), default=0)
    cursor = models.PositiveIntegerField(default=0, help_text=_("Rows of data that are dealt with."))
    working_seconds = models.FloatField(default=0.0, help_text=_("Time that was spent on them."))
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    duplicate_count = models.PositiveIntegerField(_("repeated"), default=0)
    invalid_count = models.PositiveIntegerField(_("rejected"), default=0)
    blacklisted_count = models.PositiveIntegerField(_("on the blacklist"), default=0)
    removed_count = models.PositiveIntegerField(_("removed again"), default=0)
    restored_count = models.PositiveIntegerField(_("changed back"), default=0)
    kept_count = models.PositiveIntegerField(_("left as they are"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["status"], condition=Q(status__in=["QUEUED", "RUNNING", "UNDOING"]), name="import_under_way"
            )
        ]

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
        if self.status not in {self.Status.UPLOADED, *self.OPEN, self.Status.CANCELED, self.Status.FAILED}:
            return 100
        return min(99, self.cursor * 100 // self.row_estimate) if self.row_estimate else 0

    @property
    def rows_per_second(self) -> int:
        """How fast it goes; 0 before the first rows are in."""
        return int(self.cursor / self.working_seconds) if self.working_seconds else 0

    @property
    def remaining(self) -> timedelta | None:
        """How long the rest will take at that pace; None before that is known."""
        if not self.rows_per_second or self.status not in self.OPEN:
            return None
        return timedelta(seconds=max(1, (self.row_estimate - self.cursor) // self.rows_per_second))

    @property
    def is_under_way(self) -> bool:
        """Whether something is being done with it now."""
        return self.status in {*self.OPEN, self.Status.UNDOING}

    @property
    def can_be_stopped(self) -> bool:
        """Whether there is something to stop."""
        return self.status in self.OPEN

    @property
    def can_be_undone(self) -> bool:
        """Whether what it changed is still kept as it was before."""
        if self.status not in self.ENDED or self.finished_at is None or not self.cursor:
            return False
        return self.finished_at > clock.now() - self.UNDO_FOR


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


class ImportChange(models.Model):
    """A contact that an import changed, as it was before; created contacts have none."""

    # As of Contact.last_import: the import is locked while its changes are written.
    spreadsheet = models.ForeignKey(Import, models.CASCADE, related_name="changes", db_index=False, db_constraint=False)
    contact_id = models.PositiveBigIntegerField()
    before = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["spreadsheet", "contact_id"], name="changed_once_by_an_import")]

    def __str__(self) -> str:
        return f"{self.spreadsheet_id}/{self.contact_id}"


class ColumnMemory(models.Model):
    """Which column was which in the last file of this account with the same titles."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    target = models.CharField(max_length=9, choices=Import.Target)
    titles_sha256 = models.CharField(max_length=64)
    columns = models.JSONField()
    used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "target", "titles_sha256"], name="one_memory_of_titles")
        ]

    def __str__(self) -> str:
        return ", ".join(self.columns)
