"""SerwerSMS.pl HTTPS API v2 as it looks from outside."""

from __future__ import annotations

from smspanel.simulator.serwersms.front import SerwerSms

__all__ = ["SerwerSms"]
