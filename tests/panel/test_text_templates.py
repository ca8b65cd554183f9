"""Texts that are written again and again."""

from __future__ import annotations

import pytest

from campaigns.models import TextTemplate
from tests.personas import People, Persona


def test_a_text_of_the_composer_is_kept_and_offered(slave: Persona) -> None:
    answer = slave.client.post("/campaigns/template/", {"name": "Greeting", "text": 'Dear #first_name# "x"'})
    assert "The template is saved." in answer.content.decode()
    for page in (answer.content, slave.client.get("/campaigns/new/").content):
        assert b'data-text="Dear #first_name# &quot;x&quot;">Greeting' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Greeting"}, "There is a template with this name already."),
        ({"name": ""}, "This field is required."),
        ({"text": ""}, "This field is required."),
        ({"text": "Dear #imie#"}, "is not known"),
    ],
)
def test_what_cannot_be_kept_is_told(slave: Persona, fields: dict[str, str], sentence: str) -> None:
    TextTemplate.objects.create(account=slave.account, name="Greeting", text="Hello")
    answer = slave.client.post("/campaigns/template/", {"name": "Other", "text": "Hello"} | fields)
    assert sentence in answer.content.decode()
    assert TextTemplate.objects.count() == 1


def test_two_accounts_may_use_the_same_name_and_see_only_their_own(people: People) -> None:
    for persona in (people.slave, people.stranger):
        persona.client.post("/campaigns/template/", {"name": "Same", "text": persona.user.email})
    assert TextTemplate.objects.count() == 2
    page = people.stranger.client.get("/campaigns/new/").content.decode()
    assert page.count(">Same<") == 1
    assert b"slave@example.com" in people.master.client.get("/campaigns/texttemplate/").content
    assert b"slave@example.com" not in people.stranger.client.get("/campaigns/texttemplate/").content


def test_a_template_is_changed_and_deleted_by_its_owner_alone(people: People) -> None:
    row = TextTemplate.objects.create(account=people.slave.account, name="Greeting", text="Hello")
    address = f"/campaigns/texttemplate/{row.pk}/change/"
    assert people.master.client.post(address, {"name": "x", "text": "x"}).status_code == 403
    assert people.stranger.client.post(address, {"name": "x", "text": "x"}).status_code == 404
    assert people.slave.client.post(address, {"name": "Hi", "text": "Hi"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.text) == ("Hi", "Hi")


def test_who_only_looks_keeps_no_template(slave: Persona, staff: Persona) -> None:
    slave.user.role = "VIEWER"
    slave.user.save()
    for persona in (slave, staff):
        assert persona.client.post("/campaigns/template/", {"name": "x", "text": "x"}).status_code == 404
