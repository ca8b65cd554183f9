"""The messages of a campaign, one by one: filtered by state, operator and number, and taken home as they are shown."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns import counting, pages, presentation
from campaigns.justsend_words import operator_word
from campaigns.models import Message
from contacts import operators
from contacts.operators import Operator
from smspanel import downloads
from smspanel.paging import CappedPaginator
from smspanel.panel import page


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; what makes no sense filters nothing."""

    state: str
    operator: str
    number: str

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        """Return what the address asks for."""
        asked = {name: request.GET.get(name, "").strip() for name in ("state", "operator", "number")}
        return cls(
            state=asked["state"] if asked["state"] in Message.State.values else "",
            operator=asked["operator"] if asked["operator"] in list(Operator) else "",
            number=re.sub(r"[^0-9]", "", asked["number"])[:15],
        )

    def keep(self, rows: QuerySet[Message]) -> QuerySet[Message]:
        """Return what is to be shown of the messages of a campaign, in the order of an index.

        That is by number; only SQLite has those of one state by id. To sort a million takes a second.
        """
        rows = rows.order_by("pk" if self.state and connection.vendor == "sqlite" else "msisdn")
        if self.state:
            rows = rows.filter(state=self.state)
        if self.number:
            rows = rows.filter(Q(msisdn__startswith=self.number) | Q(msisdn__startswith=f"48{self.number}"))
        return _to_operator(rows, self.operator) if self.operator else rows


def _to_operator(rows: QuerySet[Message], operator: str) -> QuerySet[Message]:
    """Keep the messages to an operator, as they are counted: by what the provider said, or by the range."""
    rows = rows.annotate(beginning=counting.beginning())
    found = rows.order_by().values_list("beginning", "network").distinct()
    wanted: dict[str, list[str]] = defaultdict(list)
    for beginning, network in found:
        if operator_word(beginning.ljust(11, "0"), network) == operator:
            wanted[network].append(beginning)
    condition = Q(pk__in=[])
    for network, beginnings in wanted.items():
        condition |= Q(network=network, beginning__in=beginnings)
    return rows.filter(condition)


@require_GET
def show(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """List a campaign's messages as they are filtered, or give them as a file."""
    campaign, chosen = pages.seen(request, campaign_id), Filter.of(request)
    rows = chosen.keep(campaign.messages.select_related("batch"))
    if (kind := request.GET.get("download")) in downloads.FORMATS:
        return presentation.download(campaign, rows, kind)
    context = page(
        request,
        _("Recipients of %s") % campaign.name,
        campaign=campaign,
        page_obj=CappedPaginator(rows, 50).get_page(request.GET.get("page")),
        states=Message.State.choices,
        operators=[(word.value, operators.label(word)) for word in Operator],
        chosen=chosen,
    )
    return render(request, "campaigns/recipients.html", context)
