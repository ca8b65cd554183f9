"""The page that makes groups of a group."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.signed_in import person
from contacts import regrouping
from contacts.bulk import BulkRefused
from contacts.groups import GroupRefused
from contacts.models import BulkJob, Group
from contacts.regrouping_forms import RegroupForm, Verb
from smspanel import access
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def regroup(request: HttpRequest, group_id: int) -> HttpResponse:
    """Ask what is to be made of a group, and make it."""
    user = person(request)
    group = access.get(Group.objects.select_related("account"), user, pk=group_id)
    if not access.may_change(user, group) or user.is_staff:
        raise Http404("There is no such object.")
    form = RegroupForm(request.POST or None, group=group)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("bulk-job", _make(form, group, user).pk)
        except (GroupRefused, BulkRefused) as error:
            form.add_error(None, str(error))
    context = page(request, _("New groups of “%s”") % group.name, form=form, group=group)
    return render(request, "contacts/regroup.html", context)


def _make(form: RegroupForm, group: Group, actor: User) -> BulkJob:
    data, verb = form.cleaned_data, Verb(form.cleaned_data["verb"])
    if verb == Verb.COPY:
        return regrouping.copy(group=group, name=data["name"], actor=actor)
    if verb == Verb.MERGE:
        return regrouping.merge(group=group, others=[data["other"]], keep=not data["remove"], actor=actor)[0]
    if verb == Verb.SPLIT:
        return regrouping.split(group=group, parts=data["number"], actor=actor)
    if verb == Verb.CUT:
        return regrouping.split(group=group, size=data["number"], actor=actor)
    if verb == Verb.INTERSECT:
        return regrouping.intersect(group=group, other=data["other"], name=data["name"], actor=actor)
    return regrouping.idle(group=group, since=data["since"], name=data["name"], actor=actor)
