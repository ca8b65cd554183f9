"""Numbers that nothing is sent to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from smspanel import clock


class BlacklistEntry(models.Model):
    """A number that is never written to: by one account, by a master and its subaccounts, or by anybody.

    One that has expired blocks nothing and is removed at night.
    """

    class Scope(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("This account")
        TREE = "TREE", _("This account and its subaccounts")
        EVERYBODY = "ALL", _("Everybody")

    class Source(models.TextChoices):
        PERSON = "PERSON", _("Entered by hand")
        IMPORT = "IMPORT", _("Imported")
        REPLY = "REPLY", _("Asked by reply")
        LINK = "LINK", _("Asked by the link")
        API = "API", _("API")

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="blacklist",
        verbose_name=_("account"),
        db_index=False,
    )
    scope = models.CharField(_("holds for"), max_length=7, choices=Scope, default=Scope.ACCOUNT)
    msisdn = models.CharField(_("number"), max_length=15)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.PERSON, editable=False)
    reason = models.CharField(_("reason"), max_length=120, blank=True, default="")
    expires_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: for ever."))
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), editable=False, db_index=False
    )
    spreadsheet = models.ForeignKey(
        "Import", models.SET_NULL, null=True, related_name="+", verbose_name=_("file"), editable=False
    )
    created_at = models.DateTimeField(_("added"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("blacklisted number")
        verbose_name_plural = _("blacklist")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "scope", "msisdn"],
                name="blacklisted_once_in_a_scope",
                violation_error_message=_("This number is on the blacklist already."),
            ),
            models.UniqueConstraint(
                fields=["msisdn"],
                condition=Q(account__isnull=True),
                name="blacklisted_once_for_everybody",
                violation_error_message=_("This number is on the blacklist already."),
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, scope="ALL")
                | Q(account__isnull=False, scope__in=["ACCOUNT", "TREE"]),
                name="blacklisted_for_everybody_is_of_no_account",
            ),
        ]
        indexes = [
            models.Index(fields=["msisdn"], name="blacklisted_number"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="blacklisted_until"),
        ]

    def __str__(self) -> str:
        return self.msisdn

    @property
    def holds(self) -> bool:
        """Whether it still blocks."""
        return self.expires_at is None or self.expires_at > clock.now()
