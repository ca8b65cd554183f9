"""The first page: points, what is being sent, and the last days."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import balances, points
from accounts.models import Account, Connection, GrantRequest, Transfer, User, Wallet
from accounts.signed_in import person
from campaigns import progress
from campaigns.models import Batch, Campaign, Canary, PostbackEndpoint, Reply, Sender, Stop
from contacts.models import Contact
from smspanel import access, clock

DAYS = 14


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what this person should see first."""
    user = person(request)
    campaigns = access.visible(Campaign.objects.select_related("account", "hold"), user)
    running = campaigns.filter(state__in=[Campaign.State.TO_SEND, *Campaign.UNDER_WAY]).order_by("-started_at")[:5]
    context |= {
        "running": [(campaign, progress.of(campaign)) for campaign in running],
        "recent": campaigns.filter(state__in=Campaign.TERMINAL).order_by("-finished_at")[:5],
        "failed_first": campaigns.filter(state=Campaign.State.HOLD, canary__status=Canary.Status.FAILED)[:20],
        "unsure": access.visible(Reply.objects.filter(wish=Reply.Wish.UNSURE, account__isnull=False), user).count(),
        "chart": json.dumps(_spent_by_day(user)),
    }
    context |= _staff() if user.account is None else _owner(user.account)
    return context


def _owner(account: Account) -> dict[str, Any]:
    slaves = Account.objects.filter(master=account).select_related("wallet") if account.is_master else []
    steps = [
        (_("Add contacts"), "contacts-import", Contact.objects.filter(account=account).exists()),
        (_("Write your first campaign"), "campaign-new", Campaign.objects.filter(account=account).exists()),
    ]
    return {
        "balance": points.balance(account),
        "stopped": Stop.objects.filter(account=account, ended_at__isnull=True).first(),
        "slaves": slaves,
        "unheard": PostbackEndpoint.objects.filter(account=account, is_active=False, failing_since__isnull=False),
        "steps": steps if not all(done for *_rest, done in steps) else [],
    }


def _staff() -> dict[str, Any]:
    carriers = Connection.objects.annotate(open=Count("batches", filter=Q(batches__state__in=Batch.OPEN)))
    stuck = Campaign.objects.filter(state__in=[Campaign.State.TO_PAY, Campaign.State.HOLD]).aggregate(
        waiting_campaigns=Count("pk", filter=Q(state=Campaign.State.TO_PAY)),
        on_hold=Count("pk", filter=Q(hold_reason=Campaign.HoldReason.PROVIDER)),
    )
    return stuck | {
        "unknown_batches": Batch.objects.filter(state=Batch.State.UNKNOWN).count(),
        "stops": Stop.objects.filter(ended_at__isnull=True).select_related("account")[:20],
        "waiting_senders": Sender.objects.filter(status=Sender.Status.PENDING).count(),
        "waiting_grants": GrantRequest.objects.waiting().count(),
        "connections": carriers,
        "low": [left for left in balances.left(one for one in carriers if one.is_active) if left.is_low],
    }


def _spent_by_day(user: User) -> dict[str, Any]:
    """Return the points spent on each of the last days, as a chart."""
    today = localdate()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    spent = Transfer.objects.filter(kind=Transfer.Kind.POST, created_at__gte=clock.now() - timedelta(days=DAYS))
    if not user.is_staff:
        wallets = access.visible(Wallet.objects.filter(kind=Wallet.Kind.ACCOUNT), user)
        spent = spent.filter(debit__in=wallets)
    by_day = dict(
        spent.order_by().annotate(day=TruncDate("created_at")).values_list("day").annotate(total=Sum("amount"))
    )
    return {
        "labels": [date_format(day, "j.m") for day in days],
        "datasets": [
            {
                "label": _("Points spent"),
                "data": [by_day.get(day, 0) for day in days],
                "backgroundColor": "var(--color-primary-500)",
            }
        ],
    }
