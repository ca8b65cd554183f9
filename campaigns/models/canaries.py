"""The first few messages of a campaign, on which it depends whether the others are sent."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from campaigns.models.sending import Message


class Canary(models.Model):
    """The first few of one campaign, and what was made of them."""

    class Status(models.TextChoices):
        RUNNING = "RUNNING", _("Being tried")
        PASSED = "PASSED", _("Enough were delivered")
        FAILED = "FAILED", _("Too few were delivered")
        OVERRULED = "OVERRULED", _("A person let the campaign go on")

    BARRING: Final = (Status.RUNNING, Status.FAILED)
    """While it is one of these, no other message of the campaign may leave."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="canary")
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    size = models.PositiveSmallIntegerField()
    settled_at = models.DateTimeField(null=True, help_text=_("Since when none of them is under way any more."))
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status"], condition=Q(status="RUNNING"), name="canary_running")]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.size}"


class CanaryMessage(models.Model):
    """One of the first few."""

    canary = models.ForeignKey(Canary, models.CASCADE, related_name="picks")
    message = models.OneToOneField(Message, models.CASCADE, related_name="+", db_constraint=False)

    def __str__(self) -> str:
        return str(self.message)
