"""Summaries of what was sent: by day, subaccount, sender name, cost centre, operator, variant or campaign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.justsend_words import MessageStatus, message_status
from campaigns.models import Message, MessageCount, Variant
from contacts import operators

MOST: Final = 500
"""So many lines are shown; further ones are added up in the last."""
_GIVEN_BACK: Final = (*Message.NOT_SENT, Message.State.REJECTED)


class By(models.TextChoices):
    """What a summary has a line for."""

    DAY = "day", gettext_lazy("Day")
    ACCOUNT = "account", gettext_lazy("Account")
    SENDER = "sender", gettext_lazy("Sender name")
    COST_CENTRE = "cost-centre", gettext_lazy("Cost centre")
    OPERATOR = "operator", gettext_lazy("Operator")
    VARIANT = "variant", gettext_lazy("Variant")
    CAMPAIGN = "campaign", gettext_lazy("Campaign")


@dataclass(slots=True)
class Line:
    """What became of messages that have something in common; `points` are those that did not come back."""

    label: str
    campaign_id: int | None = None
    messages: int = 0
    sent: int = 0
    delivered: int = 0
    not_delivered: int = 0
    not_sent: int = 0
    parts: int = 0
    points: int = 0

    def add(self, state: str, messages: int, parts: int, points: int) -> None:
        """Count messages in this state."""
        status = message_status(state)
        self.messages += messages
        self.sent += messages * (status != MessageStatus.NOT_SENT)
        self.not_sent += messages * (status == MessageStatus.NOT_SENT)
        self.delivered += messages * (status == MessageStatus.DELIVERED)
        self.not_delivered += messages * (status == MessageStatus.NOT_DELIVERED)
        self.parts += parts * (status != MessageStatus.NOT_SENT)
        self.points += points * (state not in _GIVEN_BACK)

    @property
    def unconfirmed(self) -> int:
        """How many left without a report so far."""
        return self.sent - self.delivered - self.not_delivered

    @property
    def percent(self) -> float | None:
        """How many of a hundred that left were delivered; None if none left."""
        return round(100 * self.delivered / self.sent, 1) if self.sent else None

    def cells(self) -> list[str | int]:
        """Return the line as a row of a spreadsheet."""
        figures = (self.messages, self.sent, self.delivered, self.not_delivered, self.unconfirmed, self.not_sent)
        return [self.label, *figures, self.parts, self.points]


@dataclass(frozen=True, slots=True)
class _Kind:
    """By which fields lines are told apart, and what a line is called by their values."""

    fields: tuple[str, ...]
    label: Callable[..., str]
    newest_first: bool = False


_KINDS: Final[Mapping[By, _Kind]] = MappingProxyType(
    {
        By.DAY: _Kind(("counted__day",), lambda day: date_format(day, "DATE_FORMAT"), newest_first=True),
        By.ACCOUNT: _Kind(("counted__account__name", "counted__account"), lambda name, _id: name),
        By.SENDER: _Kind(("sender",), lambda name: name),
        By.COST_CENTRE: _Kind(("cost_centre__name", "cost_centre"), lambda name, _id: name or _("none")),
        By.OPERATOR: _Kind(("operator",), operators.label),
        By.VARIANT: _Kind(("variant",), lambda name: str(Variant(name).label)),
        By.CAMPAIGN: _Kind(
            ("counted__campaign", "counted__campaign__name"),
            lambda pk, name: name if pk else _("Single messages"),
            newest_first=True,
        ),
    }
)


def headings(by: By) -> list[str]:
    """Return what the cells of a line mean."""
    return [
        str(by.label),
        *(_("Messages"), _("Sent"), _("Delivered"), _("Not delivered"), _("No report"), _("Not sent")),
        *(_("Parts"), _("Points")),
    ]


def lines(counts: QuerySet[MessageCount], by: By) -> list[Line]:
    """Return the lines of a summary: days and campaigns newest first, the others with most messages first."""
    kind = _KINDS[by]
    rows = counts.order_by().values_list(*kind.fields, "state").annotate(Sum("messages"), Sum("parts"), Sum("points"))
    found: dict[tuple[Any, ...], Line] = {}
    for row in rows:
        *values, state, messages, parts, points = row
        line = found.setdefault(tuple(values), Line(kind.label(*values)))
        line.campaign_id = values[0] if by == By.CAMPAIGN else None
        line.add(state, messages, parts, points)
    if kind.newest_first:
        return [line for _key, line in sorted(found.items(), key=lambda item: _order(item[0][0]), reverse=True)]
    return sorted(found.values(), key=lambda line: (-line.messages, line.label))


def _order(key: date | int | None) -> int:
    return key.toordinal() if isinstance(key, date) else key or 0


def total(found: list[Line]) -> Line:
    """Return the sum of lines."""
    result = Line(_("All"))
    for line in found:
        for name in ("messages", "sent", "delivered", "not_delivered", "not_sent", "parts", "points"):
            setattr(result, name, getattr(result, name) + getattr(line, name))
    return result


def shortened(found: list[Line]) -> list[Line]:
    """Return at most MOST lines; what is left is added up in the last."""
    if len(found) <= MOST:
        return found
    rest = total(found[MOST - 1 :])
    rest.label = _("%(n)s others") % {"n": len(found) - MOST + 1}
    return [*found[: MOST - 1], rest]


def chart(found: list[Line], by: By) -> dict[str, Any]:
    """Return the lines as bars of what was delivered, not delivered and not confirmed; days from left to right."""
    shown = list(reversed(found[:31])) if by == By.DAY else found[:12]
    colours = (
        (_("Delivered"), "delivered", "500"),
        (_("No report"), "unconfirmed", "300"),
        (_("Not delivered"), "not_delivered", "800"),
    )
    return {
        "labels": [line.label for line in shown],
        "datasets": [
            {
                "label": label,
                "data": [getattr(line, name) for line in shown],
                "backgroundColor": f"var(--color-primary-{shade})",
                "stack": "all",
            }
            for label, name, shade in colours
        ],
    }
