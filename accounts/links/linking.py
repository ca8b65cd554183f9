"""What staff do about links: link a master, end that, decide about single operations, correct our points."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import audit, grants, points
from accounts.links import comparing, explaining, recording, running
from accounts.models import Account, AccountLink, Connection, GrantRequest, LinkOperation, Transfer, User, Wallet
from smspanel import clock, doorbell

KIND = "justsend"
State = LinkOperation.State


class LinkError(Exception):
    """It cannot be done; nothing was."""


@transaction.atomic
def link(*, account: Account, connection: Connection, actor: User | None) -> AccountLink:
    """Link a master, and below it its slaves, whose counterparts are found by e-mail; raises LinkError."""
    if not account.is_master or connection.kind != KIND:
        raise LinkError(_("A master account is linked to a JustSend connection."))
    slaves = list(account.slaves.order_by("pk"))
    for one in (account, *slaves):
        points.wallet_of(one)
    # A move that is under way now either ends before this look, or sees the link and is recorded.
    list(Wallet.objects.select_for_update(no_key=True).filter(account__in=[account, *slaves]).order_by("pk"))
    try:
        with transaction.atomic():
            root = AccountLink.objects.create(account=account, connection=connection)
    except IntegrityError:
        raise LinkError(_("This account or this connection is linked already.")) from None
    for slave in slaves:
        AccountLink.objects.create(account=slave, connection=connection, parent=root)
    audit.record(actor=actor, action="link.create", subject=root, account=account, connection=connection.pk)
    doorbell.ring("accounts.links.jobs.compare_links", root.pk)
    return root


@transaction.atomic
def unlink(*, root: AccountLink, actor: User | None) -> None:
    """Forget a link; nothing changes at either side; raises LinkError while something is under way."""
    links = list(AccountLink.objects.select_for_update(no_key=True).filter(Q(pk=root.pk) | Q(parent=root)))
    unsure = LinkOperation.objects.filter(link__in=links, state__in=(State.RUNNING, State.UNKNOWN))
    if unsure.exists():
        raise LinkError(_("Something is under way or unclear. Wait for it, or decide about it, first."))
    audit.record(actor=actor, action="link.delete", subject=root, account=root.account)
    root.delete()


@transaction.atomic
def create_missing(*, link: AccountLink, actor: User | None) -> None:
    """Have the counterpart of a linked slave made that has none; raises LinkError."""
    link = AccountLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    made = link.operations.filter(kind=LinkOperation.Kind.CREATE)
    if link.parent_id is None or link.remote_id is not None or made.exists():
        raise LinkError(_("This account has a counterpart at JustSend, or it is being made."))
    recording.create_there(account=link.account, actor=actor)
    audit.record(actor=actor, action="link.create_there", subject=link, account=link.account)


@transaction.atomic
def decide(*, operation: LinkOperation, verdict: str, actor: User | None) -> None:
    """Settle an unclear operation (`happened`, `again`) or a refused one (`again`, `leave`); raises LinkError."""
    operation = LinkOperation.objects.select_for_update(no_key=True).get(pk=operation.pk)
    sentence = _("decided by %(person)s") % {"person": actor or ""}
    match operation.state, verdict:
        case (State.UNKNOWN, "happened"):
            LinkOperation.objects.filter(pk=operation.pk).update(
                state=State.DONE, evidence=sentence[:300], finished_at=clock.now()
            )
        case (State.UNKNOWN | State.REFUSED, "again"):
            running.again(operation, sentence)
            doorbell.ring("accounts.links.jobs.run_link", operation.link_id)
        case (State.REFUSED, "leave") if operation.kind != LinkOperation.Kind.CREATE:
            LinkOperation.objects.filter(pk=operation.pk).update(left=True)
        case _:
            raise LinkError(_("This has been settled meanwhile."))
    audit.record(
        actor=actor, action=f"link.{verdict}", subject=operation, account=operation.link.account, kind=operation.kind
    )
    comparing.want(operation.link_id)


@transaction.atomic
def correct(*, link: AccountLink, amount: int, memo: str, key: str, actor: User) -> Transfer | GrantRequest:
    """Make our points equal to theirs by the amount that was shown; raises LinkError, points.PointsError."""
    link = AccountLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if done := Transfer.objects.filter(key=key).first():
        return done
    if link.state == AccountLink.State.PENDING or comparing.has_open(link):
        raise LinkError(_("Changes are under way. Correct the points when they are settled."))
    waiting = GrantRequest.objects.waiting().filter(account=link.account, kind=GrantRequest.Kind.ADJUST)
    if waiting.exists():
        raise LinkError(_("A correction of this account waits for approval already."))
    if not amount or explaining.reconciliation(link).correction != amount:
        raise LinkError(_("The figures have changed meanwhile. Look at them again."))
    made = grants.request_adjustment(account=link.account, amount=amount, memo=memo, key=key, actor=actor)
    comparing.want(link.pk)
    return made
