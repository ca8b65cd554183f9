"""`manage.py importcontacts FILE --account ID --group NAME`: imports a spreadsheet without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.management.base import CommandError, CommandParser

from accounts.models import Account
from contacts import applying, imports, spreadsheets
from contacts.models import Group, Import
from smspanel.commands import AnsweringCommand


class Command(AnsweringCommand):
    """Import contacts from a file into a group."""

    help = "Import contacts from a spreadsheet; columns are guessed from their titles."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the account and the group."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--account", type=int, required=True)
        parser.add_argument("--group", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print what became of its rows."""
        account = Account.objects.filter(pk=options["account"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account']}.")
        try:
            with options["file"].open("rb") as file:
                upload = UploadedFile(file, name=options["file"].name, size=options["file"].stat().st_size)
                spreadsheet = imports.upload(account=account, actor=None, file=upload, target=Import.Target.CONTACTS)
            self._start(spreadsheet, options["group"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read ({error.strerror}).") from error
        except (spreadsheets.UnreadableFile, imports.ImportRefused) as error:
            raise CommandError(str(error)) from error
        while spreadsheet.status in {Import.Status.UPLOADED, *Import.OPEN}:
            applying.apply(spreadsheet.pk)
            spreadsheet.refresh_from_db()
        self._report(spreadsheet, as_json=options["json"])

    def _start(self, spreadsheet: Import, group_name: str) -> None:
        group, _created = Group.objects.get_or_create(account=spreadsheet.account, name=group_name)
        layout = spreadsheet.layout
        imports.start(
            spreadsheet=spreadsheet,
            columns=layout["guess"],
            has_header=bool(layout["header_row"]),
            group=group,
            actor=None,
        )

    def _report(self, spreadsheet: Import, *, as_json: bool) -> None:
        if spreadsheet.status != Import.Status.DONE:
            raise CommandError(spreadsheet.problem or f"The import ended as {spreadsheet.status}.")
        names = ("created", "updated", "duplicate", "invalid", "blacklisted")
        values = {name: getattr(spreadsheet, f"{name}_count") for name in names}
        self.answer({"import": spreadsheet.pk} | values, as_json=as_json)
