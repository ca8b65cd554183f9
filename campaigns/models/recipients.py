"""Numbers that were pasted or uploaded for one campaign."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from smspanel import clock


class Recipient(models.Model):
    """A number that was pasted or uploaded for one campaign, valid or not."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    raw = models.CharField(max_length=60)
    msisdn = models.CharField(max_length=15, blank=True)
    text = models.TextField(blank=True, help_text=_("Empty: the campaign's text."))
    problem = models.CharField(max_length=200, blank=True)
    from_file = models.BooleanField(default=False, help_text=_("Read from the campaign's file, not pasted."))

    class Meta:
        indexes = [models.Index(fields=["campaign", "id"], name="recipient_in_order")]

    def __str__(self) -> str:
        return self.raw


class RecipientFile(models.Model):
    """A spreadsheet of numbers, each perhaps with a text of its own, that a campaign is read from (JS-30)."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        READING = "READING", _("Being read")
        DONE = "DONE", _("Read")
        FAILED = "FAILED", _("Failed")

    class Content(models.TextChoices):
        NUMBERS = "NUMBERS", _("Numbers only: everybody gets the text above")
        TEXTS = "TEXTS", _("A number and a text of its own in every row")
        COLUMNS = "COLUMNS", _("A number and values: #1#, #2# … in the text above stand for them")

    OPEN: Final = (Status.QUEUED, Status.READING)

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="file")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    personalized = models.BooleanField(default=True, help_text=_("Every row has a text of its own."))
    parametrized = models.BooleanField(default=False, help_text=_("#1#, #2# … in a text stand for further cells."))
    auto_send = models.BooleanField(default=True, help_text=_("Confirm the campaign as soon as it is planned."))
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.QUEUED)
    layout = models.JSONField(default=dict)
    row_estimate = models.PositiveIntegerField(_("rows"), default=0)
    cursor = models.PositiveIntegerField(default=0, help_text=_("Rows that are dealt with."))
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("file of recipients")
        verbose_name_plural = _("files of recipients")
        indexes = [
            models.Index(fields=["status"], condition=Q(status__in=["QUEUED", "READING"]), name="recipient_file_open")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def content(self) -> Content:
        """What its rows hold."""
        if self.parametrized:
            return self.Content.COLUMNS
        return self.Content.TEXTS if self.personalized else self.Content.NUMBERS

    @property
    def is_open(self) -> bool:
        """Whether it is still to be read."""
        return self.status in self.OPEN

    @property
    def percent(self) -> int:
        """How far it is read; the number of its rows is an estimate."""
        return min(100 * self.cursor // self.row_estimate, 99 if self.is_open else 100) if self.row_estimate else 0
