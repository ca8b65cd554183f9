"""The dry run of a draft: plan, texts, submissions and prices as they would be; nothing is held, written or sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Connection
from campaigns import attachments, offers, planning, recipients, rendering
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, DryRun
from contacts.destinations import Destination, destination_of
from smspanel import clock, doorbell
from smspanel.providers import registry

SHOWN: Final = 20


@transaction.atomic
def request(*, campaign: Campaign) -> DryRun:
    """Ask for a dry run, which is made in the background; raises NotPossibleNow."""
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if not current.is_editable or attachments.is_being_read(current):
        raise NotPossibleNow(_("Only a draft whose file is read can be tried out."))
    asked = {"status": DryRun.Status.QUEUED, "requested_at": clock.now(), "made_at": None, "report": {}}
    run, _created = DryRun.objects.update_or_create(campaign=current, defaults=asked)
    doorbell.ring("campaigns.jobs.make_dry_run", run.pk)
    return run


def make(run_id: int) -> None:
    """Work out a dry run that was asked for."""
    run = DryRun.objects.select_related("campaign__account", "campaign__sender").filter(pk=run_id).first()
    if run is None or run.status != DryRun.Status.QUEUED:
        return
    found, figures = planning.figures(run.campaign)
    told = ("recipients", "parts", "points", "price", "candidates", "waterfall", "destinations", "parts_breakdown")
    report = {
        "problems": figures["problems"],
        "figures": {name: figures[name] for name in told},
        "starts_at": figures["starts_at"].isoformat(),
        "finishes_at": figures["finishes_at"].isoformat(),
    }
    if not found:
        report |= _rehearse(run.campaign, figures["membership_limit"]).report()
    asked = DryRun.objects.filter(pk=run.pk, requested_at=run.requested_at)
    asked.update(status=DryRun.Status.READY, report=report, made_at=clock.now())


@dataclass
class Rehearsal:
    """What is counted while the messages are made that nobody gets."""

    calls: Counter[tuple[int, str]] = field(default_factory=Counter)
    load: dict[int, list[int]] = field(default_factory=dict)
    connections: dict[int, Connection] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def add(self, connection: Connection, text: str, parts: int, points: int) -> None:
        """Count a message that would go this way."""
        mixes = registry.client_class(connection.kind).mixes_texts
        self.connections[connection.pk] = connection
        self.calls[connection.pk, "" if mixes else text] += 1
        row = self.load.setdefault(connection.pk, [0, 0, 0])
        for index, value in enumerate((1, parts, points)):
            row[index] += value

    def report(self) -> dict[str, Any]:
        """Return the submissions by connection, what would have to wait, and the first messages."""
        batches = []
        for pk, connection in self.connections.items():
            size = _size_of(connection)
            calls = sum(-(-count // size) for (way, _text), count in self.calls.items() if way == pk)
            messages, parts, points = self.load[pk]
            row = {"via": str(connection), "calls": calls, "size": size, "messages": messages}
            batches.append(row | {"parts": parts, "points": points})
        waiting = [{"why": why, "messages": messages} for why, messages in self.waiting.items()]
        return {"batches": batches, "waiting": waiting, "messages": self.messages}


def _size_of(connection: Connection) -> int:
    """Return how many messages one call over the connection carries."""
    most = registry.client_class(connection.kind).largest_batch(connection.options)
    return min(connection.batch_size or most, most)


def _rehearse(campaign: Campaign, limit: int) -> Rehearsal:
    """Write everybody's text and find its way, as the expansion and the dispatch would."""
    rehearsal, offer = Rehearsal(), offers.of(campaign)

    @cache
    def way(destination: Destination) -> Connection | None:
        found = offer.routes.way(destination)
        return None if found is None else found.connection

    for msisdn, values, own_text in recipients.each_remaining(campaign, limit):
        if (quote := offer.quote(msisdn)) is None:
            continue
        text = rendering.rendered(campaign, values, own_text)
        parts = rendering.parts_of(campaign, text)
        if (connection := way(destination_of(msisdn))) is None:
            rehearsal.waiting[offer.routes.troubles(destination_of(msisdn))] += 1
        else:
            rehearsal.add(connection, text, parts, parts * quote.points)
        if len(rehearsal.messages) < SHOWN:
            shown = {"msisdn": msisdn, "text": text, "parts": parts, "points": parts * quote.points}
            rehearsal.messages.append(shown)
    return rehearsal
