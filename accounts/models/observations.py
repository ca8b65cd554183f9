"""What is observed of connections: the calls that were made, and what was left at the provider."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.connections import Connection
from smspanel import clock


class ConnectionCall(models.Model):
    """One HTTP call to a provider, without secrets; kept for some days, for staff to look for trouble."""

    class Outcome(models.TextChoices):
        ANSWERED = "ANSWERED", _("Answered")
        NEVER_LEFT = "NEVER_LEFT", _("Never left")
        NO_ANSWER = "NO_ANSWER", _("No answer")

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="calls", verbose_name=_("connection"), db_index=False
    )
    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)
    method = models.CharField(_("method"), max_length=8)
    path = models.CharField(_("path"), max_length=200)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    size = models.PositiveIntegerField(_("bytes"))
    excerpt = models.TextField(_("answer"), blank=True, help_text=_("Its beginning, without secrets."))

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["connection", "-id"], name="call_by_connection")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class ConnectionBalance(models.Model):
    """What was left at a provider at a moment, by the provider's own name for it; no value is unlimited."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="balances", verbose_name=_("connection"), db_index=False
    )
    name = models.CharField(_("name"), max_length=40)
    value = models.DecimalField(_("left"), max_digits=18, decimal_places=4, null=True)
    at = models.DateTimeField(_("when"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["connection", "name", "-at"], name="balance_by_connection")]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
