"""Names that messages may bear: approved, with agreement and variants, and known to the provider that carries them."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import AuditEntry, Notice, User
from campaigns import confirming, orders, senders
from campaigns.errors import CampaignRefused, Rule
from campaigns.models import Batch, Campaign, Plan, Price, Route, Sender, SenderRegistration, Variant
from smspanel import doorbell
from smspanel.api import codes
from tests.campaigns.sending import Sending, number, open_route
from tests.invariants import assert_all_hold
from tests.personas import People

TEN = [number(index) for index in range(10)]
Status, Agreement = Sender.Status, Sender.Agreement


@pytest.fixture
def sender(sending: Sending) -> Sender:
    """An approved name of an account that can send FULL."""
    Route.objects.create(variant=Variant.FULL, connection=sending.connection)
    Price.objects.create(variant=Variant.FULL, points=6)
    return Sender.objects.create(account=sending.account, name="Shop", status=Status.APPROVED)


def plan(sending: Sending, sender: Sender) -> Plan:
    """Return the plan of a campaign under the name."""
    return sending.draft([sending.group(TEN)], variant=Variant.FULL, sender=sender).plan


def single(sending: Sending) -> Campaign:
    """Send one text under the name, as software does."""
    order = orders.Order(name="API", text="Hello", variant=Variant.FULL, sender="Shop", details={"policy": "REFUSE"})
    return orders.single(account=sending.account, to="500000100", order=order, key=None).campaign


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": Status.PENDING}, "not approved yet"),
        ({"status": Status.REJECTED}, "not approved yet"),
        ({"status": Status.OFF}, "not approved yet"),
        ({"agreement": Agreement.REQUIRED}, "needs an agreement"),
        ({"variants": "PRO"}, "is not approved for FULL, but for PRO"),
    ],
)
def test_a_name_that_may_not_be_used_is_refused_in_the_plan_and_with_315(
    sending: Sending, sender: Sender, fields: dict[str, str], sentence: str
) -> None:
    Sender.objects.update(**fields)
    sender.refresh_from_db()
    found = plan(sending, sender)
    assert found.status == Plan.Status.REFUSED
    assert sentence in found.problems[0]
    with pytest.raises(CampaignRefused) as caught:
        single(sending)
    assert caught.value.rule == Rule.SENDER_NOT_ALLOWED
    assert codes.OF_RULE[Rule.SENDER_NOT_ALLOWED].id == 315


@pytest.mark.parametrize("fields", [{"agreement": Agreement.DELIVERED}, {"variants": "FULL PRO"}, {}])
def test_a_name_with_all_that_it_needs_is_used(sending: Sending, sender: Sender, fields: dict[str, str]) -> None:
    Sender.objects.update(**fields)
    assert plan(sending, sender).status == Plan.Status.READY
    assert single(sending).sender == sender


def test_ss_07_a_two_way_name_is_used_like_any_other(sending: Sending, sender: Sender) -> None:
    Sender.objects.update(name="2waySMS")
    sender.refresh_from_db()
    sender.full_clean()
    sending.send([sending.group(TEN)], variant=Variant.FULL, sender=sender)
    assert {(len(one["sender"]), one["sender"].isdigit()) for one in sending.simulator.air()} == {(9, True)}
    assert sum(sending.air().values()) == 10


def test_a_name_goes_only_over_the_provider_that_has_approved_it(sending: Sending, sender: Sender) -> None:
    other = open_route(sending.simulator.url("serwersms"), name="Other")
    Route.objects.create(variant=Variant.FULL, connection=other, rank=0)
    SenderRegistration.objects.create(sender=sender, connection=sending.connection, status="APPROVED")
    SenderRegistration.objects.create(sender=sender, connection=other, status="PENDING")
    sending.send([sending.group(TEN)], variant=Variant.FULL, sender=sender)
    assert {batch.connection for batch in Batch.objects.all()} == {sending.connection}
    assert_all_hold()


@pytest.mark.parametrize("status", ["PENDING", "REJECTED"])
def test_a_name_that_no_provider_has_approved_is_refused_everywhere(
    sending: Sending, sender: Sender, status: str
) -> None:
    SenderRegistration.objects.create(sender=sender, connection=sending.connection, status=status)
    assert "has approved the sender name" in plan(sending, sender).problems[0]
    with pytest.raises(CampaignRefused, match="has approved the sender name") as caught:
        single(sending)
    assert caught.value.rule == Rule.SENDER_NOT_ALLOWED


def test_a_name_that_was_switched_off_after_the_plan_is_not_confirmed(
    people: People, sending: Sending, sender: Sender
) -> None:
    campaign = sending.draft([sending.group(TEN)], variant=Variant.FULL, sender=sender)
    senders.decide(sender=sender, status=Status.OFF, actor=people.staff.user)
    with pytest.raises(CampaignRefused, match="not approved"):
        confirming.confirm(campaign=Campaign.objects.get(pk=campaign.pk), actor=None)


@pytest.mark.parametrize(
    ("status", "reason", "subject"),
    [
        (Status.APPROVED, "", "Your sender name is approved: Shop"),
        (Status.REJECTED, "A bank's\nname", "Your sender name is rejected: Shop"),
        (Status.OFF, "", "Your sender name is switched off: Shop"),
    ],
)
def test_the_owner_is_told_what_was_decided_and_why(
    people: People, sender: Sender, status: Sender.Status, reason: str, subject: str
) -> None:
    senders.decide(sender=sender, status=status, actor=people.staff.user, reason=reason)
    doorbell.run_all_due()
    assert [(one.to, str(one.subject)) for one in mail.outbox] == [(["slave@example.com"], subject)]
    assert " ".join(reason.split()) in mail.outbox[0].body
    assert AuditEntry.objects.filter(action=f"sender.{status.lower()}", actor=people.staff.user).count() == 1


def test_a_rejection_needs_a_reason(people: People, sender: Sender) -> None:
    with pytest.raises(CampaignRefused, match="Write why"):
        senders.decide(sender=sender, status=Status.REJECTED, actor=people.staff.user, reason=" ")
    sender.refresh_from_db()
    assert sender.status == Status.APPROVED
    assert not Notice.objects.exists()


def test_a_shared_name_is_nobody_s_to_be_told_of(people: People) -> None:
    shared = Sender.objects.create(name="INFO")
    senders.decide(sender=shared, status=Status.APPROVED, actor=people.staff.user)
    assert not Notice.objects.exists()
    assert User.objects.filter(role=User.Role.OWNER).exists()
