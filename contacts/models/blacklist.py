"""Numbers that nothing is sent to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from smspanel import clock


class BlacklistEntry(models.Model):
    """A number that this account never sends to."""

    class Source(models.TextChoices):
        PERSON = "PERSON", _("Entered by hand")
        IMPORT = "IMPORT", _("Imported")
        REPLY = "REPLY", _("Asked by reply")
        API = "API", _("API")

    account = models.ForeignKey(Account, models.CASCADE, related_name="blacklist", verbose_name=_("account"))
    msisdn = models.CharField(_("number"), max_length=15)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.PERSON, editable=False)
    reason = models.CharField(_("reason"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("blacklisted number")
        verbose_name_plural = _("blacklist")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "msisdn"],
                name="blacklisted_once",
                violation_error_message=_("This number is on the blacklist already."),
            )
        ]

    def __str__(self) -> str:
        return self.msisdn
