"""What can be sent, under which name, over which connection, and at which price."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Connection
from campaigns.errors import Rule
from smspanel import clock
from smspanel.providers.values import MessageKind

SENDER_LENGTH: Final = 11
_SENDER: Final = re.compile(r"[A-Za-z0-9.\- ]+")


class Variant(models.TextChoices):
    """The kinds of traffic that prices and routes are made for (JS-10)."""

    ECO = "ECO", _("ECO: a random sender number")
    FULL = "FULL", _("FULL: your own sender name")
    PRO = "PRO", _("PRO: your own sender name, fast")
    ECO_RESP = "ECO_RESP", _("ECO with replies")
    PRO_RESP = "PRO_RESP", _("PRO with replies")
    INTER = "INTER", _("International")
    VOICE = "VOICE", _("Voice")


NAMED_VARIANTS: Final = frozenset({Variant.FULL, Variant.PRO})
"""Variants that need a sender name."""
REPLY_VARIANTS: Final = frozenset({Variant.ECO_RESP, Variant.PRO_RESP})
"""Variants whose recipients answer under a reserved prefix (JS-53)."""


COUNTRIES: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)


def validate_country(code: str) -> None:
    """Refuse what is not the two letters of a country that has phone numbers."""
    if code not in COUNTRIES:
        raise ValidationError(_("Write the country as its two capital letters, such as PL."))


class Kind(models.TextChoices):
    """What arrives on the phone."""

    TEXT = MessageKind.TEXT.value, _("Text message")
    FLASH = MessageKind.FLASH.value, _("Flash: shown at once, not kept")
    WAP_PUSH = MessageKind.WAP_PUSH.value, _("WAP push")
    VCARD = MessageKind.VCARD.value, _("Business card")
    VOICE = MessageKind.VOICE.value, _("Voice call")
    HLR = MessageKind.HLR.value, _("Number check: nothing arrives")


class Where(models.Model):
    """A destination, as far as it is told; what tells more goes before what tells less."""

    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("Two letters, such as PL. Empty: every country."),
    )
    mnc = models.CharField(
        _("network code (MNC)"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[0-9]{2,3}\Z", _("A network code has 2 or 3 digits, such as 01."))],
        help_text=_("In Poland (MCC 260): 01 Plus, 02 T-Mobile, 03 Orange, 06 Play. Empty: every network."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a network without its country."""
        if self.mnc and not self.country:
            raise ValidationError(
                {"mnc": _("A network code means something only within a country: fill that in, too.")}
            )

    @property
    def where(self) -> str:
        """The destination in short."""
        return "/".join(part for part in (self.country, self.mnc) if part)


class Price(Where):
    """Points for one part of a message from one moment on; a new price is a new row, and the old one is closed."""

    variant = models.CharField(_("variant"), max_length=8, choices=Variant)
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=Kind,
        blank=True,
        help_text=_("Empty: every kind but number checks, which have a price of their own."),
    )
    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="prices",
        verbose_name=_("account"),
        help_text=_("Empty: the price for everybody who has none of their own."),
    )
    points = models.PositiveIntegerField(_("points per part"))
    surcharge = models.PositiveIntegerField(
        _("more for priority"), default=0, help_text=_("Points on top for each part of a message with priority.")
    )
    valid_from = models.DateTimeField(_("valid from"), default=clock.now, editable=False)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["variant", "kind", "account__name", "country", "mnc", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "kind", "account", "country", "mnc"],
                condition=Q(valid_until__isnull=True, account__isnull=False),
                name="one_price_per_destination_and_account",
            ),
            models.UniqueConstraint(
                fields=["variant", "kind", "country", "mnc"],
                condition=Q(valid_until__isnull=True, account__isnull=True),
                name="one_price_per_destination_for_all",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="prices_are_at_least_one_point"),
            models.CheckConstraint(condition=Q(mnc="") | ~Q(country=""), name="prices_of_networks_name_the_country"),
        ]

    def __str__(self) -> str:
        return f"{' '.join(part for part in (self.variant, self.kind, self.where) if part)}: {self.points}"


class Route(Where):
    """A connection that carries a variant; of several, the narrowest destination and then the lowest rank."""

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="routes",
        verbose_name=_("account"),
        help_text=_("With a master account also its subaccounts. Empty: for everybody."),
    )

    variant = models.CharField(_("variant"), max_length=8, choices=Variant)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="routes", verbose_name=_("connection"))
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["variant", "account__name", "country", "mnc", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "connection", "account", "country", "mnc"],
                condition=Q(account__isnull=False),
                name="one_route_per_connection_and_account",
            ),
            models.UniqueConstraint(
                fields=["variant", "connection", "country", "mnc"],
                condition=Q(account__isnull=True),
                name="one_route_per_connection_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{' '.join(part for part in (self.variant, self.where) if part)} → {self.connection}"


def validate_sender(name: str) -> None:
    """Refuse a name that operators would refuse (E4, JS-26); the code of the error is the rule that it breaks."""
    if not 2 <= len(name.strip()) <= SENDER_LENGTH:
        raise ValidationError(_("A sender name has 2 to 11 characters."), code=Rule.SENDER_LENGTH)
    if not _SENDER.fullmatch(name) or name != name.strip():
        raise ValidationError(
            _("A sender name has letters, digits, dots, dashes and spaces, without Polish letters."),
            code=Rule.SENDER_CHARACTERS,
        )
    if not re.search(r"[A-Za-z]", name):
        raise ValidationError(_("A sender name has at least one letter."), code=Rule.SENDER_NUMBER)
    if re.search(r"\d{4}", name):
        raise ValidationError(_("A sender name may not have more than 3 digits in a row."), code=Rule.SENDER_NUMBER)


class Sender(models.Model):
    """A name that messages may be sent under, once staff have approved it."""

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        OFF = "OFF", _("Switched off")

    class Agreement(models.TextChoices):
        NOT_REQUIRED = "NOT_REQUIRED", _("Not required")
        REQUIRED = "REQUIRED", _("Required")
        DELIVERED = "DELIVERED", _("Delivered")

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="senders",
        verbose_name=_("account"),
        help_text=_("Empty: for everybody."),
    )
    name = models.CharField(_("name"), max_length=SENDER_LENGTH, validators=[validate_sender])
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    rejection = models.CharField(_("why not"), max_length=300, blank=True, editable=False)
    agreement = models.CharField(
        _("agreement"),
        max_length=12,
        choices=Agreement,
        default=Agreement.NOT_REQUIRED,
        help_text=_("Of the owner of the name. While it is required, nothing is sent under the name."),
    )
    agreement_note = models.CharField(
        _("where it is"), max_length=200, blank=True, help_text=_("Such as the number or date of the letter.")
    )
    variants = models.CharField(
        _("for variants"), max_length=40, blank=True, help_text=_("Empty: for every variant that bears a name.")
    )
    created_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("sender name")
        verbose_name_plural = _("sender names")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="one_sender_per_name",
                violation_error_message=_("This sender name was asked for already."),
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(account__isnull=True), name="one_shared_sender_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, variant: str) -> bool:
        """Say whether messages of a variant may bear it."""
        return not self.variants or variant in self.variants.split()


class SenderRegistration(models.Model):
    """What the provider of a connection says of a name; where it says anything, the rest may not carry the name."""

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Waiting for the provider")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")

    sender = models.ForeignKey(
        Sender, models.CASCADE, related_name="registrations", verbose_name=_("sender name"), db_index=False
    )
    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="registrations", verbose_name=_("connection"), db_index=False
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("name at a provider")
        verbose_name_plural = _("names at providers")
        ordering = ["sender__name", "connection__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "connection"],
                name="one_registration_per_connection",
                violation_error_message=_("What this provider says of the name is written down already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sender} · {self.connection}"
