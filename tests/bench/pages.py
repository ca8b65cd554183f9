"""Pages: how much longer they take with many contacts, and five times as many messages, than with a thousand.

The "rates" are pages a second at the 95th percentile, so that a ratio of 0.2 is five times as long.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from campaigns import counting
from campaigns.models import Campaign
from contacts.models import Contact, Group
from tests.bench import filling, planning
from tests.bench.measure import WHOLE, Row, settle
from tests.campaigns.sending import open_route
from tests.invariants import assert_all_hold
from tests.personas import Persona, make_people

FEW: Final = 1_000
MANY: Final = 1_000_000 if WHOLE else 50_000
CAMPAIGNS: Final = 5
REQUESTS: Final = 40 if WHOLE else 20

PAGES: Final = {
    "list of contacts": "/contacts/contact/",
    "its last page": "/contacts/contact/?p=20",
    "search by the beginning of a number": "/contacts/contact/?q=485001",
    "search by a part of a number": "/contacts/contact/?q=79190",
    "search by a number that nobody has": "/contacts/contact/?q=999999999",
    "search by a name": "/contacts/contact/?q=surname123",
    "search by what nobody is called": "/contacts/contact/?q=xyzzy",
    "members of a group": "/contacts/contact/?groups__id__exact={group}",
    "never texted": "/contacts/contact/?texted=never",
    "texted lately": "/contacts/contact/?texted=30",
    "page of a contact": "/contacts/contact/{contact}/change/",
    "page of a group": "/contacts/group/{group}/change/",
    "list of groups": "/contacts/group/",
    "first page": "/",
    "list of campaigns": "/campaigns/campaign/",
    "page of a campaign": "/campaigns/{campaign}/",
    "recipients of a campaign": "/campaigns/{campaign}/recipients/",
    "recipients whom it did not reach": "/campaigns/{campaign}/recipients/?state=UNDELIVERED",
    "ledger": "/points/",
    "reports": "/reports/",
}


def rows() -> Iterator[Row]:
    """Measure every page as the owner of few contacts and as the owner of many, who share the tables."""
    storage = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=storage):
        yield from _rows()


def _rows() -> Iterator[Row]:
    people = make_people()
    open_route("http://127.0.0.1:9/")
    for persona, size in ((people.stranger, FEW), (people.slave, MANY)):
        everybody = filling.contacts(persona.account, size)
        filling.some(persona.account, 100)
        for _campaign in range(CAMPAIGNS):
            filling.messages(planning.draft(persona, everybody, planning.SAME))
    counting.run()
    settle()
    for name, address in PAGES.items():
        few, many = (_Page(one, address) for one in (people.stranger, people.slave))
        queries = max(few.queries(), many.queries())
        taken = [(few.get(), many.get()) for _ in range(REQUESTS)]
        slow, slower = (statistics.quantiles(seconds, n=20)[-1] for seconds in zip(*taken, strict=True))
        yield Row(f"{name}: {MANY:,} rows / {FEW:,} rows", f"pages ({queries} queries)", 1 / slow, 1 / slower, 0.2)
    assert_all_hold()


class _Page:
    """A page as one person sees it."""

    def __init__(self, persona: Persona, address: str) -> None:
        group = Group.objects.get(account=persona.account, name="Everybody")
        contact = Contact.objects.filter(account=persona.account).earliest("pk")
        campaign = Campaign.objects.filter(account=persona.account).latest("pk")
        places = {"group": group.pk, "contact": contact.pk, "campaign": campaign.pk}
        self._client, self._address = persona.client, address.format(**places)

    def get(self) -> float:
        """Open it; return the seconds that it took."""
        start = time.perf_counter()
        answer = self._client.get(self._address)
        if answer.status_code != 200:
            raise RuntimeError(f"{self._address} answered {answer.status_code}.")
        return time.perf_counter() - start

    def queries(self) -> int:
        """Open it; return how often it asks the database."""
        with CaptureQueriesContext(connection) as asked:
            self.get()
        return len(asked)
