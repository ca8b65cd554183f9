"""Top-ups and corrections by staff; above a limit a second member of staff must approve."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, low_points, points
from accounts.models import Account, GrantRequest, Transfer, User
from smspanel import clock


class ApprovalRefused(Exception):
    """The person may not approve this top-up or correction, or it is approved already."""


@transaction.atomic
def request_grant(*, account: Account, amount: int, memo: str, key: str, actor: User) -> Transfer | GrantRequest:
    """Grant points at once up to the limit, or file a request that somebody else approves; raises PointsError."""
    if amount > settings.GRANT_LIMIT:
        return _file(GrantRequest.Kind.GRANT, account=account, amount=amount, memo=memo, key=key, actor=actor)
    transfer = points.grant(account=account, points=amount, key=key, memo=memo, actor=actor)
    low_points.look(account)
    audit.record(actor=actor, action="points.grant", subject=transfer, account=account, points=amount)
    return transfer


@transaction.atomic
def request_adjustment(*, account: Account, amount: int, memo: str, key: str, actor: User) -> Transfer | GrantRequest:
    """Correct a balance by a signed amount up to the limit, or file a request for it; raises PointsError."""
    if abs(amount) > settings.GRANT_LIMIT:
        return _file(GrantRequest.Kind.ADJUST, account=account, amount=amount, memo=memo, key=key, actor=actor)
    transfer = points.adjust(account=account, points=amount, key=key, memo=memo, actor=actor)
    low_points.look(account)
    audit.record(actor=actor, action="points.adjust", subject=transfer, account=account, points=amount)
    return transfer


def _file(kind: GrantRequest.Kind, *, account: Account, amount: int, memo: str, key: str, actor: User) -> GrantRequest:
    """Write down what somebody else has to approve, once for each key."""
    if abs(amount) > points.MAX_POINTS:
        raise points.InvalidAmount(_("That is more points than one top-up may have."))
    request, created = GrantRequest.objects.get_or_create(
        key=key, defaults={"kind": kind, "account": account, "points": amount, "memo": memo, "requested_by": actor}
    )
    if (request.kind, request.account_id, request.points) != (kind, account.pk, amount):
        raise points.KeyReused(_("This request was already used for a different transfer."))
    if not created:
        return request
    audit.record(actor=actor, action="points.request", subject=request, account=account, kind=kind, points=amount)
    return request


@transaction.atomic
def approve(*, request: GrantRequest, actor: User) -> Transfer:
    """Move the points that a colleague asked for; raises ApprovalRefused, PointsError."""
    if not actor.is_staff or actor.pk == request.requested_by_id:
        raise ApprovalRefused(_("A second member of staff has to approve this top-up."))
    waiting = GrantRequest.objects.waiting().filter(pk=request.pk)
    if not waiting.update(approved_by=actor, approved_at=clock.now()):
        raise ApprovalRefused(_("This top-up is decided already."))
    audit.record(actor=actor, action="points.approve", subject=request, account=request.account)
    move = points.grant if request.kind == GrantRequest.Kind.GRANT else points.adjust
    return move(
        account=request.account,
        points=request.points,
        key=f"grant-request:{request.pk}",
        memo=request.memo,
        actor=request.requested_by,
    )


@transaction.atomic
def refuse(*, request: GrantRequest, actor: User) -> None:
    """Decide that points are not moved; whoever asked may take it back so. Raises ApprovalRefused."""
    waiting = GrantRequest.objects.waiting().filter(pk=request.pk)
    if not actor.is_staff or not waiting.update(refused_by=actor, refused_at=clock.now()):
        raise ApprovalRefused(_("This top-up is decided already."))
    audit.record(actor=actor, action="points.refuse", subject=request, account=request.account)
