"""Devices are named in plain words."""

from __future__ import annotations

import pytest

from accounts import devices

MOZILLA = "Mozilla/5.0"


@pytest.mark.parametrize(
    "agent, told",
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
        (f"{MOZILLA} (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"{MOZILLA} (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari on Mac"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131.0 Mobile Safari/604.1", "Chrome on iPhone"),
        (
            f"{MOZILLA} (Linux; Android 14; SM-S911B) SamsungBrowser/27.0 Chrome/125 Safari/537",
            "Samsung Internet on Android",
        ),
        ("curl/8.5.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_browser_is_named_in_plain_words(agent: str, told: str) -> None:
    assert devices.describe(agent) == told
