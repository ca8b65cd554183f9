"""Pages of the import: upload, columns, progress, rejected rows."""

from __future__ import annotations

from babel.dates import format_timedelta
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.signed_in import person
from contacts import findings, groups, imports, spreadsheets, undo
from contacts.forms import ColumnsForm, UploadForm
from contacts.models import Import
from smspanel import access
from smspanel.panel import page


def _import(request: HttpRequest, import_id: int, *, to_change: bool = False) -> Import:
    spreadsheet = access.get(Import.objects.select_related("account", "group"), person(request), pk=import_id)
    if to_change and not access.may_change(person(request), spreadsheet):
        raise Http404("There is no such object.")
    return spreadsheet


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and go on to its columns."""
    user = person(request)
    if user.account is None or not user.may_write:
        raise Http404("There is no such page.")
    form = UploadForm(request.POST or None, request.FILES or None, initial={"target": request.GET.get("target")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            spreadsheet = imports.upload(
                account=user.account, actor=user, file=data["file"], target=Import.Target(data["target"])
            )
        except spreadsheets.UnreadableFile as error:
            form.add_error("file", str(error))
        else:
            chosen = f"?{request.GET.urlencode()}" if request.GET else ""
            return redirect(reverse("contacts-import-show", args=[spreadsheet.pk]) + chosen)
    return render(request, "contacts/upload.html", page(request, _("Import"), form=form))


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show an import: its columns while it waits for a decision, then its progress and result."""
    spreadsheet = _import(request, import_id)
    if spreadsheet.status == Import.Status.UPLOADED:
        return _columns(request, _import(request, import_id, to_change=True))
    left = spreadsheet.remaining
    context = {
        "spreadsheet": spreadsheet,
        "may_change": access.may_change(person(request), spreadsheet),
        "left": left and format_timedelta(left, locale=get_language()),
    }
    if request.headers.get("HX-Request"):
        return render(request, "contacts/_import.html", context)
    return render(request, "contacts/import.html", page(request, spreadsheet.file_name, **context))


def _columns(request: HttpRequest, spreadsheet: Import) -> HttpResponse:
    """Show what was found and the first rows, and ask which column is which."""
    form = ColumnsForm(
        request.POST or None,
        person=person(request),
        spreadsheet=spreadsheet,
        initial={"group": request.GET.get("group")},
    )
    if request.method == "POST" and form.is_valid() and _decide(request, spreadsheet, form):
        return redirect("contacts-import-show", spreadsheet.pk)
    told = findings.of(spreadsheet)
    context = page(request, spreadsheet.file_name, form=form, spreadsheet=spreadsheet, findings=told)
    return render(request, "contacts/columns.html", context)


def _decide(request: HttpRequest, spreadsheet: Import, form: ColumnsForm) -> bool:
    """Look at the file again as it is wanted, or import it."""
    try:
        if "look" in request.POST:
            imports.look_again(spreadsheet=spreadsheet, wanted=form.wanted)
        else:
            _start(request, spreadsheet, form)
    except (imports.ImportRefused, groups.GroupRefused, spreadsheets.UnreadableFile) as error:
        form.add_error(None, str(error))
        return False
    return True


@transaction.atomic
def _start(request: HttpRequest, spreadsheet: Import, form: ColumnsForm) -> None:
    data = form.cleaned_data
    group = data.get("group")
    if data.get("new_group"):
        group = groups.create(account=spreadsheet.account, name=data["new_group"], actor=person(request))
    imports.start(
        spreadsheet=spreadsheet,
        columns=form.columns,
        has_header=data["has_header"],
        group=group,
        actor=person(request),
        split=data.get("split", False),
        fixed_lines=data.get("fixed_lines", False),
        consent=form.agreed,
    )


@require_POST
def stop(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import."""
    try:
        imports.stop(spreadsheet=_import(request, import_id, to_change=True), actor=person(request))
    except imports.ImportRefused as error:
        messages.error(request, str(error))
    return redirect("contacts-import-show", import_id)


@require_POST
def undo_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have an import undone."""
    try:
        undo.request(spreadsheet=_import(request, import_id, to_change=True), actor=person(request))
    except imports.ImportRefused as error:
        messages.error(request, str(error))
    return redirect("contacts-import-show", import_id)
