"""Pages of what is done to many contacts at once: the question, then the progress."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.signed_in import person
from contacts import bulk, groups, selecting
from contacts.bulk_forms import BulkForm
from contacts.models import BulkJob, Contact, Group
from contacts.selecting import Selection
from smspanel import access
from smspanel.panel import page


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Count whom the address means, ask what is to be done to them, and begin."""
    user = person(request)
    if user.account is None or not user.may_write:
        raise Http404("There is no such page.")
    selection = Selection.read(request.GET.dict())
    form = BulkForm(request.POST or None, account=user.account, initial={"action": request.GET.get("action")})
    if request.method == "POST" and form.is_valid() and (job := _begin(request, form, selection)) is not None:
        return redirect("bulk-job", job.pk)
    found, is_all = selecting.count(selection.of(Contact.objects.filter(account=user.account)))
    context = {
        "form": form,
        "found": found,
        "is_all": is_all,
        "about": [user.account.name, *selection.in_words(user.account)],
    }
    return render(request, "contacts/bulk.html", page(request, _("Change many contacts"), **context))


def _begin(request: HttpRequest, form: BulkForm, selection: Selection) -> BulkJob | None:
    """Queue what the form says; None when it says why not."""
    user, data = person(request), form.cleaned_data
    assert user.account is not None
    try:
        with transaction.atomic():
            group: Group | None = data["group"]
            if data["new_group"]:
                group = groups.create(account=user.account, name=data["new_group"], actor=user)
            action = BulkJob.Action(data["action"])
            return bulk.ask(account=user.account, action=action, selection=selection, actor=user, group=group)
    except (bulk.BulkRefused, groups.GroupRefused) as error:
        form.add_error(None, str(error))
        return None


@require_GET
def show(request: HttpRequest, job_id: int) -> HttpResponse:
    """Show how far it is."""
    job = access.get(BulkJob.objects.select_related("account", "group"), person(request), pk=job_id)
    context = {"job": job, "may_change": access.may_change(person(request), job)}
    if request.headers.get("HX-Request"):
        return render(request, "contacts/_bulk_job.html", context)
    return render(request, "contacts/bulk_job.html", page(request, job.get_action_display(), **context))


@require_POST
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop it."""
    job = access.get(BulkJob.objects.select_related("account"), person(request), pk=job_id)
    if not access.may_change(person(request), job):
        raise Http404("There is no such object.")
    try:
        bulk.stop(job=job, actor=person(request))
    except bulk.BulkRefused as error:
        messages.error(request, str(error))
    return redirect("bulk-job", job_id)
