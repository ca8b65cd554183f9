"""What the database sets the pace of: importing, expanding, moving points and sending.

The bare ways do the same writing with the driver alone: no counting, no resuming, no fences, no audit.
"""

from __future__ import annotations

import csv
import itertools
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Model

from accounts import points
from accounts.models import Account, Transfer
from campaigns import dispatch, expansion, jobs, lifecycle
from campaigns.models import Campaign, Message
from contacts import applying, imports
from contacts.models import Contact, Group, Import
from smspanel import clock
from smspanel.simulator import Simulator
from tests.bench.measure import ROUNDS, Row, compare
from tests.campaigns.sending import Sending, open_route
from tests.personas import make_people

PEOPLE = 50_000
TRANSFERS = 500
SENT = 5_000
BATCH = 200
POLISH = re.compile(r"48[4-8][0-9]{8}")


def rows() -> Iterator[Row]:
    """Measure each piece of work on an otherwise empty database."""
    with TemporaryDirectory() as folder, Simulator(Path(folder)) as simulator:
        sending = Sending(simulator, make_people().slave, open_route(simulator.url("serwersms")))
        yield _importing(sending.account, Path(folder) / "people.csv")
        yield _moving(sending.account)
        group = Group.objects.get(account=sending.account)
        yield _expanding(sending, group)
        yield _sending(sending)


def _importing(account: Account, path: Path) -> Row:
    lines = [f"{48_500_000_000 + index * 7};Name {index % 100};Surname {index % 1000}" for index in range(PEOPLE)]
    path.write_text("\n".join(["phone;first name;last name", *lines]))
    group = Group.objects.create(account=account, name="Everybody")
    return compare(
        "importing a CSV of new contacts into a group / the driver's bulk insert alone",
        "rows",
        PEOPLE,
        bare=lambda: _insert_bare(account.pk, path),
        ours=lambda: _import(account, group, path),
    )


def _insert_bare(account_id: int, path: Path) -> None:
    _forget_contacts()
    columns = _columns(Contact)
    blank: dict[str, Any] = dict.fromkeys(columns, "") | {
        "birth_date": None,
        "last_import_id": None,
        "account_id": account_id,
    }
    blank |= {"created_at": clock.now(), "updated_at": clock.now()}
    with path.open(newline="") as file, transaction.atomic(), connection.cursor() as cursor:
        lines = (
            line for line in itertools.islice(csv.reader(file, delimiter=";"), 1, None) if POLISH.fullmatch(line[0])
        )
        values = (
            tuple((blank | {"msisdn": line[0], "first_name": line[1], "last_name": line[2]}).values()) for line in lines
        )
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY contacts_contact ({', '.join(columns)}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO contacts_contact ({', '.join(columns)}) VALUES ({marks})", list(values))


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]


def _import(account: Account, group: Group, path: Path) -> None:
    _forget_contacts()
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    spreadsheet = imports.upload(account=account, actor=None, file=upload, target=Import.Target.CONTACTS)
    columns = {"msisdn": 0, "first_name": 1, "last_name": 2}
    imports.start(spreadsheet=spreadsheet, columns=columns, has_header=True, group=group, actor=None)
    applying.apply(spreadsheet.pk)
    spreadsheet.refresh_from_db()
    if spreadsheet.created_count != PEOPLE:
        raise RuntimeError(f"{spreadsheet.created_count} of {PEOPLE} rows were imported: {spreadsheet.problem}")


def _forget_contacts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contacts_membership")
        cursor.execute("DELETE FROM contacts_contact")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM contacts_contact")
            cursor.execute("VACUUM contacts_membership")


def _moving(account: Account) -> Row:
    master = account.master
    assert master is not None
    wallets = points.wallet_of(master), points.wallet_of(account)
    return compare(
        "moving points / the same statements, raw, in one transaction each",
        "transfers",
        TRANSFERS,
        bare=lambda: _move_bare(wallets[0].pk, wallets[1].pk),
        ours=lambda: _move(master, account),
    )


def _move_bare(source: int, target: int) -> None:
    columns = _columns(Transfer)
    blank: dict[str, Any] = dict.fromkeys(columns) | {
        "kind": "MOVE",
        "amount": 1,
        "subject": "",
        "memo": "",
        "created_at": clock.now(),
    }
    blank |= {"debit_id": source, "credit_id": target}
    blank |= dict.fromkeys(("debit_posted_after", "debit_held_after", "credit_posted_after"), 0)
    marks = ", ".join(["%s"] * len(columns))
    for _index in range(TRANSFERS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_wallet SET posted = posted - 1 WHERE id = %s AND posted > held", [source])
            cursor.execute("UPDATE accounts_wallet SET posted = posted + 1 WHERE id = %s", [target])
            values = tuple((blank | {"key": uuid.uuid4().hex}).values())
            cursor.execute(f"INSERT INTO accounts_transfer ({', '.join(columns)}) VALUES ({marks})", values)


def _move(source: Account, target: Account) -> None:
    for _index in range(TRANSFERS):
        points.move(source=source, target=target, points=1, key=uuid.uuid4().hex)


def _expanding(sending: Sending, group: Group) -> Row:
    points.grant(account=sending.account, points=10_000_000, key="bench", memo="")
    drafts = iter([sending.draft([group], name=f"bare {index}") for index in range(ROUNDS)])
    ready = iter([_started(sending, group) for _ in range(ROUNDS)])
    return compare(
        "making the messages of a campaign / one INSERT ... SELECT for all of them",
        "messages",
        PEOPLE,
        bare=lambda: _expand_bare(next(drafts), group),
        ours=lambda: expansion.expand(next(ready).pk),
    )


def _started(sending: Sending, group: Group) -> Campaign:
    campaign = sending.confirm([group])
    jobs.start(campaign.pk)
    return campaign


def _expand_bare(campaign: Campaign, group: Group) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO campaigns_message
                (campaign_id, month, msisdn, contact_id, text, parts, points, state, reason, provider_id, network)
                SELECT %s, %s, c.msisdn, c.id, '', 1, 3, 'QUEUED', '', '', ''
                FROM contacts_membership m JOIN contacts_contact c ON c.id = m.contact_id
                LEFT JOIN contacts_blacklistentry b ON b.account_id = c.account_id AND b.msisdn = c.msisdn
                WHERE m.group_id = %s AND b.id IS NULL""",
            [campaign.pk, campaign.month, group.pk],
        )


def _sending(sending: Sending) -> Row:
    group = sending.group([str(48_600_000_000 + index * 100) for index in range(SENT)], "Some")
    ready = [_started(sending, group) for _ in range(ROUNDS)]
    for campaign in ready:
        expansion.expand(campaign.pk)
        lifecycle.pause(campaign=campaign, actor=None)  # because whoever sends serves all that may be sent, in turn
    batches = iter(ready)
    return compare(
        "sending over HTTP with every promise kept / the same calls and nothing written down",
        "messages",
        SENT,
        bare=lambda: _send_bare(sending),
        ours=lambda: _send(next(batches)),
    )


def _send_bare(sending: Sending) -> None:
    session = requests.Session()
    session.headers["Authorization"] = "Bearer sim-token"
    for start in range(0, SENT, BATCH):
        phones = [f"+{48_600_000_000 + index * 100}" for index in range(start, start + BATCH)]
        ids = [uuid.uuid4().hex for _phone in phones]
        body = {"details": True, "unique_id": ids, "phone": phones, "text": "Hello"}
        url = f"{sending.connection.base_url}/messages/send_sms.json"
        session.post(url, json=body, timeout=60).raise_for_status()


def _send(campaign: Campaign) -> None:
    lifecycle.resume(campaign=campaign, actor=None)
    dispatch.dispatch(campaign.pk)
    sent = Message.objects.filter(campaign=campaign, state=Message.State.SENT).count()
    if sent != SENT:
        raise RuntimeError(f"{sent} of {SENT} messages were sent.")
