"""Emergency stops: everything of an account is taken back at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from smspanel import clock


class Stop(models.Model):
    """One emergency stop of one account, until somebody lets it send again."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="stops", verbose_name=_("account"))
    reason = models.CharField(_("because"), max_length=200, blank=True)
    by_account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("Whose decision; none: staff."),
    )
    started_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    started_at = models.DateTimeField(_("stopped"), default=clock.now, editable=False)
    unmade = models.PositiveBigIntegerField(default=0, help_text=_("Recipients whose messages were not made yet."))
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(_("allowed again"), null=True)

    class Meta:
        verbose_name = _("emergency stop")
        verbose_name_plural = _("emergency stops")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(ended_at__isnull=True), name="stopped_once")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def holds(self) -> bool:
        """Whether the account may still send nothing."""
        return self.ended_at is None
