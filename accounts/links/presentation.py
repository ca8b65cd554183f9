"""How a link is shown in the panel."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Account, AccountLink, LinkOperation

SHOWN: Final = 50
"""How many finished operations the page shows."""


def state_of(account: Account) -> str:
    """Return an account's state at JustSend in a word or two, with what is wrong to point at; a dash if not linked."""
    if not hasattr(account, "link"):
        return "–"
    link = account.link
    return format_html('<span title="{}">{}</span>', link.problem, link.get_state_display())


def address(account: Account) -> str:
    """Return the page on which staff look after the link."""
    return reverse("link", args=[account.pk])


def needing_people(root: AccountLink) -> QuerySet[LinkOperation]:
    """Return what is open or refused below a master, the oldest first."""
    refused = Q(state=LinkOperation.State.REFUSED, left=False)
    return _below(root).filter(Q(state__in=LinkOperation.OPEN) | refused).order_by("pk")


def finished(root: AccountLink) -> QuerySet[LinkOperation]:
    """Return what is settled below a master, the newest first, as much as the page shows."""
    left = Q(state=LinkOperation.State.REFUSED, left=True)
    done = Q(state=LinkOperation.State.DONE)
    return _below(root).filter(done | left).order_by(F("finished_at").desc(nulls_last=True), "-pk")[:SHOWN]


def _below(root: AccountLink) -> QuerySet[LinkOperation]:
    rows = LinkOperation.objects.filter(Q(link=root) | Q(link__parent=root))
    return rows.select_related("link__account", "actor")
