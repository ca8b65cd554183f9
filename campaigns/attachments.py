"""The file of recipients of a draft that a person writes: kept, put in the place of another, taken away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from campaigns import recipient_files
from campaigns.models import Campaign, RecipientFile
from contacts import uploads
from smspanel import doorbell


def keep(*, file: UploadedFile[Any], content: RecipientFile.Content) -> RecipientFile:
    """Keep an upload and return the unsaved row that it will be read by; raises UnreadableFile."""
    source = RecipientFile(
        file_name=uploads.name_of(file),
        personalized=content != RecipientFile.Content.NUMBERS,
        parametrized=content == RecipientFile.Content.COLUMNS,
        auto_send=False,
    )
    found, _digest = uploads.keep(file, source.public_id)
    source.row_estimate = found.estimated_rows
    source.layout = recipient_files.columns_of(found)
    if source.parametrized:
        number = source.layout["number"]
        titles = [title for index, title in enumerate(found.titles) if index != number]
        source.layout |= {"text": recipient_files.NO_COLUMN, "titles": titles}
    return source


def drop(source: RecipientFile) -> None:
    """Delete a kept upload that no draft took."""
    uploads.path_of(source.public_id).unlink(missing_ok=True)


@transaction.atomic
def attach(*, campaign: Campaign, source: RecipientFile) -> None:
    """Have a locked draft's file read, in the place of the one it had."""
    remove(campaign=campaign)
    source.campaign = campaign
    source.save()
    doorbell.ring("campaigns.jobs.read_recipients", source.pk)


@transaction.atomic
def remove(*, campaign: Campaign) -> None:
    """Take a locked draft's file away, with what was read of it.

    The file goes first: whoever reads it holds its row while writing recipients, and finds it gone afterwards.
    """
    for source in RecipientFile.objects.filter(campaign=campaign):
        transaction.on_commit(partial(uploads.path_of(source.public_id).unlink, missing_ok=True))
        source.delete()
    campaign.recipients.filter(from_file=True).delete()


def is_being_read(campaign: Campaign) -> bool:
    """Say whether a file of the campaign is still to be read."""
    return RecipientFile.objects.filter(campaign=campaign, status__in=RecipientFile.OPEN).exists()
