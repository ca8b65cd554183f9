"""One row of everything that an account can have, and the addresses under which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model
from django.urls import reverse

from accounts import downloads, keys, points
from accounts.models import Account, Connection, Download, Notice
from campaigns import composing, planning, report_files
from campaigns.models import (
    Campaign,
    CostCentre,
    CostCentreMonth,
    PostbackEndpoint,
    PostbackEvent,
    Prefix,
    PrefixReservation,
    Repetition,
    Reply,
    Sender,
    TextTemplate,
)
from campaigns.report_types import Type
from contacts.models import BlacklistEntry, BulkJob, Contact, Group, Import
from smspanel import clock
from tests.personas import Persona


@dataclass(frozen=True)
class Belongings:
    """What one account has."""

    account: Account
    addresses: list[str]
    ids: dict[str, object]
    """The ids of its rows, by the names of the holes in addresses, and by the lists that show them."""

    def changes(self) -> list[str]:
        """Return the addresses that change something when posted to."""
        return [address for address in self.addresses if address.endswith(("/change/", "/delete/"))]


def answers_of(account: Account) -> dict[str, Model]:
    """Give the account a prefix for a day, and a reply."""
    prefix, now = Prefix.objects.create(name="WORD"), clock.now()
    connection, _created = Connection.objects.get_or_create(name="Nowhere", kind="serwersms")
    reservation = PrefixReservation.objects.create(
        prefix=prefix, account=account, date_from=now, date_to=now + timedelta(days=1)
    )
    reply = Reply.objects.create(
        connection=connection, account=account, prefix=prefix, msisdn="48500100200", text="Ours", received_at=now
    )
    return {"campaigns_prefixreservation": reservation, "campaigns_reply": reply}


def file_of(campaign: Campaign, persona: Persona) -> Download:
    """Have a file of the campaign's recipients made for the persona."""
    report = report_files.of_campaign(
        campaign=campaign, kind=Type.BULK_RECIPIENTS, actor=persona.user, format=Download.Format.CSV
    )
    downloads.make(report.pk)
    return report


def belongings(persona: Persona) -> Belongings:
    """Give the persona one of everything, and return where each thing is shown."""
    account = persona.account
    campaign, report = _campaign_of(persona)
    rows = _rows_of(persona) | {"accounts_download": report, "campaigns_campaign": campaign}
    addresses = [
        reverse(f"admin:{name}_{view}", args=[row.pk])
        for name, row in rows.items()
        for view in ("change", "history")
        if name != "campaigns_campaign"  # it has a page of its own instead
    ]
    spreadsheet = Import.objects.create(account=account, file_name="ours.csv", status=Import.Status.DONE)
    points.wallet_of(account)
    repeated = Repetition.objects.create(account=account, campaign=campaign, starts_on=clock.now().date())
    contact, group, job = (rows[f"contacts_{name}"].pk for name in ("contact", "group", "bulkjob"))
    pages: list[tuple[str, list[object]]] = [
        ("points-of", [account.pk]),
        ("points-statement", [account.pk, "csv"]),
        ("points-months", [account.pk]),
        ("points-print", [account.pk]),
        ("campaign-plan", [campaign.pk]),
        ("campaign-edit", [campaign.pk]),
        ("campaign-recipients", [campaign.pk]),
        ("campaign-dry-run", [campaign.pk]),
        ("download", [downloads.token_of(report)]),
        ("download-show", [report.pk]),
        ("campaign-again", [campaign.pk]),
        ("repetition", [repeated.pk]),
        ("stop-account", [account.pk]),
        ("person-of-contact", [contact]),
        ("bulk-job", [job]),
        ("contact-messages", [contact]),
        ("group-greeting-note", [group]),
        ("contacts-import-show", [spreadsheet.pk]),
        ("contacts-import-rejected", [spreadsheet.pk, "csv"]),
    ]
    notice = Notice.objects.create(
        person=persona.user, kind="IMPORT_OFF", key="ours", address="/", details={"problem": "Ours"}
    )
    ids: dict[str, object] = {
        **{f"admin:{name}": row.pk for name, row in rows.items()},
        "account_id": account.pk,
        "person_id": persona.user.pk,
        "campaign_id": campaign.pk,
        "file_id": report.pk,
        "contact_id": contact,
        "group_id": group,
        "job_id": job,
        "import_id": spreadsheet.pk,
        "repetition_id": repeated.pk,
        "notice_id": notice.pk,
        "token": downloads.token_of(report),
    }
    return Belongings(account, addresses + [reverse(name, args=values) for name, values in pages], ids)


def _campaign_of(persona: Persona) -> tuple[Campaign, Download]:
    """Write a campaign, plan it, and have the file of its recipients made."""
    campaign = composing.save(
        campaign=Campaign(),
        account=persona.account,
        actor=persona.user,
        numbers="500100200",
        groups=[],
        excluded_groups=[],
        name="Ours",
        text="Hello",
        variant="ECO",
    )
    planning.make(campaign.plan.pk)
    return campaign, file_of(campaign, persona)


def _rows_of(persona: Persona) -> dict[str, Model]:
    """Give the persona a row of every list, by the name of the list."""
    account = persona.account
    listener = PostbackEndpoint.objects.create(account=account, kind=PostbackEndpoint.Kind.CAMPAIGNS)
    centre = CostCentre.objects.create(account=account, name="Ours")
    job = BulkJob.objects.create(account=account, action=BulkJob.Action.DELETE, limit=0, status=BulkJob.Status.DONE)
    return {
        "campaigns_postbackevent": PostbackEvent.objects.create(
            endpoint=listener, key="ours", payload={"name": "Ours"}
        ),
        "contacts_contact": Contact.objects.create(account=account, msisdn="48500100200", first_name="Only"),
        "contacts_bulkjob": job,
        "contacts_group": Group.objects.create(account=account, name="Ours"),
        "contacts_blacklistentry": BlacklistEntry.objects.create(account=account, msisdn="48500100299"),
        "accounts_appkey": keys.issue(account=account, actor=None)[0],
        "accounts_user": persona.user,
        "accounts_account": account,
        "campaigns_sender": Sender.objects.create(account=account, name="OURS"),
        "campaigns_texttemplate": TextTemplate.objects.create(account=account, name="Ours", text="Hello"),
        "campaigns_costcentre": centre,
        "campaigns_costcentremonth": CostCentreMonth.objects.create(centre=centre, month=date(2026, 1, 1)),
        **answers_of(account),
    }
