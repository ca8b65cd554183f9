"""The audit trail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import Account
from accounts.models.people import User
from smspanel import clock


class AuditEntry(models.Model):
    """Who did what to which object; written in the transaction of the change and never altered."""

    at = models.DateTimeField(_("when"), default=clock.now, editable=False, db_index=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    seen_as = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("in the place of")
    )
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("account"))
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("object"), max_length=80)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
