"""Text templates in the panel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.models import TextTemplate
from smspanel.empty import Empty
from smspanel.panel import ALL, ScopedModelAdmin


class TextTemplateAdmin(ScopedModelAdmin):
    """Texts that an account writes again and again."""

    empty = Empty(
        gettext_lazy("Texts that you send again and again belong here; the composer then offers them."),
        "admin:campaigns_texttemplate_add",
        gettext_lazy("Write a template"),
    )
    clients_may: ClassVar = ALL
    list_display: ClassVar = ("name", "beginning", "account")
    list_select_related: ClassVar = ("account",)
    search_fields: ClassVar = ("name", "text")
    fields: ClassVar = ("account", "name", "text")
    export_fields = ("name", "text")

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, template: TextTemplate) -> str:
        """Return how the text begins."""
        return Truncator(template.text).chars(80)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave room for a text."""
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 6})
        return super().formfield_for_dbfield(db_field, request, **kwargs)
