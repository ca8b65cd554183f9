"""Owners ask for a name and read what was decided; staff decide, and write down agreement, variants and providers."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import AuditEntry, Connection
from campaigns.models import Sender, SenderRegistration
from tests.personas import People

ADD = "/campaigns/sender/add/"


def page_of(sender: Sender, action: str = "change") -> str:
    """Return the address of a name's page."""
    if action == "change":
        return reverse("admin:campaigns_sender_change", args=[sender.pk])
    return f"/campaigns/sender/{sender.pk}/{action}/"


def test_an_owner_asks_for_a_name_and_nothing_more(people: People) -> None:
    wish = {"name": "Shop", "agreement": "DELIVERED", "variants": ["FULL"], "status": "APPROVED"}
    people.slave.client.post(ADD, wish)
    sender = Sender.objects.get()
    assert (sender.account, sender.status) == (people.slave.account, Sender.Status.PENDING)
    assert (sender.agreement, sender.variants) == (Sender.Agreement.NOT_REQUIRED, "")


def test_the_owner_reads_why_a_name_was_rejected(people: People) -> None:
    sender = Sender.objects.create(account=people.slave.account, name="Shop")
    reject = reverse("admin:campaigns_sender_reject", args=[sender.pk])
    people.slave.client.post(reject, {"reason": "x"})
    people.staff.client.post(reject, {"reason": ""})
    assert Sender.objects.get().status == Sender.Status.PENDING
    assert "The owner reads this" in people.staff.client.get(reject).content.decode()
    people.staff.client.post(reject, {"reason": "That is a bank"})
    assert "Rejected: That is a bank" in people.slave.client.get(page_of(sender)).content.decode()


def test_staff_write_down_agreement_and_variants_and_that_is_audited(people: People) -> None:
    sender = Sender.objects.create(account=people.slave.account, name="Shop")
    fields = {"account": people.slave.account.pk, "name": "Shop", "agreement": "DELIVERED", "agreement_note": "No. 7"}
    people.staff.client.post(page_of(sender), fields | {"variants": ["PRO", "FULL"]})
    sender.refresh_from_db()
    assert (sender.agreement, sender.agreement_note, sender.variants) == ("DELIVERED", "No. 7", "FULL PRO")
    values = AuditEntry.objects.get(action="sender.change").details["values"]
    assert values == {"agreement": "DELIVERED", "agreement_note": "No. 7", "variants": "FULL PRO"}
    page = people.slave.client.get(page_of(sender)).content.decode()
    assert "Delivered" in page
    assert "For variants" in people.staff.client.get(page_of(sender)).content.decode()


def test_staff_write_down_what_providers_say_once_and_others_do_not_see_it(people: People) -> None:
    sender = Sender.objects.create(account=people.slave.account, name="Shop")
    connection = Connection.objects.create(name="Nowhere", kind="serwersms")
    add = reverse("admin:campaigns_senderregistration_add")
    row = {"sender": sender.pk, "connection": connection.pk, "status": "APPROVED", "note": ""}
    assert people.slave.client.post(add, row).status_code == 403
    people.staff.client.post(add, row)
    assert "written down already" in people.staff.client.post(add, row).content.decode()
    assert SenderRegistration.objects.count() == 1


def test_a_slave_may_write_under_the_name_of_its_master(people: People) -> None:
    Sender.objects.create(account=people.master.account, name="Master", status=Sender.Status.APPROVED)
    Sender.objects.create(account=people.stranger.account, name="Stranger", status=Sender.Status.APPROVED)
    page = people.slave.client.get(reverse("campaign-new")).content.decode()
    assert ">Master</option>" in page
    assert "Stranger" not in page
