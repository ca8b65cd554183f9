"""Top-ups by staff; above a limit a second member of staff must approve."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, points
from accounts.models import Account, GrantRequest, Transfer, User
from smspanel import clock


class ApprovalRefused(Exception):
    """The person may not approve this top-up, or it is approved already."""


@transaction.atomic
def request_grant(*, account: Account, amount: int, memo: str, key: str, actor: User) -> Transfer | GrantRequest:
    """Grant points at once up to the limit, or file a request that somebody else approves; raises PointsError."""
    if amount <= settings.GRANT_LIMIT:
        transfer = points.grant(account=account, points=amount, key=key, memo=memo, actor=actor)
        audit.record(actor=actor, action="points.grant", subject=transfer, account=account, points=amount)
        return transfer
    if amount > points.MAX_POINTS:
        raise points.InvalidAmount(_("That is more points than one top-up may have."))
    request = GrantRequest.objects.create(account=account, points=amount, memo=memo, requested_by=actor)
    audit.record(actor=actor, action="points.request", subject=request, account=account, points=amount)
    return request


@transaction.atomic
def approve(*, request: GrantRequest, actor: User) -> Transfer:
    """Grant what a colleague asked for; raises ApprovalRefused."""
    if not actor.is_staff or actor.pk == request.requested_by_id:
        raise ApprovalRefused(_("A second member of staff has to approve this top-up."))
    pending = GrantRequest.objects.filter(pk=request.pk, approved_by__isnull=True)
    if not pending.update(approved_by=actor, approved_at=clock.now()):
        raise ApprovalRefused(_("This top-up is approved already."))
    audit.record(actor=actor, action="points.approve", subject=request, account=request.account)
    return points.grant(
        account=request.account,
        points=request.points,
        key=f"grant-request:{request.pk}",
        memo=request.memo,
        actor=request.requested_by,
    )
