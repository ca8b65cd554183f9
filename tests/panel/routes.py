"""Every address of the panel, from its URLconf, and who may go there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver


class Policy(Enum):
    """For whom an address is."""

    OPEN = "everybody, signed in or not"
    KEY = "software with an App-Key"
    SIGNED_IN = "everybody who is signed in; what it shows is their own"
    OWN = "those who may see the row that it names"
    STAFF = "staff"


@dataclass(frozen=True)
class Route:
    """An address with holes, its name, and what the holes are called."""

    name: str
    holes: tuple[str, ...]

    @property
    def names_a_row(self) -> bool:
        """Say whether a hole is an id."""
        return any(hole.endswith("_id") or hole in {"token", "object_id"} for hole in self.holes)

    def address(self, values: Mapping[str, object]) -> str:
        """Return the address with its holes filled in."""
        return reverse(self.name, kwargs={hole: values[hole] for hole in self.holes})


_NAMES: Final[dict[Policy, frozenset[str]]] = {
    Policy.OPEN: frozenset({"healthz", "inbox", "optout", "sign-in-code", "admin:login", "admin:logout"}),
    Policy.SIGNED_IN: frozenset(
        {
            *("me", "my-security", "my-security-prepare", "my-security-on", "my-security-off", "my-security-codes"),
            *("my-security-sign-out", "see-as-stop", "news", "bell", "news-read", "api", "api-get"),
            *("points", "points-move", "points-move-preview", "bulk", "contacts-import", "contacts-sample"),
            *(
                "blacklist-add",
                "blacklist-check",
                "blacklist-remove",
                "justsend-push",
                "campaign-new",
                "campaign-count",
            ),
            *("campaign-template", "repetition-next", "limits", "prefix-calendar", "reply-chart", "stop", "person"),
            *("person-agree", "person-withdraw", "person-proof", "person-erase", "first-steps-hide", "reports"),
            *("reports-export", "reports-ask", "postbacks", "postback-secret", "postback-test", "postback-again"),
            *("dashboard-running", "admin:search", "admin:index", "admin:password_change"),
            *("admin:password_change_done", "admin:autocomplete", "admin:jsi18n", "admin:app_list"),
            *("help", "help-guide", "help-picture"),
        }
    ),
    Policy.OWN: frozenset(
        {
            *(
                "news-open",
                "points-of",
                "points-statement",
                "points-months",
                "points-print",
                "download-show",
                "download",
            ),
            *("bulk-job", "bulk-job-stop", "group-regroup", "contacts-import-show", "contacts-import-stop"),
            *("contacts-import-undo", "contacts-import-rejected", "campaign", "campaign-edit", "campaign-plan"),
            *("campaign-ask", "campaign-test", "campaign-dry-run", "campaign-copy", "campaign-again"),
            *("campaign-recipients", "campaign-clean", "campaign-discard", "campaign-act", "campaign-file"),
            *("campaign-repeat", "repetition", "contact-messages", "group-greeting", "group-greeting-note"),
            *("group-check", "person-of-contact", "stop-account", "stop-end"),
        }
    ),
    Policy.STAFF: frozenset(
        {
            *("see-as", "points-grant", "points-adjust", "link", "link-make", "link-check", "link-remove"),
            *("link-create", "link-correct", "link-decide", "link-pull", "link-push", "sender-pull"),
            *("campaigns-waiting", "campaign-decide", "unclear", "unclear-one", "dashboard-oldest"),
        }
    ),
}
CLIENTS: Final = frozenset(
    {
        *("accounts_account", "accounts_user", "accounts_appkey", "accounts_download", "contacts_contact"),
        *("contacts_group", "contacts_blacklistentry", "contacts_import", "contacts_bulkjob", "campaigns_campaign"),
        *("campaigns_sender", "campaigns_prefix", "campaigns_prefixreservation", "campaigns_reply"),
        *("campaigns_postbackevent", "campaigns_message", "campaigns_texttemplate", "campaigns_costcentre"),
        *("campaigns_costcentremonth", "campaigns_repetition"),
    }
)
"""Lists in which clients find rows of their own."""
OPERATORS: Final = frozenset(
    {
        *("accounts_transfer", "accounts_grantrequest", "accounts_auditentry", "accounts_connection"),
        *("accounts_connectioncall", "campaigns_senderregistration", "campaigns_price", "campaigns_route"),
        *("campaigns_batch", "campaigns_inboxitem", "campaigns_forbiddenword", "campaigns_reservedname"),
    }
)
"""Lists of the staff."""


def routes() -> list[Route]:
    """Return every address that has a name."""
    return sorted(set(_walk(get_resolver(), "", ())), key=lambda route: (route.name, route.holes))


def _walk(resolver: URLResolver, space: str, above: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        holes = (*above, *(pattern.pattern.converters or pattern.pattern.regex.groupindex))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{pattern.namespace}:" if pattern.namespace else space, holes)
        elif pattern.name:
            yield Route(f"{space}{pattern.name}", holes)


def policies(route: Route) -> list[Policy]:
    """Return what is declared about the address: exactly one policy, or somebody has to decide."""
    if route.name.startswith("rest:"):
        return [Policy.KEY]
    found = [policy for policy, names in _NAMES.items() if route.name in names]
    section = route.name.removeprefix("admin:")
    if any(section.startswith(f"{model}_") for model in OPERATORS):
        found.append(Policy.STAFF)
    elif any(section.startswith(f"{model}_") for model in CLIENTS):
        found.append(Policy.OWN if route.names_a_row else Policy.SIGNED_IN)
    return found


def of(*wanted: Policy) -> list[Route]:
    """Return the addresses with one of these policies."""
    return [route for route in routes() if set(policies(route)) & set(wanted)]
