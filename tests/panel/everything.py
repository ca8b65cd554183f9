"""One row of everything that an account can have, and the addresses under which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model
from django.urls import reverse

from accounts import downloads, keys, points
from accounts.models import Account, Connection, Download
from campaigns import composing, planning, report_files
from campaigns.models import (
    Campaign,
    PostbackEndpoint,
    PostbackEvent,
    Prefix,
    PrefixReservation,
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
    contact = Contact.objects.create(account=account, msisdn="48500100200", first_name="Only")
    group = Group.objects.create(account=account, name="Ours")
    campaign = composing.save(
        campaign=Campaign(),
        account=account,
        actor=persona.user,
        numbers="500100200",
        groups=[],
        excluded_groups=[],
        name="Ours",
        text="Hello",
        variant="ECO",
    )
    planning.make(campaign.plan.pk)
    spreadsheet = Import.objects.create(account=account, file_name="ours.csv", status=Import.Status.DONE)
    listener = PostbackEndpoint.objects.create(account=account, kind=PostbackEndpoint.Kind.CAMPAIGNS)
    report = file_of(campaign, persona)
    job = BulkJob.objects.create(account=account, action=BulkJob.Action.DELETE, limit=0, status=BulkJob.Status.DONE)
    rows = {
        "campaigns_postbackevent": PostbackEvent.objects.create(
            endpoint=listener, key="ours", payload={"name": "Ours"}
        ),
        "accounts_download": report,
        "contacts_contact": contact,
        "contacts_bulkjob": job,
        "contacts_group": group,
        "contacts_blacklistentry": BlacklistEntry.objects.create(account=account, msisdn="48500100299"),
        "accounts_appkey": keys.issue(account=account, actor=None)[0],
        "accounts_user": persona.user,
        "accounts_account": account,
        "campaigns_sender": Sender.objects.create(account=account, name="OURS"),
        "campaigns_texttemplate": TextTemplate.objects.create(account=account, name="Ours", text="Hello"),
        **answers_of(account),
    }
    pages = [
        reverse(f"admin:{name}_{view}", args=[row.pk]) for name, row in rows.items() for view in ("change", "history")
    ]
    points.wallet_of(account)
    pages += [
        reverse("points-of", args=[account.pk]),
        reverse("points-statement", args=[account.pk, "csv"]),
        reverse("campaign-plan", args=[campaign.pk]),
        reverse("campaign-edit", args=[campaign.pk]),
        reverse("campaign-recipients", args=[campaign.pk]),
        reverse("campaign-dry-run", args=[campaign.pk]),
        reverse("download", args=[downloads.token_of(report)]),
        reverse("download-show", args=[report.pk]),
        reverse("campaign-again", args=[campaign.pk]),
        reverse("stop-account", args=[account.pk]),
        reverse("person-of-contact", args=[contact.pk]),
        reverse("bulk-job", args=[job.pk]),
        reverse("contact-messages", args=[contact.pk]),
        reverse("group-greeting-note", args=[group.pk]),
        reverse("contacts-import-show", args=[spreadsheet.pk]),
        reverse("contacts-import-rejected", args=[spreadsheet.pk, "csv"]),
    ]
    return Belongings(account, pages)
