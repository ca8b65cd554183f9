"""Asks for files about contacts; accounts/downloads.py makes them."""

from __future__ import annotations

from typing import Final

from django.db.models import Max
from django.utils.text import Truncator

from accounts import downloads
from accounts.models import Account, Download, User
from contacts import selecting
from contacts.download_rows import Type
from contacts.models import BlacklistEntry, Contact, Group, Import
from contacts.selecting import Selection

_ABOUT: Final = 120


def of_contacts(*, account: Account, selection: Selection, form: str, actor: User | None) -> Download:
    """Ask for the contacts that are selected, as far as there are any now; raises DownloadRefused."""
    chosen = selection.of(Contact.objects.filter(account=account))
    found, is_all = selecting.count(chosen)
    limit = Contact.objects.filter(account=account).aggregate(last=Max("pk"))["last"] or 0
    wanted = Download(account=account, type=Type.CONTACTS, format=form, expected=found if is_all else None)
    wanted.parameters = {**selection.to_json(), "limit": limit}
    wanted.about = Truncator(", ".join(selection.in_words(account))).chars(_ABOUT)
    return downloads.ask(wanted, actor=actor)


def of_numbers(*, group: Group, actor: User | None = None) -> Download:
    """Ask for the numbers of a group as software gets them; raises DownloadRefused."""
    wanted = Download(account=group.account, type=Type.GROUP_MSISDNS, parameters={"id": group.pk}, about=group.name)
    return downloads.ask(wanted, actor=actor)


def of_blacklist(*, account: Account, form: str, actor: User | None) -> Download:
    """Ask for an account's blacklist; raises DownloadRefused."""
    count = BlacklistEntry.objects.filter(account=account).count()
    wanted = Download(account=account, type=Type.BLACKLIST, format=form, expected=count)
    return downloads.ask(wanted, actor=actor)


def of_rejected(*, spreadsheet: Import, form: str, actor: User | None) -> Download:
    """Ask for the rows of an import that were rejected; raises DownloadRefused."""
    wanted = Download(account=spreadsheet.account, type=Type.IMPORT_REJECTED, format=form)
    wanted.parameters, wanted.about = {"id": spreadsheet.pk}, Truncator(spreadsheet.file_name).chars(_ABOUT)
    wanted.expected = spreadsheet.invalid_count
    return downloads.ask(wanted, actor=actor)
