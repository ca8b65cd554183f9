"""The way from signing in to a first campaign that was sent, ticked off by what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Account, User
from accounts.signed_in import person
from campaigns import senders
from campaigns.models import Campaign, Sender
from contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, where, and whether it is done; a note says what it waits for."""

    label: str
    address: str
    done: bool
    note: str = ""


@require_POST
def hide(request: HttpRequest) -> HttpResponseRedirect:
    """Show the first steps to this person no more."""
    User.objects.filter(pk=person(request).pk).update(hides_first_steps=True)
    return redirect("admin:index")


def of(user: User, account: Account) -> list[Step]:
    """Return the steps of an account; none for somebody who hid them or may only look.

    Whoever sent a campaign has arrived, also without contacts or a sender name of their own.
    """
    if user.hides_first_steps or not user.may_write:
        return []
    steps = _steps(_found(account))
    return [] if steps[-1].done else steps


def _found(account: Account) -> Any:
    """Return the account with what it has, asked in one question."""
    mine = {"account": OuterRef("pk")}
    campaigns = Campaign.objects.filter(**mine, single=False)
    rows = Account.objects.annotate(
        has_contacts=Exists(Contact.objects.filter(**mine)),
        has_name=Exists(senders.usable_by(account)),
        asks_for_name=Exists(Sender.objects.filter(**mine, status=Sender.Status.PENDING)),
        last_campaign=Subquery(campaigns.order_by("-pk").values("pk")[:1]),
        has_sent=Exists(campaigns.filter(started_at__isnull=False)),
    )
    return rows.get(pk=account.pk)


def _steps(found: Any) -> list[Step]:
    waits = found.asks_for_name and not found.has_name
    names = reverse("admin:campaigns_sender_changelist" if waits else "admin:campaigns_sender_add")
    last = found.last_campaign
    sending = reverse("campaign", args=[last]) if last else reverse("campaign-new")
    return [
        Step(_("Add contacts"), reverse("contacts-import"), found.has_contacts),
        Step(
            _("Get a sender name"),
            names,
            found.has_name,
            _("You asked for one; it waits for approval.") if waits else "",
        ),
        Step(_("Write your first campaign"), reverse("campaign-new"), last is not None),
        Step(_("See its plan and send it"), sending, found.has_sent),
    ]
