"""To whom: contacts, groups, who is in which, blacklists, and imports."""

from __future__ import annotations

import datetime
import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountLink, User
from smspanel import clock

NOTES: Final = tuple(f"note_{number}" for number in range(1, 11))
"""The ten free fields of a contact (JO-10)."""

FIELDS: Final = ("first_name", "last_name", "middle_name", "sex", "birth_date", *NOTES)
"""What an import may fill in besides the number."""


class Contact(models.Model):
    """A person of one account, known by number."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts", verbose_name=_("account"))
    msisdn = models.CharField(_("number"), max_length=15)
    first_name = models.CharField(_("first name"), max_length=60, blank=True, default="")
    last_name = models.CharField(_("last name"), max_length=60, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=60, blank=True, default="")
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True, default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    note_1 = models.CharField(_("note 1"), max_length=200, blank=True, default="")
    note_2 = models.CharField(_("note 2"), max_length=200, blank=True, default="")
    note_3 = models.CharField(_("note 3"), max_length=200, blank=True, default="")
    note_4 = models.CharField(_("note 4"), max_length=200, blank=True, default="")
    note_5 = models.CharField(_("note 5"), max_length=200, blank=True, default="")
    note_6 = models.CharField(_("note 6"), max_length=200, blank=True, default="")
    note_7 = models.CharField(_("note 7"), max_length=200, blank=True, default="")
    note_8 = models.CharField(_("note 8"), max_length=200, blank=True, default="")
    note_9 = models.CharField(_("note 9"), max_length=200, blank=True, default="")
    note_10 = models.CharField(_("note 10"), max_length=200, blank=True, default="")
    last_import = models.ForeignKey("Import", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "msisdn"],
                name="one_contact_per_number",
                violation_error_message=_("There is a contact with this number already."),
            )
        ]
        indexes = [models.Index(fields=["account", "last_name", "first_name"], name="contact_by_name")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} {self.msisdn}".strip()


def label_of(field: str) -> str:
    """Return what people call a field of a contact."""
    named = Contact._meta.get_field(field)
    assert isinstance(named, models.Field)
    return str(named.verbose_name).capitalize()


class Group(models.Model):
    """A named set of contacts."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="groups", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=100)
    members: models.ManyToManyField[Contact, Membership] = models.ManyToManyField(
        Contact, through="Membership", related_name="groups"
    )
    is_blocked = models.BooleanField(_("blocked"), default=False, help_text=_("Nothing is sent to a blocked group."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day, included."))
    reply_text = models.CharField(_("answer to replies"), max_length=459, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="one_group_per_name",
                violation_error_message=_("There is a group with this name already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=models.F("valid_until")),
                name="groups_end_after_they_begin",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_usable(self, day: datetime.date) -> bool:
        """Say whether messages may be sent to it on that day (JS-63, JS-72)."""
        begun = self.valid_from is None or self.valid_from <= day
        return not self.is_blocked and begun and (self.valid_until is None or day <= self.valid_until)


class Membership(models.Model):
    """A contact in a group; its id tells whether it was there before a campaign was confirmed."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="once_in_a_group")]
        indexes = [models.Index(fields=["group", "id"], name="membership_in_order")]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.contact_id}"


class BlacklistEntry(models.Model):
    """A number that this account never sends to."""

    class Source(models.TextChoices):
        PERSON = "PERSON", _("Entered by hand")
        IMPORT = "IMPORT", _("Imported")
        REPLY = "REPLY", _("Asked by reply")
        API = "API", _("API")

    account = models.ForeignKey(Account, models.CASCADE, related_name="blacklist", verbose_name=_("account"))
    msisdn = models.CharField(_("number"), max_length=15)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.PERSON, editable=False)
    reason = models.CharField(_("reason"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("blacklisted number")
        verbose_name_plural = _("blacklist")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "msisdn"],
                name="blacklisted_once",
                violation_error_message=_("This number is on the blacklist already."),
            )
        ]

    def __str__(self) -> str:
        return self.msisdn


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


class Exchange(models.Model):
    """Lists of a linked account on their way from or to its counterpart; one row for each way and kind of list."""

    class Direction(models.TextChoices):
        PULL = "PULL", _("From JustSend")
        PUSH = "PUSH", _("To JustSend")

    class What(models.TextChoices):
        SUBACCOUNTS = "SUBACCOUNTS", _("Subaccounts")
        GROUPS = "GROUPS", _("Groups")
        BLACKLIST = "BLACKLIST", _("Blacklist")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Under way")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    link = models.ForeignKey(AccountLink, models.CASCADE, related_name="exchanges")
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    what = models.CharField(_("what"), max_length=11, choices=What)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.QUEUED)
    group = models.PositiveBigIntegerField(default=0, help_text=_("The group that is dealt with: ours, or theirs."))
    cursor = models.PositiveBigIntegerField(default=0, help_text=_("What is dealt with within it."))
    moved = models.PositiveIntegerField(_("numbers"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("exchange with JustSend")
        verbose_name_plural = _("exchanges with JustSend")
        constraints = [models.UniqueConstraint(fields=["link", "direction", "what"], name="one_exchange_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.get_what_display()}"
