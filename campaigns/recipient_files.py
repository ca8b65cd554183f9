"""Campaigns from a file: one number in a row, and perhaps a text of its own (JS-30 to JS-35).

The file is read in chunks that a crash neither repeats nor loses, then planned; a campaign that is to be sent
without a look is confirmed as soon as its plan is ready, and fails with the plan's words when it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import points
from accounts.models import Account, AppKey
from campaigns import confirming, lifecycle, orders, planning, recipients, rules
from campaigns.dictionary import Dictionary
from campaigns.errors import CampaignRefused
from campaigns.models import Campaign, Plan, Recipient, RecipientFile
from campaigns.orders import Order
from campaigns.text import render
from contacts import spreadsheets, uploads
from smspanel import clock, doorbell, leases

CHUNK: Final = 2_000
SECONDS: Final = 45.0
LEASE: Final = timedelta(seconds=75)
NO_COLUMN: Final = -1
"""In the place of the column of the texts: the campaign's text is everybody's."""
PARAMETER: Final = re.compile(r"#(\d{1,2})#")


def receive(
    *,
    account: Account,
    order: Order,
    file: UploadedFile[Any],
    personalized: bool,
    parametrized: bool = False,
    key: AppKey | None = None,
) -> Campaign:
    """Keep a file and write the campaign that is read from it later; raises UnreadableFile, CampaignRefused.

    Without `personalized` everybody gets the text of the first row. With `parametrized`, #1# in a text stands for
    the cell after the text, #2# for the next one; a row without a text has that of the first.
    """
    campaign = orders.draft(account=account, order=order, key=key)
    campaign.state = Campaign.State.PLANNING
    source = RecipientFile(
        file_name=uploads.name_of(file), personalized=personalized or parametrized, parametrized=parametrized
    )
    found, _digest = uploads.keep(file, source.public_id)
    source.row_estimate = found.estimated_rows
    source.layout = columns_of(found)
    with transaction.atomic():
        campaign.save()
        source.campaign = campaign
        source.save()
        doorbell.ring("campaigns.jobs.read_recipients", source.pk)
    return campaign


def columns_of(found: spreadsheets.Inspection) -> dict[str, Any]:
    """Return how a file is read, and which of its columns hold the number and the text."""
    number = next((column for column, name in found.mapping.items() if name == "msisdn"), 0)
    return found.layout.to_json() | {"number": number, "text": _text_column(found, number)}


def _text_column(found: spreadsheets.Inspection, number: int) -> int:
    """Return the column of the texts: the one after the numbers, or the first of all."""
    return number + 1 if number + 1 < found.layout.width else 0 if number else 1


def _free() -> QuerySet[RecipientFile]:
    return RecipientFile.objects.filter(leases.free(), status__in=RecipientFile.OPEN)


def due_readings() -> list[tuple[int]]:
    """Return files that are to be read and that no living process is reading."""
    return list(_free().order_by("pk").values_list("pk"))


def read(file_id: int) -> None:
    """Read rows until the file ends or the time is up."""
    if not _free().filter(pk=file_id).update(status=RecipientFile.Status.READING, lease_until=clock.now() + LEASE):
        return
    source = RecipientFile.objects.select_related("campaign__account").filter(pk=file_id).first()
    if source is None:
        return
    try:
        finished = _read_rows(source)
    except (spreadsheets.UnreadableFile, OSError) as error:
        problem = str(error) if isinstance(error, spreadsheets.UnreadableFile) else _("The uploaded file is gone.")
        _end(source, RecipientFile.Status.FAILED, problem)
        return
    if finished:
        _end(source, RecipientFile.Status.DONE)
    else:
        RecipientFile.objects.filter(pk=file_id).update(lease_until=None)
        doorbell.ring_now("campaigns.jobs.read_recipients", file_id)


@transaction.atomic
def _end(source: RecipientFile, status: RecipientFile.Status, problem: str = "") -> None:
    """Close the file, and go on to the plan or say why there is none; a person may correct the draft and try again."""
    Campaign.objects.select_for_update(no_key=True).filter(pk=source.campaign_id).first()
    ended = RecipientFile.objects.filter(pk=source.pk, status__in=RecipientFile.OPEN)
    if not ended.update(status=status, problem=problem[:300], lease_until=None):
        return
    planned = Campaign.objects.filter(pk=source.campaign_id, state=Campaign.State.PLANNING)
    if status == RecipientFile.Status.FAILED and source.auto_send:
        lifecycle.fail(campaign=source.campaign, problem=problem)
    elif status == RecipientFile.Status.FAILED:
        planned.update(state=Campaign.State.DRAFT)
    elif planned.exists():
        planning.request(campaign=source.campaign)
    transaction.on_commit(lambda: uploads.path_of(source.public_id).unlink(missing_ok=True))


def _read_rows(source: RecipientFile) -> bool:
    """Read chunk after chunk; says whether the file has ended."""
    layout = spreadsheets.Layout.from_json(source.layout)
    # A text may hold the separator: the cells that it was cut into are joined again, with their spaces.
    rows = spreadsheets.rows(
        uploads.path_of(source.public_id), layout, start=source.cursor, keep_spaces=layout.format.is_text
    )
    words = rules.dictionary()
    until = clock.monotonic() + SECONDS
    while chunk := list(islice(rows, CHUNK)):
        if not _keep(source, [cells for _number, cells in chunk], words):
            return False
        if clock.monotonic() > until:
            return False
    return True


def _keep(source: RecipientFile, chunk: Sequence[list[str]], words: Dictionary) -> bool:
    """Write the recipients of a chunk and move the cursor, together; says False when somebody else has."""
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).filter(pk=source.campaign_id).first()
        current = RecipientFile.objects.select_for_update(no_key=True).filter(pk=source.pk).first()
        if current is None or current.status != RecipientFile.Status.READING or current.cursor != source.cursor:
            return False
        campaign = source.campaign
        if not campaign.text and (first := _first_text(source, chunk)):
            campaign.text = first
            Campaign.objects.filter(pk=campaign.pk).update(text=first)
        rows = [_recipient(source, cells, words) for cells in chunk]
        recipients.leave_out_erased(campaign.account_id, rows)
        Recipient.objects.bulk_create(rows, batch_size=1000)
        current.rejected += sum(bool(row.problem) for row in rows)
        current.cursor += len(chunk)
        current.lease_until = clock.now() + LEASE
        current.save(update_fields=["rejected", "cursor", "lease_until"])
    source.cursor = current.cursor
    return True


def _first_text(source: RecipientFile, chunk: Sequence[list[str]]) -> str:
    """Return the first text of a file that gives one text to everybody, or to rows without one."""
    if source.personalized and not source.parametrized:
        return ""
    return next((text for cells in chunk if (text := _cell(cells, source.layout["text"]))), "")[:2000]


def _recipient(source: RecipientFile, cells: list[str], words: Dictionary) -> Recipient:
    """Return an unsaved recipient with its text, or with what is wrong with the row."""
    recipient = recipients.read(source.campaign, _cell(cells, source.layout["number"]))
    recipient.from_file = True
    if source.personalized and not recipient.problem:
        recipient.text = _own_text(source, cells)
        recipient.problem = _problem_of(source.campaign, recipient, words)[:200]
    return recipient


def _own_text(source: RecipientFile, cells: list[str]) -> str:
    column = source.layout["text"]
    if source.parametrized:
        values = [cell for index, cell in enumerate(cells) if index not in {source.layout["number"], column}]
        text = _cell(cells, column) or source.campaign.text
        return PARAMETER.sub(lambda tag: _cell(values, int(tag[1]) - 1), text)
    delimiter = source.layout["delimiter"]
    if delimiter and column > source.layout["number"]:
        return str(delimiter.join(cells[column:])).strip().strip(delimiter)
    return _cell(cells, column)


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if 0 <= column < len(cells) else ""


def _problem_of(campaign: Campaign, recipient: Recipient, words: Dictionary) -> str:
    """Return why this row's text cannot go out, so that one bad row stops nobody else."""
    if not recipient.text:
        return _("There is no text in this row.")
    _text, found = planning.examine(campaign, render(recipient.text, {}), words)
    return found[0].sentence if found else ""


def due_sendings() -> list[tuple[int]]:
    """Return files whose campaigns are planned and are to be confirmed without a look."""
    planned = RecipientFile.objects.filter(auto_send=True, campaign__state=Campaign.State.PLANNING)
    made = planned.filter(campaign__plan__status__in=[Plan.Status.READY, Plan.Status.REFUSED])
    return list(made.filter(status=RecipientFile.Status.DONE).values_list("pk"))


def send(file_id: int) -> None:
    """Confirm the campaign of a file, or end it with the reason why it cannot be sent."""
    if (file_id,) not in due_sendings():
        return
    campaign = Campaign.objects.select_related("plan", "account").get(file=file_id)
    try:
        if campaign.plan.status == Plan.Status.REFUSED:
            raise CampaignRefused(" ".join(campaign.plan.problems))
        confirming.confirm(campaign=campaign, actor=None)
    except (CampaignRefused, points.PointsError) as error:
        lifecycle.fail(campaign=campaign, problem=str(error))
