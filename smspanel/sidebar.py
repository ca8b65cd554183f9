"""What unfold asks for around every page: the sidebar, the menu of who is signed in, the style, the icon."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from smspanel import masking


def style(request: HttpRequest) -> str:
    """Return the address of the panel's own style sheet."""
    return static("smspanel/panel.css")


def keep(request: HttpRequest) -> str:
    """Return the address of the script that loses nothing that was typed."""
    return static("smspanel/keep.js")


def keyboard(request: HttpRequest) -> str:
    """Return the address of the script by which keys reach what unfold made for the mouse alone."""
    return static("smspanel/keyboard.js")


def icon(request: HttpRequest) -> str:
    """Return the address of the panel's icon."""
    return static("smspanel/icon.svg")


def own_pages(request: HttpRequest) -> list[dict[str, Any]]:
    """Return what everybody finds under their own name."""
    return [
        {"title": _("My settings"), "link": reverse("me")},
        {"title": _("My security"), "link": reverse("my-security")},
        {"title": _("Change the password"), "link": reverse("admin:password_change")},
    ]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar: what this person works with, in the order in which they do."""
    staff = request.user.is_authenticated and request.user.is_staff
    master = request.user.is_authenticated and request.user.is_master
    sending = [
        _item(_("Overview"), "dashboard", "admin:index"),
        _item(_("Campaigns"), "campaign", "admin:campaigns_campaign_changelist"),
        _item(_("Repeated campaigns"), "event_repeat", "admin:campaigns_repetition_changelist"),
        _item(_("Single messages"), "chat", "admin:campaigns_message_changelist"),
        _item(_("Text templates"), "draft", "admin:campaigns_texttemplate_changelist"),
        _item(_("Sender names"), "badge", "admin:campaigns_sender_changelist"),
        _item(_("Replies"), "reply", "admin:campaigns_reply_changelist"),
        _item(_("Prefixes"), "short_text", "admin:campaigns_prefix_changelist"),
        _item(_("Reports"), "bar_chart", "reports"),
        _item(_("Downloads"), "download", "admin:accounts_download_changelist"),
    ]
    people = [
        _item(_("Contacts"), "contacts", "admin:contacts_contact_changelist"),
        _item(_("Groups"), "groups", "admin:contacts_group_changelist"),
        _item(_("Blacklist"), "block", "admin:contacts_blacklistentry_changelist"),
        _item(_("Imports"), "upload_file", "admin:contacts_import_changelist"),
        _item(_("One person"), "person_search", "person"),
        _item(_("Bulk changes"), "checklist", "admin:contacts_bulkjob_changelist"),
    ]
    money = [_item(_("Points"), "toll", "points")]
    if staff or master:
        money.append(_item(_("Accounts"), "domain", "admin:accounts_account_changelist"))
    money += [
        _item(_("People"), "person", "admin:accounts_user_changelist"),
        _item(_("Cost centres"), "account_tree", "admin:campaigns_costcentre_changelist"),
        _item(_("API"), "api", "api") if not staff else _item(_("API keys"), "key", "admin:accounts_appkey_changelist"),
        _item(_("Post backs"), "webhook", "postbacks"),
        _item(_("Emergency stop"), "emergency_home", "stop"),
    ]
    groups = [
        {"title": _("Sending"), "items": sending},
        {"title": _("Recipients"), "items": people},
        {"title": _("Account"), "separator": True, "items": money},
    ]
    if staff:
        groups.append(_operations())
    return groups if not request.user.is_authenticated or request.user.sees_numbers else _without_numbers(groups)


def _without_numbers(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sidebar without the pages that are closed to people who may not see numbers."""
    return [
        {**group, "items": [item for item in group["items"] if not masking.is_closed(resolve(item["link"]).view_name)]}
        for group in groups
    ]


def _operations() -> dict[str, Any]:
    items = [
        _item(_("Connections"), "cable", "admin:accounts_connection_changelist"),
        _item(_("Routes"), "alt_route", "admin:campaigns_route_changelist"),
        _item(_("Prices"), "sell", "admin:campaigns_price_changelist"),
        _item(_("Forbidden words"), "speaker_notes_off", "admin:campaigns_forbiddenword_changelist"),
        _item(_("Reserved names"), "lock_person", "admin:campaigns_reservedname_changelist"),
        _item(_("Names at providers"), "verified", "admin:campaigns_senderregistration_changelist"),
        _item(_("Submissions"), "outbox", "admin:campaigns_batch_changelist"),
        _item(_("Unclear submissions"), "help", "unclear"),
        _item(_("Inbox"), "inbox", "admin:campaigns_inboxitem_changelist"),
        _item(_("Campaigns to approve"), "rule", "campaigns-waiting"),
        _item(_("Top-ups to approve"), "approval", "admin:accounts_grantrequest_changelist"),
        _item(_("Limits"), "speed", "limits"),
        _item(_("Audit trail"), "history", "admin:accounts_auditentry_changelist"),
    ]
    return {"title": _("Operation"), "separator": True, "items": items}


def _item(title: Any, icon: str, name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(name)}
