"""Credentials for one provider account."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from smspanel import clock
from smspanel.providers import registry


def make_inbox_token() -> str:
    """Return the secret part of the address to which the provider pushes reports."""
    return secrets.token_urlsafe(24)


class Connection(models.Model):
    """An account at a provider, through which messages leave."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("provider"), max_length=20, choices=registry.kinds)
    base_url = models.URLField(_("address"), blank=True, help_text=_("Empty: the provider's own address."))
    sealed_credentials = models.TextField(editable=False, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    max_parallel = models.PositiveSmallIntegerField(
        _("calls at once"), default=2, help_text=_("How many submissions may be under way at the same time.")
    )
    calls_per_second = models.PositiveSmallIntegerField(
        _("calls in a second"), default=2, help_text=_("How many submissions may begin in one second. 0: no limit.")
    )
    next_call_at = models.DateTimeField(null=True, editable=False)
    batch_size = models.PositiveIntegerField(
        _("messages in a call"), null=True, blank=True, help_text=_("Empty: what the provider advises.")
    )
    grace_seconds = models.PositiveIntegerField(
        _("wait before asking, seconds"),
        null=True,
        blank=True,
        help_text=_("How long after an unclear answer the provider is asked what it took. Empty: its default."),
    )
    options = models.JSONField(default=dict, editable=False, help_text=_("The provider's switches, by name."))
    sealed_token = models.TextField(
        editable=False, blank=True, help_text=_("What the provider gave us to sign in with.")
    )
    blocked_until = models.DateTimeField(_("set aside until"), null=True, blank=True, editable=False)
    blocked_because = models.CharField(max_length=200, blank=True, editable=False)
    warn_below = models.DecimalField(
        _("warn below"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_(
            "The dashboard warns when less than this is left at the provider, whatever it counts in. Empty: it warns"
            " only when the account would be used up within three days."
        ),
    )
    inbox_token = models.CharField(max_length=40, unique=True, default=make_inbox_token, editable=False)
    last_error = models.CharField(_("last trouble"), max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField(_("when"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where the sealed credentials belong."""
        return f"accounts.Connection:{self.public_id}"

    @property
    def token_place(self) -> str:
        """Where the sealed token belongs."""
        return f"accounts.Connection.token:{self.public_id}"

    @property
    def push_address(self) -> str:
        """Where its provider pushes reports and replies."""
        return settings.PUBLIC_URL + reverse("inbox", kwargs={"token": self.inbox_token})

    def trouble(self, at: datetime) -> str | None:
        """Return why nothing new is sent over it at that moment; None when it can be used."""
        if not self.is_active:
            return gettext("switched off")
        if self.blocked_until is not None and self.blocked_until > at:
            return self.blocked_because
        return None

    def pause(self, at: datetime) -> timedelta:
        """Return how long its pace asks to wait at that moment before the next submission begins."""
        if not self.calls_per_second or self.next_call_at is None:
            return timedelta()
        left = self.next_call_at - at
        # No pace waits longer than a second: such a moment was written before the clock was put back.
        return left if timedelta() < left <= timedelta(seconds=1) else timedelta()
