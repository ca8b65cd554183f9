"""Staff see the panel as somebody else: with a reason, a banner, for an hour, and without keys, secrets and points."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tenants
from accounts.models import AppKey, AuditEntry, Session, User
from campaigns import composing, planning
from campaigns.models import Campaign, CostCentre
from smspanel import clock
from tests.panel.everything import belongings
from tests.personas import People, Persona, signed_in
from tests.second_step import browser

REASON = "Request 4711"


def see_as(client: Client, person: User, reason: str = REASON) -> Any:
    """See the panel as that person."""
    return client.post(reverse("see-as", args=[person.pk]), {"reason": reason})


def is_seen_as(client: Client, person: User) -> bool:
    """Say whether the pages are those of that person, with the banner that tells it."""
    shown = client.get("/points/").content.decode()
    return f"You are seeing this as {person}" in shown and f"Points of {person.account}" in shown


@pytest.fixture
def visitor(people: People) -> Client:
    """The browser of staff who see the panel as the slave's owner."""
    assert see_as(people.staff.client, people.slave.user)["Location"] == "/"
    return people.staff.client


def planned(slave: Persona) -> Campaign:
    """Write and plan a campaign of the slave."""
    said = {"numbers": "500100200", "groups": [], "excluded_groups": [], "name": "Ours", "text": "Hi", "variant": "ECO"}
    campaign = composing.save(campaign=Campaign(), account=slave.account, actor=slave.user, **said)  # type: ignore[arg-type]
    planning.make(campaign.plan.pk)
    return campaign


def test_one_sees_what_the_person_sees_under_a_banner_until_one_stops(people: People, visitor: Client) -> None:
    assert is_seen_as(visitor, people.slave.user)
    assert visitor.get("/accounts/connection/").status_code == 403
    answer = visitor.post("/me/stop/", follow=True)
    assert "You see the panel as yourself again" in answer.content.decode()
    assert "seen-as" not in visitor.get("/").content.decode()
    assert visitor.get("/accounts/connection/").status_code == 200


def test_both_ends_are_audited_with_both_people_and_the_reason(people: People, visitor: Client) -> None:
    visitor.post("/me/stop/")
    began, ended = AuditEntry.objects.filter(action__startswith="person.seen-as").order_by("pk")
    for entry in (began, ended):
        assert entry.actor == people.staff.user
        assert entry.subject == f"accounts.User:{people.slave.user.pk}"
        assert entry.account == people.slave.account
    assert began.details["reason"] == REASON
    assert [began.action, ended.action] == ["person.seen-as", "person.seen-as-end"]


def test_what_is_done_meanwhile_is_audited_under_both_names(people: People, visitor: Client) -> None:
    visitor.post("/campaigns/costcentre/add/", {"name": "Shop", "is_active": "on"})
    assert CostCentre.objects.get(name="Shop").account == people.slave.account
    entry = AuditEntry.objects.filter(seen_as__isnull=False).latest("pk")
    assert (entry.actor, entry.seen_as) == (people.staff.user, people.slave.user)


@pytest.mark.parametrize("reason", ["", "   ", "no", "\0\0\0\0\0\0"])
def test_a_reason_is_needed(people: People, reason: str) -> None:
    assert see_as(people.staff.client, people.slave.user, reason).status_code == 200
    assert not is_seen_as(people.staff.client, people.slave.user)


def test_a_mere_link_begins_nothing(people: People) -> None:
    shown = people.staff.client.get(reverse("see-as", args=[people.slave.user.pk]))
    assert "written to the audit trail" in shown.content.decode()
    assert not is_seen_as(people.staff.client, people.slave.user)


@pytest.mark.parametrize("who", ["master", "slave", "stranger"])
def test_only_staff_may(people: People, who: str) -> None:
    client = getattr(people, who).client
    assert see_as(client, people.slave.user).status_code == 404
    assert not AuditEntry.objects.filter(action="person.seen-as").exists()


def test_nobody_is_seen_as_who_is_staff_or_may_not_sign_in(people: People) -> None:
    other = tenants.add_person(email="support@example.com", password="x", role=User.Role.SUPPORT)
    off = people.stranger.user
    User.objects.filter(pk=off.pk).update(enabled=False)
    for person in (other, people.staff.user, off):
        assert see_as(people.staff.client, person).status_code == 404


def test_there_is_no_chain(people: People, visitor: Client) -> None:
    assert see_as(visitor, people.stranger.user).status_code == 404
    assert is_seen_as(visitor, people.slave.user)


def test_support_may_too(people: People) -> None:
    support = signed_in(tenants.add_person(email="s@example.com", password="x", role=User.Role.SUPPORT), None)
    see_as(support.client, people.slave.user)
    assert is_seen_as(support.client, people.slave.user)


def test_after_an_hour_one_is_oneself_again_and_the_form_in_hand_does_nothing(people: People, visitor: Client) -> None:
    with clock.travel(minutes=61):
        answer = visitor.post("/campaigns/costcentre/add/", {"name": "Shop", "is_active": "on"}, follow=True)
    assert "The hour is over" in answer.content.decode()
    assert not CostCentre.objects.filter(name="Shop").exists()
    assert AuditEntry.objects.filter(action="person.seen-as-end", actor=people.staff.user).count() == 1


def test_it_ends_when_either_may_not_sign_in_any_more(people: People, visitor: Client) -> None:
    User.objects.filter(pk=people.slave.user.pk).update(enabled=False)
    assert "The hour is over" in visitor.get("/points/", follow=True).content.decode()
    see_as(visitor, people.stranger.user)
    User.objects.filter(pk=people.staff.user.pk).update(enabled=False)
    assert visitor.get("/points/").status_code == 302


def test_signing_out_ends_it_and_that_is_audited(people: People, visitor: Client) -> None:
    visitor.post("/logout/")
    assert AuditEntry.objects.filter(action="person.seen-as-end").count() == 1
    assert visitor.get("/").status_code == 302


def test_the_session_stays_that_of_staff(people: People, visitor: Client) -> None:
    visitor.get("/points/")
    assert not Session.objects.filter(person=people.slave.user, address="127.0.0.1", seen_at__isnull=False).exists()
    other = browser()
    other.force_login(people.slave.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "127.0.0.9" in other.get("/me/security/").content.decode()


def refused(answer: Any) -> bool:
    """Say whether it was refused with the sentence."""
    return answer.status_code == 403 and "You are seeing the panel as slave" in answer.content.decode()


def test_keys_are_neither_shown_nor_made(people: People, visitor: Client) -> None:
    key = AppKey.objects.get(account=people.slave.account)
    assert refused(visitor.post(f"/accounts/appkey/{key.pk}/show_value/"))
    assert refused(visitor.post("/accounts/appkey/add/", {"label": "New", "networks": ""}))
    assert refused(visitor.post(f"/accounts/appkey/{key.pk}/change/", {"label": "New", "networks": ""}))
    assert AppKey.objects.filter(account=people.slave.account).get().label == key.label


def test_passwords_the_second_step_and_sessions_are_left_alone(people: People, visitor: Client) -> None:
    before = Session.objects.count()
    for address in ("/me/security/", "/password_change/"):
        assert refused(visitor.get(address)), address
    for name in ("prepare", "on", "sign-out"):
        data = {"session": "others", "code": "123456"}
        assert refused(visitor.post(f"/me/security/{name}/", data)), name
    new = {"email": "new@example.com", "role": "OWNER", "language": "en", "password": "correct horse battery"}
    assert refused(visitor.post("/accounts/user/add/", new))
    assert refused(visitor.post(f"/accounts/user/{people.slave.user.pk}/end_sessions/"))
    assert not User.objects.filter(email="new@example.com").exists()
    assert Session.objects.count() == before


def test_secrets_of_post_backs_are_neither_shown_nor_made(people: People, visitor: Client) -> None:
    assert refused(visitor.post("/postbacks/", {"url_CAMPAIGNS": "https://example.com/x", "on_CAMPAIGNS": "on"}))
    belongings(people.slave)
    assert refused(visitor.post("/postbacks/CAMPAIGNS/secret/"))


def test_points_are_neither_moved_nor_promised(people: People) -> None:
    campaign = planned(people.slave)
    see_as(people.staff.client, people.slave.user)
    assert refused(people.staff.client.post(reverse("campaign-act", args=[campaign.pk, "confirm"])))
    campaign.refresh_from_db()
    assert (campaign.state, campaign.hold_id) == (Campaign.State.PLANNING, None)
    people.staff.client.post("/me/stop/")
    see_as(people.staff.client, people.master.user)
    form = people.staff.client.get("/points/move/").context["form"]
    data = {"subaccount": people.slave.account.pk, "direction": "give", "points": "5", "key": form["key"].value()}
    answer = people.staff.client.post("/points/move/", data)
    assert answer.status_code == 403
    assert people.slave.available == 1_000
