"""Pages of the blacklist: add, check and remove many numbers at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Account, User
from accounts.signed_in import person
from contacts import blacklist, numbers
from contacts.blacklist_forms import AddForm, NumbersForm, ScopedNumbersForm
from contacts.models import BlacklistEntry
from smspanel.panel import page

LIST = "admin:contacts_blacklistentry_changelist"
MOST_SHOWN = 1_000


def _writer(request: HttpRequest) -> User:
    """Return somebody who may change a blacklist; for others the page does not exist."""
    user = person(request)
    if not user.may_write:
        raise Http404("There is no such page.")
    return user


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Block many numbers at once."""
    user = _writer(request)
    form = AddForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid() and (count := _add(user, form)) is not None:
        messages.success(request, _("New on the blacklist: %(count)s.") % {"count": count})
        return _told(request, form)
    return render(request, "contacts/blacklist_form.html", page(request, _("Block numbers"), form=form))


def _add(user: User, form: AddForm) -> int | None:
    """Add what the form holds and return how many are new; None if it was refused, which the form tells."""
    data = form.cleaned_data
    try:
        return blacklist.add(
            account=user.account,
            raw_numbers=data["numbers"],
            source=BlacklistEntry.Source.PERSON,
            actor=user,
            reason=data["reason"],
            scope=form.chosen_scope,
            expires_at=_end_of(data["until"], user.account) if data["until"] else None,
        )
    except blacklist.BlacklistRefused as error:
        form.add_error("until" if data["until"] else None, str(error))
        return None


def _end_of(day: date, account: Account | None) -> datetime:
    """Return the end of a day where the account is."""
    return datetime.combine(day + timedelta(days=1), time(), account.zone if account else UTC)


def _told(request: HttpRequest, form: NumbersForm) -> HttpResponse:
    if left_out := form.unreadable:
        examples = ", ".join(raw for raw, _why in left_out[:5])
        told = {"count": len(left_out), "examples": examples}
        messages.warning(request, _("Passed over, because they are no numbers: %(count)s (%(examples)s).") % told)
    return redirect(LIST)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Take many numbers off the blacklist at once."""
    user = _writer(request)
    form = ScopedNumbersForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        raw_numbers, scope = form.cleaned_data["numbers"], form.chosen_scope
        count = blacklist.remove(account=user.account, raw_numbers=raw_numbers, actor=user, scope=scope)
        messages.success(request, _("Taken off the blacklist: %(count)s.") % {"count": count})
        return _told(request, form)
    return render(request, "contacts/blacklist_form.html", page(request, _("Take numbers off"), form=form))


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say which of many numbers are blocked, by whom and why."""
    user = person(request)
    form = NumbersForm(request.POST or None)
    context = {"form": form, "staff": user.is_staff}
    if request.method == "POST" and form.is_valid():
        msisdns = numbers.readable(form.cleaned_data["numbers"])
        found = blacklist.blocks(account=user.account, msisdns=msisdns)
        context |= {
            "asked": len(msisdns),
            "blocked": len({block.msisdn for block in found}),
            "blocks": found[:MOST_SHOWN],
            "unreadable": form.unreadable[:MOST_SHOWN],
        }
    return render(request, "contacts/blacklist_check.html", page(request, _("Check numbers"), **context))
