"""The answers that a repeated request of software gets again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from smspanel import clock


class IdempotencyKey(models.Model):
    """A key that a client gave a request: with it, the same request is carried out once and answered alike (R1)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text=_("Of the request, so that another one is told apart."))
    sealed_answer = models.TextField(blank=True, help_text=_("Sealed, because some answers show a key."))
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_request_per_idempotency_key")]

    def __str__(self) -> str:
        return self.key

    @property
    def place(self) -> str:
        """Where the sealed answer belongs."""
        return f"accounts.IdempotencyKey:{self.pk}"
