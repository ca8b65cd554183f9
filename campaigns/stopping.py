"""The emergency stop: nothing of an account leaves any more, and nothing new is taken, until it is allowed again.

It takes two steps, because campaigns are always locked before wallets. The first freezes the wallet: whoever begins
something holds points in the same transaction, so from the commit on nothing new begins, and `dispatch.claim` asks the
wallet, too. The second takes back what is there, and waits for the claims that were made before. What a process leaves
that dies in between, a bell finishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from accounts import audit, points
from accounts.models import Account, Transfer, User
from campaigns import postbacks
from campaigns.errors import NotPossibleNow
from campaigns.models import Campaign, Message, Stop
from smspanel import clock, doorbell

STATES: Final = (
    Campaign.State.TO_PAY,
    Campaign.State.TO_SEND,
    Campaign.State.EXPANDING,
    Campaign.State.SENDING,
    Campaign.State.HOLD,
)
UNMADE: Final = (Campaign.State.TO_PAY, Campaign.State.TO_SEND, Campaign.State.EXPANDING)
CHUNK: Final = 500
SECONDS: Final = 20.0
"""How long whoever stops an account waits at most; nothing leaves in the meantime."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What an emergency stop did: messages and points of everything that was on its way."""

    campaigns: int
    left: int
    under_way: int
    taken_back: int
    waiting: int
    spent: int
    released: int
    is_done: bool


def may_stop(*, user: User, account: Account) -> bool:
    """Say whether this person may stop everything of an account: staff, its managers, and those of its master."""
    if not user.is_active or not user.is_manager:
        return False
    return user.is_staff or user.account_id in {account.pk, account.master_id or account.pk}


def may_end(*, user: User, stop: Stop) -> bool:
    """Say whether this person may let the account send again: never somebody below who stopped it."""
    if not may_stop(user=user, account=stop.account) or user.is_staff:
        return user.is_staff and user.is_active
    return stop.by_account_id is not None and user.account_id in {stop.by_account_id, stop.account.master_id}


def stop(*, account: Account, actor: User | None, reason: str, whole_tree: bool = False) -> list[Stop]:
    """Stop everything of an account, or of a master with its subaccounts; what was claimed before still finishes.

    Stopping twice is stopping once, but then it is as hard to undo as the higher of both wants it.
    """
    stops = _begin(account=account, actor=actor, reason=reason, whole_tree=whole_tree)
    for one in stops:
        carry_out(one.pk)
        one.refresh_from_db(fields=["unmade"])
    return stops


@transaction.atomic
def _begin(*, account: Account, actor: User | None, reason: str, whole_tree: bool) -> list[Stop]:
    tree = Account.objects.filter(pk=account.pk)
    if whole_tree and account.is_master:
        tree |= Account.objects.filter(master=account)
    members = list(tree.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    by_account = None if actor is None else actor.account
    return [_freeze(member, by_account, actor, reason[:200]) for member in members]


def _freeze(account: Account, by_account: Account | None, actor: User | None, reason: str) -> Stop:
    """Freeze the wallet of a locked account and write the stop, or strengthen the one there is."""
    found = Stop.objects.filter(account=account, ended_at__isnull=True).first()
    if found is None:
        found = Stop.objects.create(account=account, by_account=by_account, started_by=actor, reason=reason)
    elif _rank(by_account, account) > _rank(found.by_account, account):
        found.by_account, found.started_by, found.reason = by_account, actor, reason
        found.save(update_fields=["by_account", "started_by", "reason"])
    points.freeze(account=account, at=clock.now())
    audit.record(actor=actor, action="account.stop", subject=account, account=account, stop=found.pk, reason=reason)
    doorbell.ring("campaigns.jobs.carry_out_stop", found.pk)
    return found


def _rank(by_account: Account | None, account: Account) -> int:
    """Return how high above the account a decision was taken: by itself, by its master, or by staff."""
    if by_account is None:
        return 2
    return 0 if by_account.pk == account.pk else 1


def carry_out(stop_id: int) -> None:
    """Take back everything of the account that is on its way, a chunk in a transaction; a bell does what is left.

    Single messages, of which there may be very many, are ended by the sweep.
    """
    until = clock.monotonic() + SECONDS
    while _take_back(stop_id) and clock.monotonic() < until:
        pass


@transaction.atomic
def _take_back(stop_id: int) -> int:
    """Begin to cancel a chunk of campaigns and single messages; returns how many."""
    held = Stop.objects.select_for_update(no_key=True).get(pk=stop_id)
    if not held.holds:
        return 0
    rows = Campaign.objects.filter(account=held.account_id, state__in=STATES).order_by("pk")
    found = list(rows.select_for_update(no_key=True)[:CHUNK])
    held.unmade += sum(_unmade(campaign) for campaign in found if campaign.state in UNMADE and not campaign.single)
    held.save(update_fields=["unmade"])
    ids = [campaign.pk for campaign in found]
    Campaign.objects.filter(pk__in=ids).update(state=Campaign.State.CANCELING, stop=held)
    for campaign in Campaign.objects.filter(pk__in=ids, single=False).select_related("account"):
        audit.record(actor=held.started_by, action="campaign.stop", subject=campaign, account=campaign.account)
        postbacks.note_campaign(campaign)
    for campaign in found:
        if not campaign.single:
            doorbell.ring("campaigns.jobs.finish", campaign.pk)
    return len(found)


def _unmade(campaign: Campaign) -> int:
    """Return for how many planned recipients of a locked campaign no message was made."""
    planned = campaign.plan.recipients if hasattr(campaign, "plan") else 0
    return max(0, planned - campaign.messages.count())


@transaction.atomic
def end(*, stop: Stop, actor: User | None) -> Stop:
    """Let the account send again; what was taken back stays so. Raises NotPossibleNow while that is not done."""
    held = Stop.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=stop.pk)
    if not held.holds:
        return held
    if Campaign.objects.filter(account=held.account, state__in=STATES).exists():
        raise NotPossibleNow(_("The stop is still being carried out. Try again in a moment."))
    held.ended_by, held.ended_at = actor, clock.now()
    held.save(update_fields=["ended_by", "ended_at"])
    points.thaw(account=held.account)
    audit.record(actor=actor, action="account.start", subject=held.account, account=held.account, stop=held.pk)
    return held


def current(account: Account) -> Stop | None:
    """Return the stop that holds for the account now."""
    return Stop.objects.select_related("account", "started_by").filter(account=account, ended_at__isnull=True).first()


def due() -> QuerySet[Stop, tuple[int]]:
    """Return stops whose accounts still have something that can be taken back."""
    left = Campaign.objects.filter(account=OuterRef("account"), state__in=STATES)
    return Stop.objects.filter(Exists(left), ended_at__isnull=True).values_list("pk")


def figures(stop: Stop) -> Figures:
    """Count what the stop did so far, by the messages and transfers themselves."""
    # Asked first: what is done when this is asked is in the counts, and figures said to be the last must be.
    is_done = not stop.campaigns.exclude(state__in=Campaign.TERMINAL).exists()
    messages = Message.objects.filter(campaign__stop=stop).order_by().values_list("state")
    counts: dict[str, int] = dict(messages.annotate(n=Count("pk")))
    resolved = Transfer.objects.filter(hold__campaign__stop=stop).order_by().values_list("kind")
    moved: dict[str, int] = dict(resolved.annotate(n=Sum("amount")))
    return Figures(
        campaigns=stop.campaigns.filter(single=False).count(),
        left=sum(counts.get(state, 0) for state in Message.CHARGED),
        under_way=counts.get(Message.State.SUBMITTING, 0) + counts.get(Message.State.UNKNOWN, 0),
        taken_back=counts.get(Message.State.CANCELED, 0) + stop.unmade,
        waiting=counts.get(Message.State.QUEUED, 0),
        spent=moved.get(Transfer.Kind.POST, 0),
        released=moved.get(Transfer.Kind.VOID, 0),
        is_done=is_done,
    )
