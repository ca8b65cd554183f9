"""What is killed: ways of a campaign from its confirmation to its reports, imports, and what must be true then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from accounts import points
from accounts.models import Account, Transfer
from campaigns import confirming, delivery, dispatch, inbox, jobs, lifecycle
from campaigns.models import Batch, Campaign, Message
from smspanel import clock
from tests.campaigns.sending import PRICE, Sending, make_group, number, open_route
from tests.crash import imports, keeping, telling
from tests.crash.provider import Provider
from tests.invariants import assert_all_hold
from tests.personas import make_people
from tests.proof import LONG

BATCH, PEOPLE = (10, 60) if LONG else (3, 6)
NUMBERS: Final = [number(index) for index in range(10, 10 + PEOPLE)]
SUBMIT: Final = "/messages/send_sms.json"


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that is killed, what happens before it, what people do again after it, and the provider's faults.

    `ahead` is how many seconds after the preparation it happens.
    """

    steps: Callable[[], None]
    before: Callable[[], None] = lambda: None
    again: Callable[[], None] = lambda: None
    faults: Sequence[dict[str, Any]] = ()
    everybody: bool = True
    fresh_provider: bool = True
    ahead: int = 0
    judge: Callable[[], None] | None = None


def campaign() -> Campaign:
    """Return the one campaign there is."""
    return Campaign.objects.get()


def prepare(provider: Provider) -> None:
    """Make a planned campaign to NUMBERS over a connection to this provider, and one to a provider that pushes."""
    slave = make_people().slave
    telling.expect_stop(provider.fronts["justsend"])
    connection = open_route(provider.fronts["serwersms"], batch_size=BATCH)
    Sending(None, slave, connection).draft([make_group(slave.account, NUMBERS)])  # type: ignore[arg-type]


def confirm() -> None:
    """Do what a person does, and does again when the page did not answer."""
    confirming.confirm(campaign=campaign(), actor=None)


def expand() -> None:
    """Make the messages."""
    jobs.start(campaign().pk)
    jobs.expand(campaign().pk)


def confirm_for_later() -> None:
    """Confirm for a minute from now."""
    Campaign.objects.update(start_at=clock.now() + timedelta(seconds=60))
    confirm()


def start_in_time() -> None:
    """Do all there is to do a minute later."""
    with clock.travel(seconds=61):
        expand()
        send()
        pull()


def send() -> None:
    """Submit every batch, and finish."""
    jobs.dispatch(campaign().pk)
    jobs.finish(campaign().pk)


def settle() -> None:
    """Find out about unclear batches, send what did not leave, and finish."""
    for batch, attempt in Batch.objects.filter(state=Batch.State.UNKNOWN).values_list("pk", "attempt"):
        jobs.settle(batch, attempt)
    send()


def pull() -> None:
    """Ask for the reports."""
    with clock.travel(seconds=10):
        for (batch,) in delivery.due_pulls():
            jobs.pull_reports(batch)


def cancel() -> None:
    """Do what a person does who sees the first batch leave."""
    lifecycle.cancel(campaign=campaign(), actor=None)


def one_batch() -> None:
    """Submit one batch."""
    batch = dispatch.claim(campaign().pk)
    assert batch is not None
    dispatch.submit(batch)


def push() -> None:
    """Take a pushed rejection of every message, as the page that the provider calls does, and apply it."""
    for message in Message.objects.exclude(provider_id="").select_related("batch__connection"):
        assert message.batch is not None
        query = {"id": message.provider_id, "st": "REJECTD", "dt": "2099-01-01 12:00:00"}
        inbox.receive(connection=message.batch.connection, query=query, body="")
    for (connection,) in inbox.due():
        jobs.apply_inbox(connection)


def _all(*steps: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        for step in steps:
            step()

    return run


FLOWS: Final = {
    "send": Flow(_all(confirm, expand, send, pull), again=confirm),
    "lost answer": Flow(
        _all(send, settle), _all(confirm, expand), faults=[{"action": "take_then_drop", "path": SUBMIT}]
    ),
    "nothing taken": Flow(
        _all(send, settle), _all(confirm, expand), faults=[{"action": "drop_before", "path": SUBMIT}]
    ),
    "cancel": Flow(
        _all(one_batch, cancel, send), _all(confirm, expand), again=lambda: _cancel_again(), everybody=False
    ),
    "refund": Flow(push, _all(confirm, expand, send), again=push, fresh_provider=False),
    "later": Flow(start_in_time, confirm_for_later, ahead=61),
    "post back": Flow(
        telling.tell, _all(telling.listen_to_everything, confirm, expand, send, pull), judge=telling.assert_told
    ),
    "reply": Flow(telling.push_and_apply, again=telling.push, judge=telling.assert_stopped),
    "transfer": Flow(keeping.move, again=keeping.move, judge=keeping.assert_moved),
    "export": Flow(keeping.export, keeping.ask, judge=keeping.assert_exported),
    "import": Flow(imports.apply, imports.queue, judge=imports.assert_imported),
    "undo": Flow(imports.undo_it, imports.queue_undoing, judge=imports.assert_undone),
}


def _cancel_again() -> None:
    if not campaign().is_terminal:
        cancel()


def judge(flow: Flow, provider: Provider) -> None:
    """Check what must be true at the end: the air, the messages, the points, and every invariant."""
    if flow.judge is not None:
        flow.judge()
        assert_all_hold()
        return
    ended, air = campaign(), provider.air()
    states = Counter(Message.objects.values_list("state", flat=True))
    charged = set(Message.objects.filter(state__in=Message.CHARGED).values_list("msisdn", flat=True))
    assert set(air.values()) <= {1}, f"sent twice: {air}"
    assert charged == set(air), f"on the air {sorted(air)}, charged {sorted(charged)}"
    assert ended.is_terminal, f"the campaign is {ended.state}, its messages are {states}"
    if flow.everybody:
        assert set(air) == set(NUMBERS), f"{len(air)} of {PEOPLE} were sent"
        assert set(states) <= {Message.State.DELIVERED, Message.State.REJECTED}, f"reports: {states}"
    refunded = Transfer.objects.filter(kind=Transfer.Kind.REFUND).count()
    assert refunded == states[Message.State.REJECTED]
    own = points.balance(Account.objects.get(email="slave@example.com"))
    assert own == points.Balance(posted=1_000 - PRICE * (len(air) - refunded), held=0), own
    assert_all_hold()
