"""A campaign to the numbers of a file, as its owner writes it in the panel."""

from __future__ import annotations

import pytest

from accounts import downloads
from accounts.models import Download
from campaigns import composing, confirming, jobs, recipient_files, rules
from campaigns.models import Campaign, Recipient, RecipientFile
from contacts import uploads
from smspanel import doorbell
from tests.campaigns.sending import open_route
from tests.panel.composing import compose, page_of, texts
from tests.personas import People, Persona

NUMBERS = "500100200\n500100201\n12\n"
TEXTS = "500100200;Hello Ann\n500100201;Hello Bob; how are you?\n500100202;\n"
COLUMNS = "number;name;day\n500100200;Ann;Monday\n500100201;Bob;Friday\n"


@pytest.fixture(autouse=True)
def _route(db: None) -> None:
    open_route("http://127.0.0.1:1")


def sent(persona: Persona) -> dict[str, str]:
    campaign = confirming.confirm(campaign=Campaign.objects.get(), actor=persona.user)
    jobs.start(campaign.pk)
    jobs.expand(campaign.pk)
    return texts(campaign)


def test_everybody_in_a_file_of_numbers_gets_the_text(slave: Persona) -> None:
    page = page_of(slave, compose(slave, rows=NUMBERS, content="NUMBERS"))
    assert '<strong id="plan-recipients">2</strong>' in page
    assert "1 rejected" in page
    assert set(sent(slave)) == {"48500100200", "48500100201"}


def test_js_31_every_row_of_a_file_has_a_text_of_its_own(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=TEXTS, content="TEXTS", text=""))
    assert sent(slave) == {"48500100200": "Hello Ann", "48500100201": "Hello Bob; how are you?"}


def test_the_plan_tells_rows_without_a_text_from_wrong_numbers(slave: Persona) -> None:
    page = page_of(slave, compose(slave, rows=TEXTS + "12;Hello\n", content="TEXTS", text=""))
    assert "With a text that cannot be sent" in page
    assert "Not a mobile number" in page
    assert '<td class="sp-number">4</td>' in page


def test_js_30_columns_of_a_file_fill_the_text(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=COLUMNS, content="COLUMNS", text="#1#, see you on #2#"))
    expected = {"48500100200": "Ann, see you on Monday", "48500100201": "Bob, see you on Friday"}
    assert sent(slave) == expected


def test_the_picker_names_the_columns_of_the_file(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=COLUMNS, content="COLUMNS", text="#1#, see you on #2#"))
    page = slave.client.get(f"/campaigns/{Campaign.objects.get().pk}/edit/").content.decode()
    assert '<code>#2#</code> <span class="sp-muted">day</span>' in page


def test_the_plan_waits_for_the_file_and_shows_how_far_it_is_read(slave: Persona) -> None:
    plan_page = compose(slave, rows=NUMBERS)["Location"]
    page = slave.client.get(plan_page).content.decode()
    assert 'data-status="QUEUED"' in page
    assert "0 rows read" in page
    recipient_files.read(RecipientFile.objects.get().pk)
    assert "3 rows read" in slave.client.get(plan_page).content.decode()


def test_nothing_is_sent_from_a_file_without_a_confirmation(slave: Persona) -> None:
    page = page_of(slave, compose(slave, rows=NUMBERS))
    assert "Confirm and hold 6 points" in page
    assert (Campaign.objects.get().state, slave.available) == (Campaign.State.PLANNING, 1_000)


def test_js_35_rejected_rows_can_be_downloaded_before_anything_is_confirmed(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=TEXTS, content="TEXTS", text=""))
    slave.client.post(f"/campaigns/{Campaign.objects.get().pk}/file/rejected/", {"format": "csv"})
    doorbell.run_all_due()
    answer = slave.client.get(f"/downloads/{downloads.token_of(Download.objects.get())}/file")
    assert "There is no text in this row." in b"".join(answer).decode()


def test_another_file_takes_the_place_of_the_first(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=NUMBERS, numbers="500100300"))
    edit = f"/campaigns/{Campaign.objects.get().pk}/edit/"
    page_of(slave, compose(slave, edit, rows="500100400", numbers="500100300"))
    assert set(sent(slave)) == {"48500100300", "48500100400"}


def test_a_file_can_be_taken_away(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=NUMBERS))
    edit = f"/campaigns/{Campaign.objects.get().pk}/edit/"
    page_of(slave, compose(slave, edit, numbers="500100300", without_file="on"))
    assert set(sent(slave)) == {"48500100300"}


def test_numbers_of_a_file_are_not_put_among_the_pasted_ones(slave: Persona) -> None:
    page_of(slave, compose(slave, rows=NUMBERS, numbers="500100300"))
    edit = f"/campaigns/{Campaign.objects.get().pk}/edit/"
    assert "500100200" not in slave.client.get(edit).content.decode()
    page_of(slave, compose(slave, edit, numbers="500100300"))
    assert len(sent(slave)) == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"rows": "\n"}, "empty"),
        ({"rows": NUMBERS, "text": ""}, "This field is required"),
        ({"rows": NUMBERS, "text": "Dear #1#"}, "#1# stands for a column of a file"),
        ({"rows": COLUMNS, "content": "COLUMNS", "numbers": "500100300"}, "have no columns"),
        ({"rows": TEXTS, "content": "TEXTS", "text": "", "numbers": "500100300"}, "This field is required"),
        ({"rows": NUMBERS, "content": "XXL"}, "Select a valid choice"),
    ],
)
def test_the_composer_says_what_is_wrong_with_a_file(slave: Persona, fields: dict[str, str], sentence: str) -> None:
    page = compose(slave, **fields).content.decode()
    assert sentence in page
    assert 'value="Autumn"' in page
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("changed", [{"text": "Dear #2#"}, {"policy": "UNICODE"}, {"content": "NUMBERS"}])
def test_a_file_is_asked_for_again_when_its_rows_were_read_for_another_text(
    slave: Persona, changed: dict[str, str]
) -> None:
    fields = {"content": "COLUMNS", "text": "Dear #1#,\r\nwelcome"}
    page_of(slave, compose(slave, rows=COLUMNS, **fields))
    edit = f"/campaigns/{Campaign.objects.get().pk}/edit/"
    assert compose(slave, edit, **fields, start_at="").status_code == 302
    assert "Choose the file again" in compose(slave, edit, **fields | changed).content.decode()


def test_a_file_that_fails_leaves_the_draft_to_be_corrected(slave: Persona) -> None:
    answer = compose(slave, rows=NUMBERS)
    uploads.path_of(RecipientFile.objects.get().public_id).unlink()
    assert 'id="file" data-status="FAILED"' in page_of(slave, answer)
    assert Campaign.objects.get().state == Campaign.State.DRAFT


def test_a_draft_may_be_deleted_while_its_file_is_read(slave: Persona) -> None:
    compose(slave, rows=NUMBERS)
    source = RecipientFile.objects.get()
    RecipientFile.objects.update(status=RecipientFile.Status.READING)
    source.refresh_from_db()
    composing.discard(campaign=Campaign.objects.get())
    assert not recipient_files._keep(source, [["500100200"]], rules.dictionary())
    assert not Recipient.objects.exists()
    assert not RecipientFile.objects.exists()


def test_nobody_but_its_owner_changes_a_draft(people: People) -> None:
    compose(people.slave, rows=NUMBERS)
    pk = Campaign.objects.get().pk
    assert people.master.client.get(f"/campaigns/{pk}/plan/").status_code == 200
    assert people.stranger.client.get(f"/campaigns/{pk}/plan/").status_code == 404
    for other in (people.master, people.stranger):
        for address in ("edit", "plan/ask", "discard"):
            assert other.client.post(f"/campaigns/{pk}/{address}/").status_code == 404
    people.slave.user.role = "VIEWER"
    people.slave.user.save()
    page = people.slave.client.get(f"/campaigns/{pk}/plan/")
    assert page.status_code == 200
    assert b"/discard/" not in page.content
