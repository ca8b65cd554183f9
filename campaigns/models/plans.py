"""What a campaign would do and cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from smspanel import clock


class Plan(models.Model):
    """What a campaign would do and cost, found from the real data before it is confirmed."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Being made")
        READY = "READY", _("Ready")
        REFUSED = "REFUSED", _("Cannot be sent")

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="plan")
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    problems = models.JSONField(default=list, help_text=_("Why it cannot be sent, in sentences."))
    candidates = models.PositiveIntegerField(default=0)
    waterfall = models.JSONField(default=list, help_text=_("Who is left out: reason, count, examples."))
    recipients = models.PositiveIntegerField(default=0)
    parts = models.PositiveBigIntegerField(default=0)
    price = models.PositiveIntegerField(default=0, help_text=_("Points per part; 0 when destinations differ."))
    points = models.PositiveBigIntegerField(default=0)
    destinations = models.JSONField(default=list, help_text=_("Messages, parts and points by destination."))
    operators = models.JSONField(
        default=list, help_text=_("Messages, parts and points by country and operator, as far as ranges tell.")
    )
    dearest = models.JSONField(default=list, help_text=_("The dearest texts: number, text, parts, points."))
    savings = models.JSONField(default=list, help_text=_("What could be had for fewer points, and how."))
    offer_digest = models.CharField(max_length=32, blank=True)
    parts_breakdown = models.JSONField(default=dict, help_text=_("How many messages have how many parts."))
    samples = models.JSONField(default=list)
    membership_limit = models.BigIntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    finishes_at = models.DateTimeField(null=True)
    requested_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.campaign}: {self.recipients}"
