"""A person's own page about their safety: the second step of signing in, sessions, and the password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from unfold.forms import AdminOwnPasswordChangeForm

from accounts import acting, audit, devices, second_factor, sessions
from accounts.safety_forms import CodeForm, PasswordForm
from accounts.signed_in import person
from smspanel.panel import page


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    """Show the whole page, with the form in it that was refused."""
    acting.forbid_secrets()
    user = person(request)
    prepared, factor = second_factor.prepared_for(user), second_factor.of(user)
    here = sessions.digest_of(request.session.session_key)
    context: dict[str, Any] = {
        "factor": factor,
        "required": second_factor.is_required(user),
        "codes_left": second_factor.recovery_codes_left(factor) if factor else 0,
        "picture": second_factor.picture_of(prepared) if prepared else "",
        "secret": second_factor.secret_of(prepared) if prepared else "",
        "code_form": CodeForm(),
        "off_form": PasswordForm(request=request, auto_id="off_%s"),
        "renew_form": PasswordForm(request=request, auto_id="renew_%s"),
        "sessions": [(row, devices.describe(row.agent), row.session_key == here) for row in sessions.of(user)],
    }
    return render(request, "accounts/security.html", page(request, _("My security"), **context | forms))


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes, this once."""
    return render(request, "accounts/recovery_codes.html", page(request, _("Your recovery codes"), codes=codes))


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show how safe one's own sign-in is."""
    return _page(request)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Make a secret for the person's authenticator app."""
    try:
        second_factor.prepare(person=person(request))
    except second_factor.FactorError as error:
        messages.error(request, str(error))
    return redirect("my-security")


@never_cache
@sensitive_post_parameters("code")
@require_POST
def turn_on(request: HttpRequest) -> HttpResponse:
    """Turn the second step on by a first code, and show the recovery codes once."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, code_form=form)
    here = request.session.session_key
    try:
        codes = second_factor.turn_on(person=person(request), code=form.cleaned_data["code"], session_key=here)
    except second_factor.FactorError as error:
        form.add_error("code", str(error))
        return _page(request, code_form=form)
    request.session.cycle_key()
    return _codes(request, codes)


@never_cache
@sensitive_post_parameters("password")
@require_POST
def turn_off(request: HttpRequest) -> HttpResponse:
    """Turn the second step off."""
    form = PasswordForm(request.POST, request=request, auto_id="off_%s")
    if not form.is_valid():
        return _page(request, off_form=form)
    try:
        second_factor.turn_off(person=person(request))
    except second_factor.FactorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The second step is off. Your password alone signs you in."))
    return redirect("my-security")


@never_cache
@sensitive_post_parameters("password")
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes and show the new ones once."""
    form = PasswordForm(request.POST, request=request, auto_id="renew_%s")
    if not form.is_valid():
        return _page(request, renew_form=form)
    try:
        return _codes(request, second_factor.renew_codes(person=person(request)))
    except second_factor.FactorError as error:
        form.add_error("password", str(error))
        return _page(request, renew_form=form)


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out of one session, or of all but this one."""
    user, named = person(request), request.POST.get("session", "")
    ended: bool | int
    if named == "others":
        ended = sessions.end_all(person=user, actor=user, keep=request.session.session_key)
    else:
        row = next((one for one in sessions.of(user) if str(one.reference) == named), None)
        ended = row is not None and sessions.end(session=row, actor=user)
    messages.success(request, _("Signed out there.") if ended else _("Nobody was signed in there any more."))
    return redirect("my-security")


class ChangePassword(PasswordChangeView):
    """Changes one's own password, and signs out everywhere else."""

    form_class = AdminOwnPasswordChangeForm
    success_url = reverse_lazy("admin:password_change_done")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Leave the password to whose it is."""
        acting.forbid_secrets()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the form in the panel's frame."""
        return {**super().get_context_data(**kwargs), **page(self.request, _("Change password"))}

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Save it, and end the sessions that the old one began."""
        user = person(self.request)
        answer = super().form_valid(form)
        audit.record(actor=user, action="person.password", subject=user, account=user.account)
        sessions.end_all(person=user, actor=user, keep=self.request.session.session_key)
        return answer
