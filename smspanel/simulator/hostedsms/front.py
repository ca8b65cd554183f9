"""The front itself: which path answers, and who may call it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable

from smspanel.simulator.bodies import Params, note_carelessness, read_params
from smspanel.simulator.front import Front
from smspanel.simulator.hostedsms import account, honesty, reports, send
from smspanel.simulator.hostedsms.wire import NAME, SENDERS, SIMPLE, SMSES, HostedSmsSwitches, Refused, lint, text
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

Action = Callable[[World, Request, dict[str, Json]], Reply]
ACTIONS: dict[tuple[str, str], Action] = {
    ("POST", "FullApi/Smses"): send.smses,
    ("GET", "FullApi/DeliveryReports"): reports.delivery_reports,
    ("GET", "FullApi/CustomerInfo"): account.customer_info,
    ("GET", "FullApi/ValidSenders"): account.valid_senders,
    ("GET", "FullApi/InputSmses"): account.input_smses,
    ("POST", "SimpleApi"): send.simple,
}
PATHS = {path for _, path in ACTIONS}
SECOND_HOST = "api2/"


class HostedSms(Front):
    """Answer like api.hostedsms.pl, and under /api2 like api2.hostedsms.pl."""

    name = NAME
    title = "HostedSMS.pl FullApi and SimpleApi"
    port_offset = 4
    switches = HostedSmsSwitches()
    senders = SENDERS
    documented = honesty.DOCUMENTED
    assumed = honesty.ASSUMED

    def handle(self, request: Request) -> Reply:
        """Answer one request; refusals travel with HTTP 200."""
        path = request.path.strip("/").removeprefix(SECOND_HOST)
        if path not in PATHS:
            return Reply.of_text("There is no such resource.", status=404, decision="no such path")
        action = ACTIONS.get((request.method, path))
        if action is None:
            return Reply.of_text("There is no such method.", status=405, decision="no such method")
        try:
            return self._act(request, path, action)
        except Refused as refused:
            return refused.reply()

    @property
    def _switches(self) -> HostedSmsSwitches:
        return self.world.switchboard.of(HostedSmsSwitches)

    def _act(self, request: Request, path: str, action: Action) -> Reply:
        if "json" not in request.header("Accept"):
            request.note("accept", "without Accept: application/json the reply may be XML")
        if path == "SimpleApi":
            return self._simply(request, action)
        self._authenticate(request)
        if request.method == "GET":
            note_carelessness(request)
            return action(self.world, request, {})
        return action(self.world, request, _fields(request, SMSES, form=False))

    def _simply(self, request: Request, action: Action) -> Reply:
        values = _fields(request, SIMPLE, form=True)
        if request.header("Authorization"):
            request.note("two_credentials", "SimpleApi takes no Authorization")
        if not self._right(text(values, "UserEmail"), text(values, "Password")):
            raise Refused("Invalid Credentials")
        self._check_active()
        return action(self.world, request, values)

    def _authenticate(self, request: Request) -> None:
        scheme, _, token = request.header("Authorization").partition(" ")
        try:
            user, colon, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
        except ValueError:
            user, colon, password = "", "", ""
        if scheme.lower() != "basic" or not colon or not self._right(user, password):
            raise Refused("Invalid Credentials", status=int(self._switches.wrong_password))
        self._check_active()

    def _check_active(self) -> None:
        if self._switches.inactive:
            raise Refused("The account is not active")

    def _right(self, user: str, password: str) -> bool:
        own = self._switches
        right_user = hmac.compare_digest(user.encode(), own.user.encode())
        return hmac.compare_digest(password.encode(), own.password.encode()) and right_user


def _fields(request: Request, known: dict[str, str], *, form: bool) -> dict[str, Json]:
    params: Params = read_params(request)
    if params.problem or (params.is_form and not form):
        raise Refused(f"The body is not understood: {params.problem or 'it is a form'}")
    lint(request, params.values, known)
    return params.values
