"""Voice calls: the languages that texts are read in, and how a call may be repeated (JS-40)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

LANGUAGES: Final = {
    "POLISH": _("Polish"),
    "ENGLISH": _("English"),
    "ENGLISH_BRITISH": _("English, British"),
    "ENGLISH_AUSTRALIAN": _("English, Australian"),
    "ENGLISH_INDIAN": _("English, Indian"),
    "ENGLISH_WELSH": _("English, Welsh"),
    "CATALAN": _("Catalan"),
    "CHINESE_SIMPLIFIED": _("Chinese, simplified"),
    "CHINESE_TRADITIONAL": _("Chinese, traditional"),
    "DANISH": _("Danish"),
    "DUTCH": _("Dutch"),
    "FINNISH": _("Finnish"),
    "FRENCH": _("French"),
    "GERMAN": _("German"),
    "ITALIAN": _("Italian"),
    "JAPANESE": _("Japanese"),
    "KOREAN": _("Korean"),
    "NORWEGIAN": _("Norwegian"),
    "PORTUGUESE": _("Portuguese"),
    "PORTUGUESE_BRAZILIAN": _("Portuguese, Brazilian"),
    "RUSSIAN": _("Russian"),
    "SPANISH": _("Spanish"),
    "SWEDISH": _("Swedish"),
    "TURKISH": _("Turkish"),
    "WELSH": _("Welsh"),
}
USUAL_LANGUAGE: Final = "POLISH"
MOST_REPETITIONS: Final = 4
"""A higher number of repetitions counts as this one."""
LONGEST_PERIOD: Final = 1440
"""Minutes between two attempts."""
LONGEST_PAUSE: Final = 10
"""Seconds of silence before the text."""
