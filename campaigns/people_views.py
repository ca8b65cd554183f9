"""Pages of one number: everything about it, its consents, the proof, and the erasure.

Numbers are posted and never stand in an address, which proxies and browsers keep.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.signed_in import person
from campaigns import erasing, people
from campaigns.people import Person
from campaigns.people_forms import ConsentForm, NumberForm
from contacts import consents
from contacts.models import Consent, Contact
from smspanel import access
from smspanel.panel import page

MOST_SHOWN = 100


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ask for a number, and show everything that is known of it."""
    form = NumberForm(request.POST or None, person=person(request))
    if request.method == "POST" and form.is_valid():
        return _shown(request, Person(form.chosen_account, form.cleaned_data["number"]))
    return render(request, "campaigns/person_number.html", page(request, _("Everything about a number"), form=form))


@require_GET
def of_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show everything that is known of a contact's number."""
    contact = access.get(Contact.objects.select_related("account"), person(request), pk=contact_id)
    return _shown(request, Person(contact.account, contact.msisdn))


def _shown(request: HttpRequest, about: Person, form: ConsentForm | None = None) -> HttpResponse:
    found = list(about.messages[:MOST_SHOWN])
    context = {
        "about": about,
        "messages_to_them": [(message, people.text_of(message)) for message in found],
        "replies": about.replies[:MOST_SHOWN],
        "form": form or ConsentForm(),
        "may_write": _may_write(person(request), about),
        "may_erase": _may_erase(person(request), about),
    }
    return render(request, "campaigns/person.html", page(request, about.msisdn, **context))


def _posted(request: HttpRequest) -> Person:
    """Return whom a posted form means; raises Http404."""
    form = NumberForm(request.POST, person=person(request))
    if not form.is_valid():
        raise Http404("There is no such number.")
    return Person(form.chosen_account, form.cleaned_data["number"])


def _may_write(user: User, about: Person) -> bool:
    return access.may_change(user, about.account, path="")


def _may_erase(user: User, about: Person) -> bool:
    return user.is_manager and _may_write(user, about)


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    """Record a consent by hand."""
    about, user = _posted(request), person(request)
    if not _may_write(user, about):
        raise Http404("There is no such page.")
    form = ConsentForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            consents.give(
                account=about.account,
                raw_numbers=[f"+{about.msisdn}"],
                text=data["wording"],
                channel=Consent.Channel(data["channel"]),
                purpose=Consent.Purpose(data["purpose"]),
                given_at=form.given_at(about.account),
                actor=user,
            )
        except consents.ConsentRefused as error:
            form.add_error(None, str(error))
    return _shown(request, about, None if form.is_valid() else form)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw every consent of the number."""
    about, user = _posted(request), person(request)
    if not _may_write(user, about):
        raise Http404("There is no such page.")
    source, numbers = Consent.Source.PERSON, [f"+{about.msisdn}"]
    count = consents.withdraw(account=about.account, raw_numbers=numbers, actor=user, source=source)
    messages.success(request, _("Consents withdrawn: %(count)s.") % {"count": count})
    return _shown(request, about)


@require_POST
def proof(request: HttpRequest) -> HttpResponse:
    """Answer with everything that is known of a number, as a ZIP."""
    response = HttpResponse(people.proof(person=_posted(request), actor=person(request)), "application/zip")
    response["Content-Disposition"] = 'attachment; filename="person.zip"'
    return response


@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Ask whether to erase a person, and do when the question was answered."""
    about, user = _posted(request), person(request)
    if not _may_erase(user, about):
        raise Http404("There is no such page.")
    if request.POST.get("sure") != "yes":
        return render(request, "campaigns/person_erase.html", page(request, _("Erase this person"), about=about))
    try:
        erasing.erase(account=about.account, msisdn=about.msisdn, actor=user)
    except erasing.ErasureRefused as error:
        messages.error(request, str(error))
        return _shown(request, about)
    messages.success(request, _("The person is erased. Nothing will be sent to this number."))
    return redirect("person")
