"""What the ledger's page needs to write a line."""

from __future__ import annotations

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.ledger import Line

register = template.Library()


@register.filter
def signed(points: int) -> str:
    """Return the points with their sign, so that a statement reads without colours."""
    if not points:
        return "0"
    return f"{'+' if points > 0 else '−'}{intcomma(abs(points))}"


@register.simple_tag
def belongs_to(line: Line) -> str:
    """Return what the transfer was for, as a link where there is a page for it."""
    kind, _colon, number = line.transfer.subject.partition(":")
    if kind == "campaign":
        address = reverse("campaign", args=[number])
        return format_html('<a class="sp-link" href="{}">{}</a>', address, line.campaign or _("Campaign"))
    return _("Single message") if kind == "single" else str(line.other)
