"""What sendings are booked on, and how much of it a month may cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Account


class CostCentre(models.Model):
    """A department, brand or project that an account books its sendings on (OP-01)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="cost_centres", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=60)
    provider_code = models.CharField(
        _("id at HostedSMS"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the one of the connection. It must exist there."),
    )
    monthly_budget = models.PositiveBigIntegerField(
        _("points a month"), null=True, blank=True, help_text=_("Empty: no limit but the points of the account.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("cost centre")
        verbose_name_plural = _("cost centres")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "account",
                Lower("name"),
                name="one_cost_centre_per_name",
                violation_error_message=_("There is a cost centre of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CostCentreMonth(models.Model):
    """What the sendings that were confirmed in a month cost a cost centre: held and spent, less what came back."""

    centre = models.ForeignKey(CostCentre, models.CASCADE, related_name="months", verbose_name=_("cost centre"))
    month = models.DateField(_("month"), help_text=_("Its first day, in the zone of the account."))
    points = models.BigIntegerField(_("points"), default=0)

    class Meta:
        verbose_name = _("month of a cost centre")
        verbose_name_plural = _("cost centres by month")
        ordering = ["-month", "centre__name"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "month"], name="one_row_per_cost_centre_and_month"),
            models.CheckConstraint(condition=Q(points__gte=0), name="cost_centres_never_get_more_back"),
        ]

    def __str__(self) -> str:
        return f"{self.centre} {self.month:%Y-%m}"
