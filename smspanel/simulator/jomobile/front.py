"""The front itself: which path answers, who may call it, and how reports are pushed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smspanel.simulator.bodies import note_carelessness, read_json
from smspanel.simulator.front import DueReport, Front, Outgoing
from smspanel.simulator.jomobile import account, groups, honesty, reports, send, session
from smspanel.simulator.jomobile.wire import NAME, SENDERS, JoMobileSwitches, Refused, lint
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

Action = Callable[[World, Request, dict[str, Json]], Reply]
SIGN_IN: dict[str, Action] = {"authorize": session.authorize, "accesstoken": session.access_token}
GETS: dict[str, Action] = {
    "me": account.me,
    "logout": session.logout,
    "country-by-continent": account.countries,
}
OF_ANY_BODY: dict[str, Callable[[World, Request, Json], Reply]] = {
    "send": send.send,
    "replacement": account.preview,
}
POSTS: dict[str, Action] = {
    **SIGN_IN,
    "register": account.register,
    "sms-full-data": reports.full_data,
    "group": groups.groups,
    "group-create": groups.create,
    "group-delete": groups.delete,
    "group-number-add": groups.add,
    "group-number-search": groups.search,
    "group-number-delete": groups.remove,
    "send-bulk": groups.send_bulk,
    "black-list-add": account.block,
    "black-list-search": account.blocked,
    "black-list-delete": account.unblock,
    "product-price": account.prices,
    "account-price": account.prices,
    "country-price": account.country_prices,
    "country-by-continent": account.countries,
}
OPEN = {*SIGN_IN, "register"}  # the platform's own client registers customers without a token


class JoMobile(Front):
    """Answer like restapi.gatum.io and its sisters."""

    name = NAME
    title = "JO Mobile REST API 6.4 (Gatum)"
    port_offset = 3
    switches = JoMobileSwitches()
    senders = SENDERS
    documented = honesty.DOCUMENTED
    assumed = honesty.ASSUMED

    def handle(self, request: Request) -> Reply:
        """Answer one request; //v1/… is the same as /v1/…."""
        version, _, action = request.path.strip("/").partition("/")
        known = action in GETS or action in POSTS or action in OF_ANY_BODY
        if version != "v1" or not known:
            return Reply.of_text("There is no such method.", status=404, decision="no such path")
        try:
            return self._act(request, action)
        except Refused as refused:
            return refused.reply(self._switches)

    @property
    def _switches(self) -> JoMobileSwitches:
        return self.world.switchboard.of(JoMobileSwitches)

    def _act(self, request: Request, action: str) -> Reply:
        body = self._body(request)
        lint(request, action, body)
        if action not in OPEN:
            session.authenticate(self.world, request)
        if request.method == "GET" and action in GETS:
            return GETS[action](self.world, request, {})
        if request.method != "POST" or (action not in POSTS and action not in OF_ANY_BODY):
            raise Refused("Method not allowed", status=405)
        if action in OF_ANY_BODY:
            return OF_ANY_BODY[action](self.world, request, body)
        return POSTS[action](self.world, request, body if isinstance(body, dict) else {})

    def _body(self, request: Request) -> Json:
        if not note_carelessness(request).startswith("application/json") or not request.body:
            return None
        try:
            return read_json(request)
        except ValueError as error:
            raise Refused(str(error)) from None

    def attempts(self) -> int:
        """Return how often a report is pushed before it waits for "resend"."""
        return self._switches.push_attempts

    def outgoing(self, reports_due: Sequence[DueReport]) -> list[Outgoing]:
        """Push reports by POST, in lists."""
        return reports.outgoing(self.world, reports_due)

    def settled(self, outgoing: Outgoing, status: int, body: bytes) -> tuple[int, ...]:
        """Settle the reports whose ids the caller's answer lists."""
        return reports.settled(self.world, outgoing, status, body)
