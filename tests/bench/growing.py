"""How the time for one row grows with the number of rows, up to a million."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from campaigns import dispatch, lifecycle
from campaigns.models import Campaign
from contacts.models import Group
from tests.bench import dispatching, expanding, filling, importing, planning, reporting
from tests.bench.measure import WHOLE, Row, seconds_of, settle
from tests.campaigns.sending import open_route
from tests.crash import provider
from tests.invariants import assert_all_hold
from tests.personas import Persona, make_people

SIZES: Final = (10_000, 100_000, 1_000_000) if WHOLE else (10_000, 30_000, 100_000)
SOME: Final = 4_000
"""So many messages of a campaign of each size are sent, and reported on: a million would take all day."""
LEAST: Final = 1 / 1.5
"""The least that the rate may be of that of the smallest size."""


def rows() -> Iterator[Row]:
    """Compare the rate at each size with that at the smallest."""
    owner = make_people().slave
    filling.rich(owner.account)
    rates: dict[str, list[float]] = {"import": [], "plan": [], "expansion": [], "dispatch": [], "reports": []}
    rates["import"] = list(_importing(owner))
    everybody = filling.contacts(owner.account, SIZES[-1])
    with TemporaryDirectory() as folder, provider.running(Path(folder)) as simulator:
        route = open_route(simulator.address)
        for size in SIZES:
            group = everybody if size == SIZES[-1] else filling.some(owner.account, size)
            draft, planned = _planned(owner, group)
            rates["plan"].append(size / planned)
            campaign = expanding.begun(owner, draft)
            rates["expansion"].append(size / seconds_of(partial(expanding.expand, campaign)))
            lifecycle.pause(campaign=campaign, actor=None)
            settle()
            rates["dispatch"].append(SOME / seconds_of(partial(_send_some, campaign)))
            rates["reports"].append(SOME / seconds_of(partial(reporting.report, route, campaign, SOME)))
    for work, found in rates.items():
        for size, rate in zip(SIZES, found, strict=True):
            yield Row(f"{work}: {size:,} / {SIZES[0]:,}", "rows", found[0], rate, LEAST)
    assert_all_hold()


def _importing(owner: Persona) -> Iterator[float]:
    """Yield the rate of importing a file of each size into an empty table."""
    with TemporaryDirectory() as folder:
        for size in SIZES:
            path = importing.text_file(Path(folder), size)
            importing.forget(owner.account)
            yield size / seconds_of(partial(importing.import_file, owner.account, path))
    importing.forget(owner.account)


def _planned(owner: Persona, group: Group) -> tuple[Campaign, float]:
    """Return a draft with its plan, and how long the plan took."""
    campaign = planning.draft(owner, group, planning.SAME)
    return campaign, seconds_of(partial(planning.make, campaign))


def _send_some(campaign: Campaign) -> None:
    """Look for what is due and send a batch of it, as a worker does, until enough are sent."""
    lifecycle.resume(campaign=campaign, actor=None)
    for _batch in range(SOME // dispatching.BATCH):
        if (campaign.pk,) not in dispatch.due_dispatches() or (batch := dispatch.claim(campaign.pk)) is None:
            raise RuntimeError("Nothing could be sent.")
        dispatch.submit(batch)
    lifecycle.pause(campaign=campaign, actor=None)
