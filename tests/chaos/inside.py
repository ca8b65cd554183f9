"""What the tests do and ask inside an installation: a process of its own, told by lines of JSON.

`python -m tests.chaos.inside` reads {"do": NAME, …} and answers each line with {"said": …} or {"failed": …}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connections  # noqa: E402

from accounts import connections as accesses  # noqa: E402
from accounts import points, tenants  # noqa: E402
from accounts.models import Account, User  # noqa: E402
from campaigns import composing, confirming, planning  # noqa: E402
from campaigns.models import Campaign, Message, PostbackEndpoint, Variant  # noqa: E402
from smspanel import clock, tick  # noqa: E402
from smspanel.models import Lease  # noqa: E402
from tests import filling  # noqa: E402
from tests.campaigns import listening  # noqa: E402
from tests.campaigns.sending import PRICE, make_group, open_route  # noqa: E402
from tests.chaos import counting  # noqa: E402
from tests.chaos.web import PASSWORD  # noqa: E402


def prepare(*, accounts: int, address: str, sign_in: dict[str, str] | None = None, **connection: Any) -> dict[str, Any]:
    """Make the tables, a route to the provider, and accounts that send at every hour; tell where it pushes to."""
    call_command("migrate", verbosity=0)
    route = open_route(address, max_parallel=1000, **connection)
    if sign_in:
        accesses.set_credentials(connection=route, credentials=sign_in, actor=None)
    return {"pushes": route.push_address, "keys": [_open(index) for index in range(accounts)]}


def _open(index: int) -> str:
    """Open an account that sends at every hour, and return the key of its software."""
    _account, key = tenants.open_account(
        kind=Account.Kind.MASTER,
        master=None,
        name=f"Firm {index}",
        email=f"firm{index}@example.com",
        password=PASSWORD,
        window_start=None,
        window_end=None,
        opening_points=10_000,
    )
    return key


def draft(*, account: int, numbers: list[str], later: float | None = None, **fields: Any) -> int:
    """Write and plan a campaign to these numbers, and grant the account what it costs; return its id."""
    owner = User.objects.get(email=f"firm{account}@example.com")
    assert owner.account is not None
    name = f"To {numbers[0]}"
    group = make_group(owner.account, numbers, name)
    points.grant(account=owner.account, points=PRICE * len(numbers), key=f"grant:{name}", memo="")
    start_at = None if later is None else clock.now() + timedelta(seconds=later)
    campaign = composing.save(
        campaign=Campaign(),
        account=owner.account,
        actor=owner,
        numbers="",
        groups=[group],
        excluded_groups=[],
        **{"name": name, "text": "Hello", "variant": Variant.ECO, "start_at": start_at} | fields,
    )
    planning.make(campaign.plan.pk)
    return campaign.pk


def order(**draft_of: Any) -> int:
    """Write, plan and confirm a campaign; return its id."""
    campaign = Campaign.objects.get(pk=draft(**draft_of))
    return confirming.confirm(campaign=campaign, actor=campaign.created_by).pk


def fill(*, count: int) -> None:
    """Add very many messages to a campaign that has begun, as if they had been sent long before."""
    message = Message.objects.filter(state__in=Message.CHARGED, batch__isnull=False).earliest("pk")
    filling.messages_like(message, count)


def forget_heartbeat() -> None:
    """Let nobody wait for the lease of a heartbeat that was killed."""
    tick.release("tick", holder=Lease.objects.get(name="tick").holder)


def listen(*, account: int, url: str) -> int:
    """Have an account's program told of replies at an address; return the id of the endpoint."""
    return listening.listen(_account(account), url, listening.REPLIES).pk


def tell(*, account: int) -> dict[int, float]:
    """Let an event wait for the account's program; return its id and when it was written, in seconds."""
    (event,) = listening.note(PostbackEndpoint.objects.get(account=_account(account)))
    return {event.pk: event.created_at.timestamp()}


def _account(index: int) -> Account:
    return Account.objects.get(email=f"firm{index}@example.com")


VERBS: dict[str, Callable[..., Any]] = {
    "prepare": prepare,
    "draft": draft,
    "collect": lambda: call_command("collectstatic", interactive=False, verbosity=0),
    "order": order,
    "unfinished": counting.unfinished,
    "states": counting.states,
    "batches": counting.batches,
    "starts": counting.starts,
    "ends": counting.ends,
    "events": counting.events,
    "fill": fill,
    "forget_heartbeat": forget_heartbeat,
    "listen": listen,
    "tell": tell,
    "judge": counting.judge,
}


def main() -> None:
    """Answer until nobody asks any more; what the database refuses is the asker's to ask again."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"said": VERBS[asked.pop("do")](**asked)}
        except DatabaseError as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        connections.close_all()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
