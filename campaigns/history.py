"""What happened to a campaign, in the order in which it did: from the audit trail, the ledger and its own times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry, Transfer
from campaigns.models import Campaign, Canary, Plan
from campaigns.progress import Moved

ACTIONS: Final[dict[str, Promise]] = {
    "campaign.confirm": gettext_lazy("Confirmed"),
    "campaign.approve": gettext_lazy("Approved"),
    "campaign.refuse": gettext_lazy("Refused"),
    "campaign.pause": gettext_lazy("Paused"),
    "campaign.resume": gettext_lazy("Resumed"),
    "campaign.hold": gettext_lazy("Paused by the panel"),
    "campaign.go_on": gettext_lazy("Resumed by the panel"),
    "campaign.cancel": gettext_lazy("Cancelled"),
    "campaign.canary_passed": gettext_lazy("Enough of the first messages were delivered"),
    "campaign.canary_failed": gettext_lazy("Too few of the first messages were delivered"),
    "campaign.stop": gettext_lazy("Stopped with everything of the account"),
    "campaign.copy": gettext_lazy("Copied from another campaign"),
    "campaign.resend": gettext_lazy("Written to those whom another campaign did not reach"),
    "campaign.test": gettext_lazy("Tested"),
}

_MOVES: Final[dict[str, Promise]] = {
    Transfer.Kind.HOLD: gettext_lazy("Points held: %(points)s"),
    Transfer.Kind.VOID: gettext_lazy("Points released: %(points)s"),
    Transfer.Kind.REFUND: gettext_lazy("Points returned: %(points)s"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a campaign, and what there is to say of it."""

    at: datetime
    what: str | Promise
    who: str = ""
    more: str = ""


def of(campaign: Campaign, *, moves: Mapping[str, Moved], canary: Canary | None) -> list[Event]:
    """Return what happened to the campaign, oldest first."""
    found = [*_decided(campaign), *_own(campaign), *_tried(canary)]
    for kind, sentence in _MOVES.items():
        if (moved := moves.get(kind)) is not None:
            found.append(Event(moved.last, sentence % {"points": intcomma(moved.points)}))
    return sorted(found, key=lambda event: event.at)


def _decided(campaign: Campaign) -> Iterator[Event]:
    """Yield what people decided, and what the panel did by itself."""
    subject = f"{campaign._meta.label}:{campaign.pk}"
    for entry in AuditEntry.objects.filter(subject=subject).select_related("actor"):
        explain = _EXPLAINED.get(entry.action)
        more = explain(campaign, entry.details) if explain else ""
        yield Event(entry.at, ACTIONS.get(entry.action, entry.action), str(entry.actor or ""), more)


def _own(campaign: Campaign) -> Iterator[Event]:
    """Yield what the campaign's own times tell."""
    yield Event(campaign.created_at, _("Written"), str(campaign.created_by or ""))
    plan: Plan | None = getattr(campaign, "plan", None)
    if plan is not None and plan.made_at:
        figures = {"recipients": intcomma(plan.recipients), "points": intcomma(plan.points)}
        yield Event(plan.made_at, _("Planned"), "", _("recipients: %(recipients)s, points: %(points)s") % figures)
    if campaign.started_at:
        yield Event(campaign.started_at, _("Started"))
    if campaign.finished_at:
        yield Event(campaign.finished_at, campaign.get_state_display(), "", campaign.problem)


def _tried(canary: Canary | None) -> Iterator[Event]:
    if canary is not None and canary.settled_at:
        yield Event(canary.settled_at, _("The first messages were sent: %(n)s") % {"n": intcomma(canary.size)})


def _reason(_campaign: Campaign, details: Mapping[str, Any]) -> str:
    reason = details.get("reason", "")
    return str(dict(Campaign.HoldReason.choices).get(reason, reason))


def _of_stop(campaign: Campaign, _details: Mapping[str, Any]) -> str:
    return campaign.stop.reason if campaign.stop else ""


def _delivered(_campaign: Campaign, details: Mapping[str, Any]) -> str:
    return _("%(delivered)s of %(tried)s delivered") % details


_EXPLAINED: Final[dict[str, Callable[[Campaign, Mapping[str, Any]], str]]] = {
    "campaign.hold": _reason,
    "campaign.go_on": _reason,
    "campaign.stop": _of_stop,
    "campaign.canary_passed": _delivered,
    "campaign.canary_failed": _delivered,
}
