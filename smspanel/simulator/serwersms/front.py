"""The front itself: who may call, which action answers, and what is pushed."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from urllib.parse import quote

from smspanel.simulator.bodies import Params, read_params
from smspanel.simulator.clock import local
from smspanel.simulator.front import DueReport, Front, Outgoing
from smspanel.simulator.serwersms import account, honesty, office, people, phones, reports, send
from smspanel.simulator.serwersms.wire import (
    ERRORS,
    NAME,
    SENDERS,
    GeneralError,
    SerwerSmsSwitches,
    error_body,
    lint,
    text,
)
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

Action = Callable[[World, Request, dict[str, Json]], Reply]
ACTIONS: dict[str, Action] = {
    "messages/send_sms": send.send_sms,
    "messages/send_personalized": send.send_personalized,
    "messages/send_voice": send.send_voice,
    "messages/reports": reports.reports,
    "messages/view": reports.view,
    "messages/delete": reports.delete,
    "messages/recived": phones.received,
    "messages/received": phones.received,
    "phones/check": phones.check,
    "phones/test": phones.test,
    "account/limits": account.limits,
    "senders/index": account.senders,
    "senders/add": account.add_sender,
    "blacklist/add": account.block,
    "blacklist/check": account.is_blocked,
    "blacklist/delete": account.unblock,
    "blacklist/index": account.blacklist,
    "groups/index": people.groups,
    "groups/view": people.group,
    "groups/add": people.add_group,
    "groups/edit": people.edit_group,
    "groups/delete": people.delete_group,
    "groups/check": people.groups_of,
    "contacts/index": people.contacts,
    "contacts/view": people.contact,
    "contacts/add": people.add_contact,
    "contacts/edit": people.edit_contact,
    "contacts/delete": people.delete_contact,
    "contacts/import": people.import_contacts,
    "templates/index": office.templates,
    "templates/add": office.add_template,
    "templates/edit": office.edit_template,
    "templates/delete": office.delete_template,
    "subaccounts/index": office.subaccounts,
    "subaccounts/view": office.subaccount,
    "subaccounts/add": office.add_subaccount,
    "subaccounts/limit": office.limit_subaccount,
    "subaccounts/delete": office.delete_subaccount,
    "payments/index": office.payments,
    "payments/view": office.payment,
    "payments/invoice": office.invoice,
    "stats/index": office.statistics,
}
WORDS = {
    "english": {"expired": "undelivered", "rejected": "undelivered"},
    "polish": {
        "delivered": "doreczono",
        "undelivered": "niedoreczono",
        "expired": "niedoreczono",
        "rejected": "niedoreczono",
        "sent": "wyslano",
    },
    "smpp": {
        "delivered": "DELIVRD",
        "undelivered": "UNDELIV",
        "expired": "EXPIRED",
        "rejected": "REJECTD",
        "sent": "ACCEPTD",
    },
}


class SerwerSms(Front):
    """Answer like api2.serwersms.pl."""

    name = NAME
    title = "SerwerSMS.pl HTTPS API v2"
    port_offset = 1
    switches = SerwerSmsSwitches()
    senders = SENDERS
    documented = honesty.DOCUMENTED
    assumed = honesty.ASSUMED

    def handle(self, request: Request) -> Reply:
        """Answer one request; errors of the provider's kind travel with HTTP 200."""
        action, _, ending = request.path.strip("/").partition(".")
        if ending == "xml":
            return Reply.of_text("XML replies are not simulated; ask for .json.", status=501, decision="xml")
        try:
            return self._act(request, action, ending)
        except GeneralError as error:
            body = error_body(error.code, error.detail)
            if self._switches.error_code_as_string:
                body["code"] = str(error.code)
            return Reply.of_json({"error": body}, decision=f"error {error.code} {error.detail}".strip())

    @property
    def _switches(self) -> SerwerSmsSwitches:
        return self.world.switchboard.of(SerwerSmsSwitches)

    def _act(self, request: Request, action: str, ending: str) -> Reply:
        if request.method != "POST":
            raise GeneralError(1000, "use POST")
        params = read_params(request)
        lint(request, action, params)
        self._authenticate(request, params)
        if params.problem:
            raise GeneralError(1006, params.problem)
        if action.startswith("error/"):
            return _explain(action.removeprefix("error/"))
        verb = ACTIONS.get(action)
        if verb is None or ending not in ("", "json"):
            raise GeneralError(1000, f"{action} is not simulated")
        return verb(self.world, request, {name: value for name, value in params.values.items() if value is not None})

    def _authenticate(self, request: Request, params: Params) -> None:
        own = self._switches
        scheme, _, token = request.header("Authorization").partition(" ")
        bearer = scheme.lower() == "bearer"
        if bearer and params.values.get("password"):
            request.note("two_credentials", "a token and a password")
        if bearer:
            right = _same(token.strip(), own.token)
        else:
            given = (text(params.values, "username"), text(params.values, "password"))
            right = _same(given[0], own.username) and _same(given[1], own.password)
        if not right:
            raise GeneralError(1001)
        if own.ip_check:
            raise GeneralError(1003)
        if own.inactive:
            raise GeneralError(1007)

    def outgoing(self, reports: Sequence[DueReport]) -> list[Outgoing]:
        """Push each report by GET to its dlr_url with the placeholders filled in."""
        words = WORDS[self._switches.push_vocabulary]
        return [Outgoing(_filled_in(report, words), (report.id,)) for report in reports]


def _filled_in(report: DueReport, words: dict[str, str]) -> str:
    message = report.message
    reason = message.reason if report.event == message.outcome else None
    values = {
        "#SMSID#": message.provider_id,
        "#STAN#": words.get(report.event, report.event),
        "#DATA#": local(report.due_at),
        "#PRZYCZYNA#": reason or "",
    }
    url = report.url
    for placeholder, value in values.items():
        url = url.replace(placeholder, quote(value, safe=""))
    return url


def _explain(code: str) -> Reply:
    known = next((number for number in ERRORS if str(number) == code), None)
    if known is None:
        raise GeneralError(1004)
    return Reply.of_json(error_body(known), decision=f"explained {code}")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
