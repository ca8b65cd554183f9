"""Pages on which staff begin and end to see the panel as somebody else."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import acting, sign_in_as
from accounts.models import User
from accounts.safety_forms import ReasonForm
from accounts.signed_in import person
from smspanel import access
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask why, and see the panel as that person."""
    staff = person(request)
    wanted = access.get(User.objects.all(), staff, pk=person_id)
    if not sign_in_as.may_see_as(staff, wanted):
        raise Http404("There is no such page.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_in_as.begin(session=request.session, person=wanted, reason=form.cleaned_data["reason"], actor=staff)
        except sign_in_as.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return redirect("admin:index")
    title = _("See the panel as %(name)s") % {"name": wanted}
    return render(request, "accounts/sign_in_as.html", page(request, title, form=form, wanted=wanted))


@require_POST
def stop(request: HttpRequest) -> HttpResponseRedirect:
    """See the panel as oneself again."""
    seen_as = acting.now()
    if seen_as is None:
        return redirect("admin:index")
    sign_in_as.stop(request.session)
    messages.success(request, _("You see the panel as yourself again."))
    return redirect("admin:accounts_user_change", seen_as.shown.pk)
