"""Looks whether an account and its counterpart agree, and writes what was found.

Points are compared only while nothing of the link is open and our ledger stood still during the look. When both
sides agree, that moment becomes the baseline from which later differences are explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import points
from accounts.links import steps
from accounts.models import Account, AccountLink, LinkOperation
from smspanel import clock, crypto, doorbell
from smspanel.providers import errors
from smspanel.providers.justsend.client import JustSendClient
from smspanel.providers.justsend.records import Subaccount

SECONDS: Final = 20.0
State = AccountLink.State


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the ledger of an account stands: its last transfer, and the balance after it."""

    transfer: int
    posted: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the provider showed of one account; points None where it does not tell them."""

    points: int | None
    is_active: bool


def mark(account: Account) -> Mark:
    """Read both from one row, so that they belong together."""
    wallet = points.wallet_of(account)
    ends = (wallet.debits.order_by("-pk").first(), wallet.credits.order_by("-pk").first())
    last = max((row for row in ends if row is not None), key=lambda row: row.pk, default=None)
    if last is None:
        return Mark(0, 0)
    return Mark(last.pk, last.debit_posted_after if last.debit_id == wallet.pk else last.credit_posted_after)


def want(link_id: int) -> None:
    """Have a link and its master's compared soon."""
    refresh(link_id)
    link = AccountLink.objects.get(pk=link_id)
    AccountLink.objects.filter(pk__in=(link.pk, link.root_id)).update(check_wanted=True)
    doorbell.ring("accounts.links.jobs.compare_links", link.root_id)


def want_tree(root_id: int) -> None:
    """Have a master's link and all below it compared soon."""
    AccountLink.objects.filter(Q(pk=root_id) | Q(parent=root_id)).update(check_wanted=True)
    doorbell.ring("accounts.links.jobs.compare_links", root_id)


def want_all() -> None:
    """Have every link compared whose connection is in use."""
    for root in AccountLink.objects.filter(connection__is_active=True, parent__isnull=True):
        want_tree(root.pk)


def due() -> set[tuple[int]]:
    """Return masters' links below which something is to be compared."""
    wanted = AccountLink.objects.filter(check_wanted=True, connection__is_active=True)
    return {(parent or own,) for own, parent in wanted.values_list("pk", "parent")}


def compare(root_id: int) -> None:
    """Compare the links of one master that are to be, for a while."""
    links = AccountLink.objects.filter(Q(pk=root_id) | Q(parent=root_id), check_wanted=True)
    waiting = list(links.select_related("account", "connection").order_by("pk"))
    if not waiting:
        return
    until = clock.monotonic() + SECONDS
    try:
        client = steps.client_of(waiting[0].connection)
        accounts, below = client.subaccounts(), client.below()
    except (errors.ProviderError, crypto.CannotOpen) as error:
        _note_failure(waiting, error)
        return
    for link in waiting:
        if clock.monotonic() > until:
            doorbell.ring("accounts.links.jobs.compare_links", root_id)
            return
        _match(link, accounts)
        _compare_one(link, client, accounts, below)


def _match(link: AccountLink, accounts: list[Subaccount]) -> None:
    """Find the counterpart of a slave that was there before its master was linked."""
    if link.parent_id is None or link.remote_id is not None or _is_being_made(link):
        return
    email = link.account.email.casefold()
    found = [account for account in accounts if account.email.casefold() == email]
    if len(found) == 1 and adopt(link.pk, found[0]):
        link.remote_id = found[0].id


def adopt(link_id: int, remote: Subaccount) -> bool:
    """Write which account there a link means; says no where another link means it already."""
    with transaction.atomic():
        link = AccountLink.objects.select_for_update(no_key=True).get(pk=link_id)
        others = AccountLink.objects.filter(connection=link.connection_id, remote_id=remote.id).exclude(pk=link.pk)
        if others.exists():
            return False
        link.remote_id, link.remote_email = remote.id, remote.email[:254]
        link.save(update_fields=["remote_id", "remote_email"])
        # Somebody made by hand what JustSend had refused to make.
        refused = link.operations.filter(kind=LinkOperation.Kind.CREATE, state=LinkOperation.State.REFUSED)
        refused.update(left=True)
        doorbell.ring("accounts.links.jobs.run_link", link.pk)
        return True


def _compare_one(
    link: AccountLink, client: JustSendClient, accounts: list[Subaccount], below: dict[int, JustSendClient]
) -> None:
    # Cleared before the look: whatever is done there during it asks for another one.
    AccountLink.objects.filter(pk=link.pk).update(check_wanted=False)
    before = mark(link.account)
    try:
        seen = _look(link, client, accounts, below)
    except errors.ProviderError as error:
        _note_failure([link], error)
    else:
        _write(link.pk, before, seen)


def _look(
    link: AccountLink, client: JustSendClient, accounts: list[Subaccount], below: dict[int, JustSendClient]
) -> Seen | None:
    """Read one account there; None when there is none."""
    if link.parent_id is None:
        return Seen(steps.points_of(client), is_active=True)
    there = next((account for account in accounts if account.id == link.remote_id), None)
    if there is None:
        return None
    if there.id not in below or not there.is_active:
        return Seen(None, there.is_active)
    return Seen(below[there.id].own_points(), there.is_active)


@transaction.atomic
def _write(link_id: int, before: Mark, seen: Seen | None) -> None:
    """Write what was seen, and the baseline where both sides can be compared."""
    link = AccountLink.objects.select_for_update(no_key=True).select_related("account").get(pk=link_id)
    if link.check_wanted:
        return
    link.last_checked_at = clock.now()
    link.remote_points = seen.points if seen else None
    if seen and seen.points is not None and mark(link.account) == before and not has_open(link):
        difference = before.posted - seen.points
        if link.baseline_difference is None or difference == 0:
            link.baseline_difference, link.baseline_transfer = difference, before.transfer
    link.problem = _differences(link, before, seen)
    link.state = State.DIFFERS if link.problem else State.IN_STEP
    _settle_state(link)
    link.save()


def _differences(link: AccountLink, ours: Mark, seen: Seen | None) -> str:
    """Return in which ways the two differ, in words; nothing if they do not."""
    if seen is None:
        return _("JustSend has no subaccount with the e-mail %(email)s.") % {"email": link.account.email}
    found = []
    if link.parent_id is not None and seen.is_active != link.account.is_active:
        found.append(_("It is on there and off here.") if seen.is_active else _("It is off there and on here."))
    if seen.points is None:
        if seen.is_active:
            found.append(_("JustSend does not tell the points of this subaccount."))
    elif seen.points != ours.posted:
        figures = {"ours": ours.posted, "theirs": seen.points}
        found.append(_("%(ours)s points here, %(theirs)s there.") % figures)
    return " ".join(found)[:300]


def refresh(link_id: int) -> None:
    """Write the state that a link has by its operations."""
    with transaction.atomic():
        link = AccountLink.objects.select_for_update(no_key=True).get(pk=link_id)
        _settle_state(link)
        link.save(update_fields=["state", "problem"])


def _settle_state(link: AccountLink) -> None:
    """Let open operations, then refused ones, come before what the last look found."""
    head = link.operations.filter(state__in=LinkOperation.OPEN).order_by("pk").first()
    refused = link.operations.filter(state=LinkOperation.State.REFUSED, left=False).order_by("-pk").first()
    stuck = refused is not None and refused.kind == LinkOperation.Kind.CREATE
    if head is not None and not stuck:
        link.state, link.problem = State.PENDING, head.problem
    elif refused is not None:
        link.state, link.problem = State.FAILED, refused.problem
    elif link.check_wanted or link.last_checked_at is None:
        link.state = State.PENDING


def _is_being_made(link: AccountLink) -> bool:
    operations = link.operations.filter(kind=LinkOperation.Kind.CREATE, state__in=LinkOperation.OPEN)
    return operations.exists()


def has_open(link: AccountLink) -> bool:
    """Say whether anything is open that may still change the link's account there."""
    operations = LinkOperation.objects.filter(state__in=LinkOperation.OPEN)
    if link.parent_id is not None:
        return operations.filter(link=link).exists()
    return operations.filter(link__parent=link).exclude(points=0).exists()


def _note_failure(links: list[AccountLink], error: errors.ProviderError | crypto.CannotOpen) -> None:
    """Write that nobody could look; what is out of reach for a while has failed nothing."""
    lasting = isinstance(error, crypto.CannotOpen) or (error.never_left and not error.retryable)
    ids = [link.pk for link in links]
    AccountLink.objects.filter(pk__in=ids).update(check_wanted=False, problem=str(error)[:300])
    if lasting:
        AccountLink.objects.filter(pk__in=ids).update(state=State.FAILED)
