"""Pulls groups and blacklists of a linked account from its counterpart at JustSend, and pushes them there.

Every step may be repeated: what is there already stays as it is, on either side, and nothing is deleted or sent.
Only making a group there could make a second one, so it is looked for by its name first, and an unclear answer waits
the connection's grace before anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.links import pulling, running, steps
from accounts.models import Account, AccountLink, User
from contacts import blacklist, numbers, upsert
from contacts.models import BlacklistEntry, Exchange, Group, Membership
from smspanel import clock, crypto, doorbell
from smspanel.providers import errors
from smspanel.providers.justsend.client import JustSendClient

CHUNK: Final = 1000
SECONDS: Final = 20.0
LEASE: Final = timedelta(minutes=3)
WAIT: Final = timedelta(minutes=1)
Direction, What, Status = Exchange.Direction, Exchange.What, Exchange.Status

Step = Callable[[Exchange, JustSendClient], bool]
"""Moves one chunk, writes how far it came, and says whether anything is left."""


@transaction.atomic
def ask(*, link: AccountLink, direction: Exchange.Direction, what: Exchange.What, actor: User | None) -> Exchange:
    """Have lists exchanged in the background; one that is under way goes on."""
    exchange, _created = Exchange.objects.get_or_create(link=link, direction=direction, what=what)
    idle = Exchange.objects.filter(pk=exchange.pk, status__in=(Status.DONE, Status.FAILED))
    idle.update(status=Status.QUEUED, group=0, cursor=0, moved=0, problem="", next_attempt_at=None, finished_at=None)
    Exchange.objects.filter(pk=exchange.pk).update(asked_by=actor, asked_at=clock.now())
    audit.record(
        actor=actor, action="link.exchange", subject=link, account=link.account, direction=direction, what=what
    )
    doorbell.ring("contacts.jobs.exchange", exchange.pk)
    return exchange


def pull_all(*, link: AccountLink, actor: User | None) -> None:
    """Have everything pulled that an account can have there."""
    for what in What:
        if what != What.SUBACCOUNTS or link.parent_id is None:
            ask(link=link, direction=Direction.PULL, what=what, actor=actor)


def due() -> list[tuple[int]]:
    """Return exchanges that wait, or that no living process is working on."""
    return list(_free().filter(link__connection__is_active=True).order_by("pk").values_list("pk"))


def _free() -> QuerySet[Exchange]:
    now = clock.now()
    rested = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    return Exchange.objects.filter((Q(status=Status.QUEUED) & rested) | Q(status=Status.RUNNING, lease_until__lt=now))


def run(exchange_id: int) -> None:
    """Exchange chunk after chunk until all is done or the time is up."""
    if not _free().filter(pk=exchange_id).update(status=Status.RUNNING, lease_until=clock.now() + LEASE):
        return
    exchange = Exchange.objects.select_related("link__account", "link__connection", "asked_by").get(pk=exchange_id)
    step, until = _STEPS[exchange.direction, exchange.what], clock.monotonic() + SECONDS
    try:
        client = steps.client_as(exchange.link)
        more = True
        while more and clock.monotonic() < until:
            more = step(exchange, client)
            _keep(exchange, lease_until=clock.now() + LEASE)
    except (errors.ProviderError, crypto.CannotOpen) as error:
        _stop(exchange, error)
        return
    if more:
        _keep(exchange, status=Status.QUEUED, lease_until=None)
        doorbell.ring("contacts.jobs.exchange", exchange_id)
    else:
        _keep(exchange, status=Status.DONE, problem="", lease_until=None, finished_at=clock.now())


def _keep(exchange: Exchange, **values: Any) -> None:
    Exchange.objects.filter(pk=exchange.pk, status=Status.RUNNING).update(
        group=exchange.group, cursor=exchange.cursor, moved=exchange.moved, **values
    )


def _stop(exchange: Exchange, error: errors.ProviderError | crypto.CannotOpen) -> None:
    """Try again later what may work then; what would fail alike ends here."""
    lasting = isinstance(error, crypto.CannotOpen) or (error.never_left and not error.retryable)
    if lasting:
        _keep(exchange, status=Status.FAILED, problem=str(error)[:300], lease_until=None, finished_at=clock.now())
        return
    wait = max(WAIT, timedelta(seconds=running.grace(exchange.link.connection)))
    _keep(
        exchange,
        status=Status.QUEUED,
        problem=str(error)[:300],
        lease_until=None,
        next_attempt_at=clock.now() + wait,
    )


def _pull_subaccounts(exchange: Exchange, _client: JustSendClient) -> bool:
    exchange.moved = pulling.pull_subaccounts(root=exchange.link, actor=exchange.asked_by)
    return False


def _pull_groups(exchange: Exchange, client: JustSendClient) -> bool:
    """Take the next group there, by its number."""
    later = sorted((group for group in client.groups() if group.id > exchange.group), key=lambda group: group.id)
    if not later:
        return False
    members, account = numbers.readable(client.group_members(later[0].id)), exchange.link.account
    name = later[0].name[:100] or f"JustSend {later[0].id}"
    group, _created = Group.objects.get_or_create(account=account, name=name)
    for start in range(0, len(members), CHUNK):
        _join(account, group, members[start : start + CHUNK])
    exchange.group, exchange.moved = later[0].id, exchange.moved + len(members)
    return len(later) > 1


@transaction.atomic
def _join(account: Account, group: Group, members: Sequence[str]) -> None:
    """Put numbers into a group, as contacts without a name where there are none."""
    upsert.contacts(account_id=account.pk, rows=[(one,) for one in members], group_id=group.pk)


def _pull_blacklist(exchange: Exchange, client: JustSendClient) -> bool:
    listed = client.blacklist()
    for start in range(0, len(listed), CHUNK):
        exchange.moved += blacklist.add(
            account=exchange.link.account,
            raw_numbers=listed[start : start + CHUNK],
            source=BlacklistEntry.Source.IMPORT,
            actor=exchange.asked_by,
            reason="JustSend",
        )
    return False


def _push_groups(exchange: Exchange, client: JustSendClient) -> bool:
    """Add the next chunk of the group at hand, or go on to the next group."""
    groups = Group.objects.filter(account=exchange.link.account, pk__gte=exchange.group).order_by("pk")
    group = groups.first()
    if group is None:
        return False
    if group.pk != exchange.group:
        exchange.group, exchange.cursor = group.pk, 0
    chunk = _chunk(Membership.objects.filter(group=group), exchange.cursor, "contact__msisdn")
    if chunk:
        client.add_to_group(_group_there(client, group.name), [number for _pk, number in chunk])
        exchange.cursor, exchange.moved = chunk[-1][0], exchange.moved + len(chunk)
    else:
        exchange.group, exchange.cursor = group.pk + 1, 0
    return True


def _group_there(client: JustSendClient, name: str) -> int:
    """Return the number of the group of that name there, made if there is none."""
    return next((group.id for group in client.groups() if group.name == name), 0) or client.create_group(name)


def _push_blacklist(exchange: Exchange, client: JustSendClient) -> bool:
    listed = blacklist.current().filter(account=exchange.link.account)
    chunk = _chunk(listed, exchange.cursor, "msisdn")
    if not chunk:
        return False
    client.blacklist_add_all([number for _pk, number in chunk])
    exchange.cursor, exchange.moved = chunk[-1][0], exchange.moved + len(chunk)
    return True


def _chunk(rows: QuerySet[Any], after: int, number: str) -> list[tuple[int, str]]:
    """Return the ids and numbers of the next rows."""
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", number)[:CHUNK])


_STEPS: Final[Mapping[tuple[str, str], Step]] = {
    (Direction.PULL, What.SUBACCOUNTS): _pull_subaccounts,
    (Direction.PULL, What.GROUPS): _pull_groups,
    (Direction.PULL, What.BLACKLIST): _pull_blacklist,
    (Direction.PUSH, What.GROUPS): _push_groups,
    (Direction.PUSH, What.BLACKLIST): _push_blacklist,
}
