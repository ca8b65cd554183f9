"""Bodies of the jobs: an id in, a verb out. And, for each, for which ids it is due by the database."""

from __future__ import annotations

from collections.abc import Iterable

from campaigns import (
    answering,
    canaries,
    counting,
    delivery,
    dry_runs,
    expansion,
    fetching,
    greetings,
    inbox,
    lifecycle,
    partitions,
    planning,
    postback_delivery,
    postback_rounds,
    recipient_files,
    recurring,
    retention,
    settlement,
    stopping,
)
from campaigns import dispatch as dispatching
from campaigns.models import Campaign, DryRun, Plan
from smspanel import doorbell
from smspanel.doorbell import Ids


def make_plan(plan_id: int) -> None:
    """Make a plan that somebody waits for."""
    planning.make(plan_id)


def due_plans() -> Iterable[Ids]:
    """Return plans that somebody waits for."""
    return Plan.objects.filter(status=Plan.Status.QUEUED, campaign__state=Campaign.State.PLANNING).values_list("pk")


def make_dry_run(run_id: int) -> None:
    """Work out a dry run that somebody waits for."""
    dry_runs.make(run_id)


def due_dry_runs() -> Iterable[Ids]:
    """Return dry runs that somebody waits for."""
    return DryRun.objects.filter(status=DryRun.Status.QUEUED).values_list("pk")


def read_recipients(file_id: int) -> None:
    """Read a file of recipients."""
    recipient_files.read(file_id)


def due_recipient_files() -> Iterable[Ids]:
    """Return files of recipients that nobody is reading."""
    return recipient_files.due_readings()


def send_file(file_id: int) -> None:
    """Confirm a campaign that is planned and is to be sent without a look."""
    recipient_files.send(file_id)


def due_sendings_of_files() -> Iterable[Ids]:
    """Return files whose campaigns are to be confirmed."""
    return recipient_files.due_sendings()


def start(campaign_id: int) -> None:
    """Begin a scheduled campaign."""
    lifecycle.start(campaign_id)


def due_starts() -> Iterable[Ids]:
    """Return scheduled campaigns whose time has come."""
    return lifecycle.due_starts()


def expand(campaign_id: int) -> None:
    """Make the messages of a campaign."""
    expansion.expand(campaign_id)


def due_expansions() -> Iterable[Ids]:
    """Return campaigns whose messages are being made."""
    return Campaign.objects.filter(state=Campaign.State.EXPANDING).values_list("pk")


def dispatch(campaign_id: int) -> None:
    """Send messages of a campaign for a while."""
    dispatching.dispatch(campaign_id)


def due_dispatches() -> Iterable[Ids]:
    """Return campaigns with something to send."""
    lifecycle.reopen_windows()
    return dispatching.due_dispatches()


def urge(campaign_id: int) -> None:
    """Start a campaign of priority, make its messages and send them, ahead of everything else."""
    lifecycle.start(campaign_id)
    expansion.expand(campaign_id)
    dispatching.dispatch_urgent()


def due_urgent() -> Iterable[Ids]:
    """Return campaigns of priority with which something is to be done now."""
    lifecycle.reopen_windows()
    return dispatching.due_urgent()


def dispatch_singles() -> None:
    """Send the single messages that wait, and campaigns of priority."""
    doorbell.heard("campaigns.jobs.dispatch_singles")
    dispatching.dispatch_urgent()


def due_singles() -> Iterable[Ids]:
    """Return the one bell for all single messages, if any waits."""
    lifecycle.reopen_windows()
    return [()] if dispatching.due_singles() else []


def suspect(batch_id: int) -> None:
    """Mark a batch without an outcome as unclear."""
    settlement.suspect(batch_id)


def due_suspects() -> Iterable[Ids]:
    """Return batches that should have had an outcome by now."""
    return settlement.due_suspects()


def settle(batch_id: int, attempt: int) -> None:
    """Find out what became of an unclear batch."""
    settlement.settle(batch_id, attempt)


def due_settlements() -> Iterable[Ids]:
    """Return unclear batches whose grace is over."""
    return settlement.due_settlements()


def watch_canary(campaign_id: int) -> None:
    """Look at the first few messages of a campaign."""
    canaries.watch(campaign_id)


def due_canaries() -> Iterable[Ids]:
    """Return campaigns whose first few messages are to be looked at now."""
    return canaries.due()


def carry_out_stop(stop_id: int) -> None:
    """Take back what an emergency stop has left."""
    stopping.carry_out(stop_id)


def due_stops() -> Iterable[Ids]:
    """Return emergency stops whose accounts still have something on its way."""
    return stopping.due()


def finish(campaign_id: int) -> None:
    """End a campaign that has nothing left to do."""
    lifecycle.finish(campaign_id)


def due_finishes() -> Iterable[Ids]:
    """Return campaigns that have nothing left to do."""
    return lifecycle.due_finishes()


def apply_inbox(connection_id: int) -> None:
    """Apply what a connection pushed."""
    inbox.apply(connection_id)


def due_inbox() -> Iterable[Ids]:
    """Return connections that pushed something that is to be applied now."""
    return inbox.due()


def carry_out_reply_task(task_id: int) -> None:
    """Answer a reply, or pass it on."""
    answering.carry_out(task_id)


def due_reply_tasks() -> Iterable[Ids]:
    """Return replies that are to be answered or passed on."""
    return answering.due()


def pull_reports(batch_id: int) -> None:
    """Ask for the reports of a batch."""
    delivery.pull_reports(batch_id)


def due_pulls() -> Iterable[Ids]:
    """Return batches whose reports are to be asked for now."""
    return delivery.due_pulls()


def close_unreported() -> None:
    """Give up on reports that did not come in time."""
    delivery.close_unreported()


def send_postbacks() -> None:
    """Tell owners' programs what waits for them."""
    postback_rounds.run()


def due_postbacks() -> Iterable[Ids]:
    """Return the one bell for all programs, if something can be told to one now."""
    return [()] if postback_delivery.due() else []


def prepare_months() -> None:
    """Make the tables of the months to come before there are messages for them."""
    partitions.prepare()


def begin_cleaning() -> None:
    """Begin to forget what is older than it is to be kept."""
    retention.begin()


def clean(round_id: int) -> None:
    """Forget for a while what is older than it is to be kept."""
    retention.clean(round_id)


def due_cleanings() -> Iterable[Ids]:
    """Return rounds of forgetting that have not ended and that nobody works on."""
    return retention.due()


def send_greeting(greeting_id: int) -> None:
    """Send today's birthday greetings of a group."""
    greetings.send(greeting_id)


def due_greetings() -> Iterable[Ids]:
    """Return birthday greetings whose time has come."""
    return greetings.due()


def count_messages() -> None:
    """Count again what has changed, for reports."""
    counting.run()


def due_counts() -> Iterable[Ids]:
    """Return one bell if anything has changed that may be counted again."""
    return counting.due()


def repeat(repetition_id: int) -> None:
    """Make the campaign of a repetition whose time has come."""
    recurring.run(repetition_id)


def due_repetitions() -> Iterable[Ids]:
    """Return repetitions whose time has come."""
    return recurring.due()


def send_repeated(run_id: int) -> None:
    """Confirm a repeated campaign that is planned."""
    recurring.settle(run_id)


def due_repeated() -> Iterable[Ids]:
    """Return repeated campaigns that are planned."""
    return recurring.due_settlements()


def ask_for_replies() -> None:
    """Have the providers asked for replies that must be asked."""
    fetching.begin()


def fetch_replies(connection_id: int) -> None:
    """Ask one connection for replies."""
    fetching.fetch(connection_id)


def due_fetches() -> Iterable[Ids]:
    """Return connections that are to be asked for replies now."""
    return fetching.due()
