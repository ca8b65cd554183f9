"""The audit trail and its chain."""

from __future__ import annotations

from typing import Final

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
    digest = models.BinaryField(null=True)
    """Of what it says, for the chain; entries that are older than the chain have none."""

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditLink(models.Model):
    """The place of an entry in the chain, sealed together with the link before; written with it and never altered.

    Position and digest are missing only while the transaction that writes them commits.
    """

    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="link")
    position = models.BigIntegerField(null=True, unique=True, editable=False)
    digest = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("link of the audit trail")
        verbose_name_plural = _("links of the audit trail")

    def __str__(self) -> str:
        return f"{self.position}: {self.entry_id}"


class AuditHead(models.Model):
    """The one row that knows where the chain ends."""

    ONLY: Final = 1

    position = models.BigIntegerField(editable=False)
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("end of the audit trail")
        verbose_name_plural = _("ends of the audit trail")

    def __str__(self) -> str:
        return f"{self.position}"
