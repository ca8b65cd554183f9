"""Which providers are simulated: one line each."""

from __future__ import annotations

from smspanel.simulator.front import Front
from smspanel.simulator.hostedsms import HostedSms
from smspanel.simulator.jomobile import JoMobile
from smspanel.simulator.justsend import JustSend
from smspanel.simulator.serwersms import SerwerSms

# Ports after the phone's own: serwersms +1, justsend +2, jomobile +3, hostedsms +4.
FRONTS: tuple[type[Front], ...] = (
    SerwerSms,
    JustSend,
    JoMobile,
    HostedSms,
)
