"""The front itself: who may call, which address answers, and what is pushed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

from smspanel.simulator.bodies import note_carelessness, read_json
from smspanel.simulator.front import DueReport, Front, Outgoing
from smspanel.simulator.justsend import accounts, bulks, groups, honesty, push, reports, send
from smspanel.simulator.justsend.wire import (
    NAME,
    ROOT,
    SENDERS,
    Call,
    Done,
    JustSendError,
    JustSendSwitches,
    failure,
    success,
)
from smspanel.simulator.wire import Json, Reply, Request

Verb = Callable[[Call], Done]
ID = r"([0-9]+)"
ANY = r"([^/]+)"


def senders(call: Call) -> Done:
    """List the sender names for FULL."""
    known = call.world.registers.senders(NAME)
    return Done([{"id": place, "name": one.name} for place, one in enumerate(known, 1)], "senders")


ADDRESSES: tuple[tuple[str, str, Verb], ...] = (
    ("POST", "bulk/send", send.bulk),
    ("GET", "bulk/sender/list", senders),
    ("PUT", f"bulk/cancel/{ID}", bulks.cancel),
    ("GET", f"bulk/recipient/{ANY}/{ID}", bulks.recipient_list),
    ("GET", f"bulk/retrieveBulkRecipientsStatuses/{ID}", bulks.all_recipients),
    ("GET", f"bulk/{ID}", bulks.detail),
    ("POST", "message/send", send.single),
    ("POST", "message/sendVoice", send.single),
    ("GET", f"message/send/{ANY}/{ANY}/{ANY}/{ANY}", send.by_address),
    ("GET", f"message/send/{ANY}/{ANY}", send.by_address),
    ("GET", f"report/message/{ID}", reports.of_message),
    ("POST", f"report/subaccount/{ID}", reports.of_subaccount),
    ("GET", f"report/response/messages/{ANY}/{ANY}/{ANY}", reports.of_answers),
    ("GET", f"report/{ANY}/{ANY}", reports.of_days),
    ("GET", f"report/{ID}", reports.of_bulk),
    ("GET", "group/list", groups.groups),
    ("POST", "group/addE?", groups.create),
    ("DELETE", f"group/remove/{ID}", groups.delete),
    ("PUT", "group/add/numbers", groups.add),
    ("PUT", "group/remove/numbers", groups.remove),
    ("GET", f"group/getGroupPageNumber/{ID}", groups.pages),
    ("GET", f"group/getMembersOnPage/{ID}/{ID}", groups.page),
    ("GET", f"group/getCountGroupMembers/{ID}", groups.count),
    ("GET", "group/getGroupPrefix", groups.prefixes),
    ("POST", "group/reservationPrefix", groups.reserve),
    ("GET", f"group/{ID}", groups.group),
    ("GET", "blacklist", groups.blacklist),
    ("PUT", "blacklist/add/numbers", groups.block),
    ("PUT", "blacklist/removed?/numbers", groups.unblock),
    ("GET", "payment/points", accounts.points),
    ("GET", "payment/points/subaccount", accounts.points_of_slave),
    ("POST", f"payment/subaccount/{ID}/(-?[0-9]+)", accounts.move_points),
    ("GET", "accounts/account", accounts.account),
    ("GET", "accounts/subaccount", accounts.subaccount),
    ("GET", "accounts/subaccounts/list", accounts.subaccounts),
    ("POST", "accounts/create/subaccount", accounts.create),
    ("POST", f"accounts/edit/subaccount/{ID}", accounts.edit),
    ("POST", f"accounts/reset/{ID}", accounts.reset_key),
    ("GET", "accounts/deactivate", accounts.deactivate),
)
REMOVALS = {"blacklist/removed/numbers": "removed", "blacklist/remove/numbers": "remove"}
ROUTES = tuple((method, re.compile(pattern), verb) for method, pattern, verb in ADDRESSES)


class JustSend(Front):
    """Answer like justsend.pl."""

    name = NAME
    title = "JustSend REST v2"
    port_offset = 2
    switches = JustSendSwitches()
    senders = SENDERS
    documented = honesty.DOCUMENTED
    assumed = honesty.ASSUMED

    def handle(self, request: Request) -> Reply:
        """Answer one request; errors of the provider's kind travel with HTTP 200."""
        path = request.target.partition("?")[0]
        found = self._route(request.method, path)
        if found is None:
            return Reply.of_text("<h1>404 Not Found</h1>", status=404, decision="no such address")
        verb, args = found
        own = self.world.switchboard.of(JustSendSwitches)
        if own.app_key in request.target:
            request.note("credentials_in_url", "App-Key")
        try:
            send.release(self.world)
            account = accounts.who(self.world, request.header("App-Key"))
            call = Call(self.world, request, account, args, _body(request))
            return success(verb(call))
        except JustSendError as error:
            return failure(error, own.auth_status if error.code == 101 else 200)

    def _route(self, method: str, path: str) -> tuple[Verb, tuple[str, ...]] | None:
        if not path.startswith(ROOT):
            return None
        rest = path.removeprefix(ROOT)
        removal = self.world.switchboard.of(JustSendSwitches).blacklist_removal
        if rest in REMOVALS and removal not in ("both", REMOVALS[rest]):
            return None
        for wanted, pattern, verb in ROUTES:
            if wanted == method and (match := pattern.fullmatch(rest)):
                return verb, tuple(unquote(group) for group in match.groups())
        return None

    def outgoing(self, reports: Sequence[DueReport]) -> list[Outgoing]:
        """Push each report by POST to the address in the profile."""
        return [push.outgoing(self.world, report) for report in reports]

    def attempts(self) -> int:
        """Return that a report is pushed until it succeeds."""
        return 1_000_000


def _body(request: Request) -> Json:
    """Read the body, whatever JSON it is."""
    note_carelessness(request)
    if not request.body:
        return None
    try:
        return read_json(request)
    except ValueError:
        raise JustSendError(100) from None
