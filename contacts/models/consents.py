"""What people agreed to: by which words, when, and how it is known."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from contacts.models.imports import Import
from smspanel import clock


class ConsentClause(models.Model):
    """The words of a consent; they are kept once for everybody who agreed to them."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="consent_clauses", db_index=False)
    text = models.TextField(_("wording"), max_length=4000)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="one_clause_per_wording")]

    def __str__(self) -> str:
        return self.text


class Consent(models.Model):
    """That a number agreed to a clause, for a channel and a purpose; it stands until it is withdrawn."""

    class Channel(models.TextChoices):
        SMS = "SMS", _("Text messages")
        VOICE = "VOICE", _("Calls")

    class Purpose(models.TextChoices):
        MARKETING = "MARKETING", _("Marketing")
        INFORMATION = "INFORMATION", _("Information")

    class Source(models.TextChoices):
        PERSON = "PERSON", _("Entered by hand")
        IMPORT = "IMPORT", _("Imported")
        REPLY = "REPLY", _("Asked by reply")
        LINK = "LINK", _("Asked by the link")
        API = "API", _("API")

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="consents", verbose_name=_("account"), db_index=False
    )
    msisdn = models.CharField(_("number"), max_length=15)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    purpose = models.CharField(_("purpose"), max_length=11, choices=Purpose)
    clause = models.ForeignKey(
        ConsentClause, models.PROTECT, related_name="consents", verbose_name=_("wording"), db_index=False
    )
    given_at = models.DateTimeField(_("given"))
    source = models.CharField(_("how it is known"), max_length=6, choices=Source)
    spreadsheet = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="consents", verbose_name=_("file"))
    row = models.PositiveIntegerField(_("row"), null=True, help_text=_("As the spreadsheet program numbers it."))
    given_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"), db_index=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_source = models.CharField(_("how it was withdrawn"), max_length=6, choices=Source, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("withdrawn by"), db_index=False
    )
    created_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "msisdn", "channel", "purpose", "clause"],
                condition=Q(withdrawn_at__isnull=True),
                name="agreed_once_to_a_clause",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_source="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_source="")),
                name="withdrawn_consents_say_how",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "msisdn"], condition=Q(withdrawn_at__isnull=False), name="withdrawn")
        ]

    def __str__(self) -> str:
        return f"{self.msisdn}: {self.get_channel_display()}, {self.get_purpose_display()}"
