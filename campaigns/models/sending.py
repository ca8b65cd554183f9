"""The messages of a campaign and their submissions to a provider."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Connection, User
from campaigns.models.campaigns import Campaign
from campaigns.models.months import MonthOfCampaign, condition
from contacts.models import Contact
from smspanel import clock
from smspanel.providers.values import DeliveryState


class Batch(models.Model):
    """One submission to a provider; its intent is committed before the first byte leaves."""

    class State(models.TextChoices):
        READY = "READY", _("Ready to be submitted again")
        SUBMITTING = "SUBMITTING", _("Being submitted")
        ACCEPTED = "ACCEPTED", _("Accepted")
        REFUSED = "REFUSED", _("Refused")
        UNKNOWN = "UNKNOWN", _("Answer unclear")
        ASSUMED_SENT = "ASSUMED_SENT", _("Assumed sent")
        REROUTED = "REROUTED", _("Never left; its messages took another way")

    class Verdict(models.TextChoices):
        RESENT = "RESENT", _("Sent again")
        COUNTED = "COUNTED", _("Counted as sent")
        REFUNDED = "REFUNDED", _("Refunded")

    OPEN: Final = (State.READY, State.SUBMITTING, State.UNKNOWN)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="batches", verbose_name=_("campaign"))
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="batches", verbose_name=_("connection"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    size = models.PositiveIntegerField(_("messages"))
    token = models.UUIDField(null=True, help_text=_("Only its holder may write the outcome."))
    attempt = models.PositiveIntegerField(_("attempts"), default=0)
    started_at = models.DateTimeField(_("submitted"), null=True)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    unknown_since = models.DateTimeField(_("unclear since"), null=True)
    problem = models.CharField(_("trouble"), max_length=300, blank=True)
    provider_answer = models.TextField(
        _("the provider's answer"), blank=True, help_text=_("Its own words, redacted, for staff.")
    )
    route_reason = models.CharField(_("why this way"), max_length=300, blank=True)
    next_pull_at = models.DateTimeField(null=True)
    pulls = models.PositiveIntegerField(default=0)
    verdict = models.CharField(
        _("decided"), max_length=8, choices=Verdict, blank=True, help_text=_("What a person said of an unclear one.")
    )
    verdict_reason = models.CharField(_("because"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["campaign", "state"],
                condition=Q(state__in=["READY", "SUBMITTING", "UNKNOWN"]),
                name="batch_open",
            ),
            models.Index(fields=["connection"], condition=Q(state="SUBMITTING"), name="batch_under_way"),
            models.Index(fields=["id"], condition=Q(state__in=["UNKNOWN", "ASSUMED_SENT"]), name="batch_unclear"),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="batch_decided"),
            models.Index(fields=["next_pull_at"], condition=Q(next_pull_at__isnull=False), name="batch_to_pull"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Turn(models.Model):
    """When a submission was last begun for an account, so that accounts take turns."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="turn")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.account)


class BatchEvidence(models.Model):
    """An outcome that came too late to be written: kept, and used to settle an unclear batch, never to send."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="evidence")
    outcome = models.CharField(max_length=30)
    raw = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return f"{self.batch}: {self.outcome}"


class Messages(models.QuerySet["Message"]):
    """Messages; what asks for those of one campaign reads its month alone."""

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        """Add the month where a campaign is named, or a batch whose campaign is at hand."""
        return super().filter(*args, **{**condition(**kwargs), **kwargs})

    def known_as(self, provider_ids: Collection[str]) -> Self:
        """Return those with one of these ids of the provider.

        PostgreSQL does not see that more than a hundred ids have no empty one among them, and SQLite never sees it;
        said in words, it lets them look into the index, which has none either.
        """
        return self.filter(provider_id__in=provider_ids).exclude(provider_id="")


class Message(models.Model):
    """One text to one number."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        SUBMITTING = "SUBMITTING", _("Being sent")
        SENT = "SENT", _("Sent, no report yet")
        DELIVERED = "DELIVERED", _("Delivered")
        UNDELIVERED = "UNDELIVERED", _("Not delivered")
        EXPIRED = "EXPIRED", _("Expired")
        REJECTED = "REJECTED", _("Rejected by the network")
        NO_REPORT = "NO_REPORT", _("Sent, no report came")
        EXCLUDED = "EXCLUDED", _("Left out")
        CANCELED = "CANCELED", _("Cancelled")
        FAILED = "FAILED", _("Not sent")
        UNKNOWN = "UNKNOWN", _("Unclear whether sent")
        ASSUMED_SENT = "ASSUMED_SENT", _("Assumed sent")

    OPEN: Final = (State.QUEUED, State.SUBMITTING, State.UNKNOWN)
    AWAITING_REPORT: Final = (State.SENT, State.ASSUMED_SENT)
    REPORTED: Final = (State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED)
    CHARGED: Final = (*AWAITING_REPORT, *REPORTED, State.NO_REPORT)
    FINAL: Final = (*REPORTED, State.NO_REPORT)
    NOT_SENT: Final = (State.EXCLUDED, State.CANCELED, State.FAILED)

    PARTITIONED_BY: Final = "month"

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="messages", verbose_name=_("campaign"), db_index=False
    )
    month = MonthOfCampaign(editable=False)
    msisdn = models.CharField(_("number"), max_length=15)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="messages")
    text = models.TextField(blank=True, help_text=_("Empty: the campaign's text."))
    parts = models.PositiveSmallIntegerField(_("parts"))
    points = models.PositiveIntegerField(_("points"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="messages")
    provider_id = models.CharField(max_length=64, blank=True)
    provider_parts = models.PositiveIntegerField(_("parts billed by the provider"), null=True)
    reported_at = models.DateTimeField(_("reported"), null=True)
    network = models.CharField(_("operator"), max_length=40, blank=True)
    refunded_at = models.DateTimeField(
        _("refunded"), null=True, help_text=_("Nobody knew whether it was sent, and a person gave the points back.")
    )

    objects = Messages.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        # A campaign has one month: this is no weaker than without it, and PostgreSQL demands it of a partitioned table.
        constraints = [models.UniqueConstraint(fields=["campaign", "msisdn", "month"], name="one_message_per_number")]
        indexes = [
            models.Index(fields=["campaign", "id"], condition=Q(state="QUEUED"), name="message_queue"),
            models.Index(fields=["campaign", "state"], name="message_by_state"),
            models.Index(fields=["msisdn", "-id"], name="message_by_number"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
        ]

    def __str__(self) -> str:
        return self.msisdn

    @property
    def forgotten_number(self) -> str:
        """What stands for its number once that is forgotten: no number begins with 0, and no two messages share it."""
        return f"0{self.pk:014d}"

    @property
    def ref(self) -> str:
        """Our reference at the provider."""
        return self.campaign.ref_of(self.pk)


class ProviderId(models.Model):
    """An id the provider gave to one part of a message, or to a message of the batch it has not named yet."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="provider_ids")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="provider_ids", db_constraint=False)
    provider_id = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=12, choices=[(state, state) for state in DeliveryState], default="QUEUED")

    def __str__(self) -> str:
        return self.provider_id
