"""Lists that a linked account exchanges with JustSend."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountLink, User
from smspanel import clock


class Exchange(models.Model):
    """Lists of a linked account on their way from or to its counterpart; one row for each way and kind of list."""

    class Direction(models.TextChoices):
        PULL = "PULL", _("From JustSend")
        PUSH = "PUSH", _("To JustSend")

    class What(models.TextChoices):
        SUBACCOUNTS = "SUBACCOUNTS", _("Subaccounts")
        GROUPS = "GROUPS", _("Groups")
        BLACKLIST = "BLACKLIST", _("Blacklist")

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Under way")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    link = models.ForeignKey(AccountLink, models.CASCADE, related_name="exchanges")
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    what = models.CharField(_("what"), max_length=11, choices=What)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.QUEUED)
    group = models.PositiveBigIntegerField(default=0, help_text=_("The group that is dealt with: ours, or theirs."))
    cursor = models.PositiveBigIntegerField(default=0, help_text=_("What is dealt with within it."))
    moved = models.PositiveIntegerField(_("numbers"), default=0)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("exchange with JustSend")
        verbose_name_plural = _("exchanges with JustSend")
        constraints = [models.UniqueConstraint(fields=["link", "direction", "what"], name="one_exchange_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.get_what_display()}"
