"""HostedSMS.pl FullApi and SimpleApi as they look from outside."""

from __future__ import annotations

from smspanel.simulator.hostedsms.front import HostedSms

__all__ = ["HostedSms"]
