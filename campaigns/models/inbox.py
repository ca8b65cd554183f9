"""What providers told us, stored before it is answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection
from smspanel import clock


class InboxItem(models.Model):
    """A raw delivery report, pushed or pulled; applied by a worker, and kept."""

    class Kind(models.TextChoices):
        PUSH = "PUSH", _("Pushed by the provider")
        PULL = "PULL", _("Asked for")

    class State(models.TextChoices):
        NEW = "NEW", _("New")
        APPLIED = "APPLIED", _("Applied")
        UNMATCHED = "UNMATCHED", _("No message found yet")
        REJECTED = "REJECTED", _("Not understood")

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="inbox", verbose_name=_("connection"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    query = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=clock.now)
    received_at = models.DateTimeField(_("received"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["connection", "digest"], name="received_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="inbox_to_apply")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
