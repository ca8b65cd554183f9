"""Tenants and the keys of their software."""

from __future__ import annotations

import datetime
import zoneinfo

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smspanel import clock


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone. Write it as Europe/Warsaw."), params={"name": name})


def validate_countries(text: str) -> None:
    """Refuse what is not the two letters of countries that have phone numbers."""
    unknown = sorted(set(text.split()) - set(phonenumbers.SUPPORTED_REGIONS))
    if unknown:
        raise ValidationError(
            _("%(codes)s: write each country as its two capital letters, such as PL."),
            params={"codes": ", ".join(unknown)},
        )


class Account(models.Model):
    """A tenant: a master, or a slave of one master."""

    class Kind(models.TextChoices):
        MASTER = "MASTER", _("Master account")
        SLAVE = "SLAVE", _("Subaccount")

    class Status(models.TextChoices):
        WAIT_TO_ACTIVE = "WAIT_TO_ACTIVE", _("Waiting for activation")
        ACTIVE = "ACTIVE", _("Active")
        NOT_ACTIVE = "NOT_ACTIVE", _("Switched off")
        EXPIRED = "EXPIRED", _("Expired")

    class LegalForm(models.TextChoices):
        PRIVATE_USER = "PRIVATE_USER", _("Private person")
        COMMERCIAL_COMPANY = "COMMERCIAL_COMPANY", _("Company")
        CIVIL_PARTNERSHIP = "CIVIL_PARTNERSHIP", _("Civil partnership")

    class PhoneStatus(models.TextChoices):
        NOT_VERIFIED = "NOT_VERIFIED", _("Not verified")
        VERIFIED = "VERIFIED", _("Verified")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    master = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="slaves", verbose_name=_("master account")
    )
    status = models.CharField(_("status"), max_length=14, choices=Status, default=Status.ACTIVE)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    description = models.CharField(_("description"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    last_name = models.CharField(_("last name"), max_length=60, blank=True)
    legal_form = models.CharField(
        _("legal form"), max_length=20, choices=LegalForm, default=LegalForm.COMMERCIAL_COMPANY
    )
    company_name = models.CharField(_("company name"), max_length=160, blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    nip = models.CharField(_("tax number (NIP)"), max_length=20, blank=True)
    regon = models.CharField(_("REGON"), max_length=14, blank=True)
    krs = models.CharField(_("KRS"), max_length=10, blank=True)
    register_entry = models.CharField(_("register entry"), max_length=120, blank=True)
    pesel = models.CharField(_("PESEL"), max_length=11, blank=True)
    id_number = models.CharField(_("identity document"), max_length=20, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    house_no = models.CharField(_("house number"), max_length=10, blank=True)
    flat_no = models.CharField(_("flat number"), max_length=10, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    contact_person = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_first_name = models.CharField(_("contact's first name"), max_length=60, blank=True)
    contact_last_name = models.CharField(_("contact's last name"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact's phone"), max_length=20, blank=True)
    contact_phone_status = models.CharField(
        _("contact's phone checked"), max_length=14, choices=PhoneStatus, default=PhoneStatus.NOT_VERIFIED
    )
    payment_code = models.CharField(_("payment reference"), max_length=20, blank=True)
    channel_id = models.PositiveIntegerField(_("sales channel"), null=True, blank=True)
    tariff_id = models.PositiveIntegerField(_("tariff"), null=True, blank=True)
    administrator = models.BooleanField(_("administers its tree"), default=False)
    may_use_prefixes = models.BooleanField(
        _("may reserve prefixes"), default=False, help_text=_("To collect replies that begin with a word.")
    )
    may_use_nine_digits = models.BooleanField(
        _("may send from nine-digit numbers"), default=False, help_text=_("To collect replies to a whole number.")
    )

    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Warsaw", validators=[validate_time_zone]
    )
    window_start = models.TimeField(
        _("send from"), null=True, blank=True, default=datetime.time(8), help_text=_("Empty: at any hour.")
    )
    window_end = models.TimeField(_("send until"), null=True, blank=True, default=datetime.time(22))
    stop_answer = models.CharField(
        _("confirmation of a stop"),
        max_length=459,
        blank=True,
        help_text=_("Sent once, as an ECO message, to who asks by a reply not to be written to. Empty: nothing."),
    )
    approval_above = models.PositiveBigIntegerField(
        _("approve campaigns above"),
        null=True,
        blank=True,
        help_text=_("Points. A dearer campaign waits for staff. Empty: none does."),
    )
    type_count_from = models.PositiveIntegerField(
        _("type the number of recipients from"),
        null=True,
        blank=True,
        default=10_000,
        help_text=_("Whoever confirms a campaign to so many people types how many they are. Empty: never."),
    )
    warn_below = models.PositiveBigIntegerField(
        _("tell when fewer points are left than"), null=True, blank=True, help_text=_("Empty: nobody is told.")
    )
    needs_cost_centre = models.BooleanField(
        _("every sending needs a cost centre"), default=False, help_text=_("So that each is booked on one.")
    )
    countries = models.CharField(
        _("sends to countries"),
        max_length=400,
        blank=True,
        default="PL",
        validators=[validate_countries],
        help_text=_("Two letters each, parted by blanks, such as PL DE. Empty: every country that has a price."),
    )
    daily_cap = models.PositiveIntegerField(
        _("messages a day"), null=True, blank=True, help_text=_("Empty: as many as it has points for.")
    )
    cap_messages = models.PositiveSmallIntegerField(
        _("messages to a number"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("At most so many, from the account and its subaccounts together. Empty: no limit."),
    )
    cap_days = models.PositiveSmallIntegerField(
        _("within days"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    beyond_cap = models.BooleanField(
        _("urgent messages go past that limit"),
        default=False,
        help_text=_("Single messages of software and campaigns with priority are neither limited nor counted."),
    )
    may_skip_approval = models.BooleanField(
        _("software may skip the approval"), default=False, help_text=_("With bulk/sendWithoutConfirmation.")
    )
    may_send_by_get = models.BooleanField(
        _("software may send by GET"),
        default=False,
        help_text=_("For devices that can do nothing else: number and text stand in the address and may be logged."),
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="MASTER", master__isnull=True) | Q(kind="SLAVE", master__isnull=False),
                name="slaves_and_only_slaves_have_a_master",
            ),
            models.CheckConstraint(
                condition=Q(window_start__isnull=True, window_end__isnull=True)
                | (Q(window_start__isnull=False, window_end__isnull=False) & ~Q(window_start=models.F("window_end"))),
                name="sending_window_has_two_different_ends",
            ),
            models.CheckConstraint(
                condition=Q(cap_messages__isnull=True, cap_days__isnull=True)
                | Q(cap_messages__isnull=False, cap_days__isnull=False, cap_messages__gte=1, cap_days__gte=1),
                name="a_cap_has_messages_and_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_master(self) -> bool:
        """Whether the account may have slaves."""
        return self.kind == self.Kind.MASTER

    @property
    def root(self) -> Account:
        """The account at the top of its tree: its master, or itself."""
        return self.master or self

    def may_write_to(self, country: str) -> bool:
        """Say whether it may send to a country, given by its two letters."""
        return not self.countries.strip() or country in self.countries.split()

    @property
    def is_active(self) -> bool:
        """Whether its people may sign in and its software may call."""
        return self.status == self.Status.ACTIVE

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which its people read and write times."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def clean(self) -> None:
        """Refuse a sending window with one end, or with equal ends, and half a limit."""
        if (self.cap_messages is None) != (self.cap_days is None):
            raise ValidationError({"cap_days": _("Give both, a number of messages and of days, or neither.")})
        if (self.window_start is None) != (self.window_end is None) or (
            self.window_start is not None and self.window_start == self.window_end
        ):
            raise ValidationError(
                {"window_end": _("Give two different hours, or leave both empty to send at any hour.")}
            )


class AppKey(models.Model):
    """A key of an account's software: found by digest, shown again from the sealed value."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="app_keys", verbose_name=_("account"))
    label = models.CharField(_("label"), max_length=60, blank=True)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sealed = models.TextField(editable=False)
    networks = models.JSONField(
        _("allowed addresses"),
        default=list,
        blank=True,
        help_text=_("Networks such as 203.0.113.0/24 that may use the key. Empty: every address."),
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def place(self) -> str:
        """Where the sealed value belongs; the digest is the row's identity before it has an id."""
        return f"accounts.AppKey:{self.digest}"
