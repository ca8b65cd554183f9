"""What owners' programs are told, where, and what came of it."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from campaigns import postback_payloads
from smspanel import clock


class PostbackEndpoint(models.Model):
    """An address of an account's own program that is told what happens, and how well it listens."""

    class Kind(models.TextChoices):
        CAMPAIGNS = "CAMPAIGNS", _("Campaigns and single messages")
        DELIVERIES = "DELIVERIES", _("Delivery reports")
        REPLIES = "REPLIES", _("Replies")
        OVERRIDE = "OVERRIDE", _("Delivery reports of campaigns that name this address")

    USUAL: Final = (Kind.CAMPAIGNS, Kind.DELIVERIES, Kind.REPLIES)
    """Those of which an account has one address each."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="postback_endpoints", verbose_name=_("account"))
    kind = models.CharField(_("about"), max_length=10, choices=Kind)
    url = models.URLField(_("address"), max_length=500, blank=True)
    sealed_secret = models.TextField(editable=False)
    is_active = models.BooleanField(_("in use"), default=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    on_since = models.DateTimeField(null=True, editable=False, help_text=_("When it was last switched on."))
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    next_probe_at = models.DateTimeField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    is_quick = models.BooleanField(default=False, editable=False)
    last_success_at = models.DateTimeField(_("last accepted"), null=True, editable=False)

    class Meta:
        verbose_name = _("post back address")
        verbose_name_plural = _("post back addresses")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"], condition=~Q(kind="OVERRIDE"), name="one_postback_endpoint_per_kind"
            ),
            models.UniqueConstraint(
                fields=["account", "url"], condition=Q(kind="OVERRIDE"), name="one_postback_override_per_address"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | (~Q(url="") & Q(on_since__isnull=False)),
                name="an_active_postback_endpoint_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"

    @property
    def place(self) -> str:
        """Where the sealed secret belongs."""
        place = f"campaigns.PostbackEndpoint:{self.account_id}:{self.kind}"
        return f"{place}:{self.url}" if self.kind == self.Kind.OVERRIDE else place

    @property
    def was_given_up(self) -> bool:
        """Whether the panel switched it off because it failed for too long."""
        return not self.is_active and self.failing_since is not None


class PostbackEvent(models.Model):
    """One thing to tell, written in the transaction in which it happened; its id never changes."""

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waiting")
        ACCEPTED = "ACCEPTED", _("Accepted")
        GIVEN_UP = "GIVEN_UP", _("Given up")

    endpoint = models.ForeignKey(
        PostbackEndpoint, models.CASCADE, related_name="events", verbose_name=_("post back address")
    )
    key = models.CharField(max_length=80, help_text=_("The same change is the same event."))
    payload = models.JSONField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, default=clock.now)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True)

    class Meta:
        verbose_name = _("post back")
        verbose_name_plural = _("post backs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="one_postback_per_change"),
            models.CheckConstraint(
                condition=Q(state="PENDING", next_attempt_at__isnull=False)
                | Q(state__in=["ACCEPTED", "GIVEN_UP"], next_attempt_at__isnull=True),
                name="a_postback_waits_for_an_attempt_or_has_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "id"], condition=Q(next_attempt_at__isnull=False), name="postback_to_send"
            ),
            models.Index(fields=["endpoint"], condition=Q(state="GIVEN_UP"), name="postback_given_up"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def body(self) -> dict[str, Any]:
        """What is sent: a delivery report names the event, so that its receiver can tell a repetition."""
        if self.endpoint.kind in {PostbackEndpoint.Kind.DELIVERIES, PostbackEndpoint.Kind.OVERRIDE}:
            return postback_payloads.acknowledged(self.payload, self.pk)
        return dict(self.payload)


class PostbackAttempt(models.Model):
    """One call of an address, written after it; rows are only added."""

    event = models.ForeignKey(PostbackEvent, models.CASCADE, related_name="log")
    started_at = models.DateTimeField(_("when"))
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    problem = models.CharField(_("trouble"), max_length=300, blank=True)
    seconds = models.FloatField(_("seconds"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.problem or str(self.status)
