"""What a campaign needs of the provider that carries it, and what a provider lacks for it, by name."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Connection
from campaigns.models import Campaign, Kind
from campaigns.text import CharacterPolicy
from smspanel.providers import registry
from smspanel.providers.traits import NAMES, Trait

NATIVE_LANGUAGES: Final = frozenset({"", "POLISH"})
"""What a provider without a choice of languages reads."""
_KINDS: Final[dict[str, Promise]] = {
    Kind.TEXT: gettext_lazy("texts"),
    Kind.FLASH: gettext_lazy("flash messages"),
    Kind.WAP_PUSH: gettext_lazy("WAP push messages"),
    Kind.VCARD: gettext_lazy("business cards"),
    Kind.VOICE: gettext_lazy("voice calls"),
    Kind.HLR: gettext_lazy("number checks"),
}
_REPEATING: Final = ("repeat_dtmf", "min_period", "max_period", "max_count", "pause")


def needs(campaign: Campaign) -> frozenset[Trait]:
    """Return what would be lost on the way over a provider that does not know it."""
    found = set()
    if campaign.validity:
        found.add(Trait.VALIDITY)
    if campaign.kind == Kind.VOICE:
        if campaign.language not in NATIVE_LANGUAGES:
            found.add(Trait.LANGUAGE)
        if any(campaign.voice.get(name) is not None for name in _REPEATING):
            found.add(Trait.REPETITION)
        if campaign.voice.get("audio_url"):
            found.add(Trait.RECORDING)
    return frozenset(found)


def knows(connection: Connection, variant: str) -> bool:
    """Say whether the provider of a connection has a variant at all."""
    return variant in registry.client_class(connection.kind).variants


def lacking(campaign: Campaign, connection: Connection) -> list[str | Promise]:
    """Return what of the campaign the provider of a connection cannot carry."""
    client = registry.client_class(connection.kind)
    if campaign.kind not in client.kinds:
        return [_KINDS[campaign.kind]]
    found: list[str | Promise] = [NAMES[trait] for trait in sorted(needs(campaign) - client.traits)]
    if campaign.policy == CharacterPolicy.UNICODE and campaign.variant not in client.unicode_variants:
        found.append(_("special characters with this variant"))
    return found


def complaint(campaign: Campaign, connection: Connection) -> str:
    """Return a sentence that names the provider and what it cannot carry."""
    client = registry.client_class(connection.kind)
    what = ", ".join(map(str, lacking(campaign, connection)))
    return _("%(provider)s cannot carry %(what)s.") % {"provider": client.label, "what": what}
