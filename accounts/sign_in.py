"""Signing in: the password first, and then, for those who have a second step, a code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import second_factor
from accounts.forms import SignInForm
from accounts.models import User
from accounts.safety_forms import CodeForm
from smspanel import clock
from smspanel.panel import page

PATIENCE: Final = timedelta(minutes=10)
"""How long after the password the code may come."""
_WAITING: Final = "waits_for_code"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


class SignIn(LoginView):
    """Asks for the e-mail and the password."""

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead those who are signed in to where they wanted to go."""
        if request.user.is_active:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the form in the panel's frame."""
        frame = page(self.request, _("Sign in"), app_path=self.request.get_full_path())
        return {**super().get_context_data(**kwargs), **frame}

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Sign in, or ask for a code before anybody is signed in."""
        person = form.get_user()
        assert isinstance(person, User)
        if second_factor.of(person) is None:
            return super().form_valid(form)
        _wait_for_code(self.request, person)
        return redirect(f"{resolve_url('sign-in-code')}?{urlencode({REDIRECT_FIELD_NAME: self.get_success_url()})}")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the app, or a recovery code, and sign in."""
    person = _who_waits(request)
    if person is None:
        messages.info(request, _("It took too long. Type in your password again."))
        return redirect(f"{resolve_url('admin:login')}?{urlencode({REDIRECT_FIELD_NAME: _next(request)})}")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_right(form, person):
        request.session.pop(_WAITING)
        login(request, person, backend=_BACKEND)
        return redirect(_next(request))
    context = page(request, _("Your code"), form=form, app_path=request.get_full_path())
    return render(request, "accounts/sign_in_code.html", context)


def _is_right(form: CodeForm, person: User) -> bool:
    """Check the code, and say in the form what is wrong with it."""
    try:
        if second_factor.check(person=person, code=form.cleaned_data["code"]):
            return True
        form.add_error("code", _("This code is not right, or it was used before. Type in the one shown now."))
    except second_factor.FactorError as error:
        form.add_error("code", str(error))
    return False


def _wait_for_code(request: HttpRequest, person: User) -> None:
    """Remember in a fresh session who knew the password, and for which password that holds."""
    request.session.flush()
    request.session[_WAITING] = {
        "person": person.pk,
        "password": person.get_session_auth_hash(),
        "until": (clock.now() + PATIENCE).timestamp(),
    }


def _who_waits(request: HttpRequest) -> User | None:
    """Return who has yet to type in a code; nobody once it took too long, or the password was changed meanwhile."""
    found = request.session.get(_WAITING)
    if found is None or found["until"] < clock.now().timestamp():
        return None
    person = User.objects.filter(pk=found["person"]).first()
    if person is None or not person.is_active:
        return None
    return person if constant_time_compare(found["password"], person.get_session_auth_hash()) else None


def _next(request: HttpRequest) -> str:
    """Return the page that was wanted before the sign-in, if it is one of ours."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
