"""What can be sent, under which name, over which connection, and at which price."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Connection
from smspanel import clock

_SENDER: Final = re.compile(r"[A-Za-z0-9.\- ]{2,11}\Z")


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


class Price(models.Model):
    """Points for one part of a message, for everybody or for one account."""

    variant = models.CharField(_("variant"), max_length=8, choices=Variant)
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

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["variant", "account__name"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "account"], name="one_price_per_variant_and_account"),
            models.UniqueConstraint(
                fields=["variant"], condition=Q(account__isnull=True), name="one_price_per_variant_for_all"
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="prices_are_at_least_one_point"),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.points}"


class Route(models.Model):
    """The connection that carries a variant; of several, the lowest rank that is in use."""

    variant = models.CharField(_("variant"), max_length=8, choices=Variant)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="routes", verbose_name=_("connection"))
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["variant", "rank"]
        constraints = [models.UniqueConstraint(fields=["variant", "connection"], name="one_route_per_connection")]

    def __str__(self) -> str:
        return f"{self.variant} → {self.connection}"


def validate_sender(name: str) -> None:
    """Refuse a name that operators would refuse (E4): 2-11 plain characters, a letter, no phone number in it."""
    if not _SENDER.match(name) or not re.search(r"[A-Za-z]", name) or name != name.strip():
        raise ValidationError(
            _(
                "A sender name has 2 to 11 letters, digits, dots, dashes or spaces, without Polish letters, "
                "and at least one letter."
            )
        )
    if re.search(r"\d{4}", name):
        raise ValidationError(_("A sender name may not have more than 3 digits in a row."))


class Sender(models.Model):
    """A name that messages may be sent under, once staff have approved it."""

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="senders",
        verbose_name=_("account"),
        help_text=_("Empty: for everybody."),
    )
    name = models.CharField(_("name"), max_length=11, validators=[validate_sender])
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
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
