"""Groups, the black list and the commands of replies, as JustSend keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from smspanel.providers import errors
from smspanel.providers.justsend import fields
from smspanel.providers.justsend.calls import JustSendCalls
from smspanel.providers.justsend.records import Group, Prefix, group_of, prefix_of
from smspanel.providers.values import Inbound

NEAR: Final = timedelta(minutes=5)
"""Within this time of a pushed reply its words are those of the list."""
REMOVALS = ("blacklist/removed/numbers", "blacklist/remove/numbers")  # the document's, the official client's


class JustSendGroups(JustSendCalls):
    """What a JustSend account keeps about numbers."""

    _removal = ""  # the address that works here

    def groups(self) -> list[Group]:
        """List the groups."""
        return [group for row in self._rows("group/list") if (group := group_of(row))]

    def create_group(self, name: str, numbers: Iterable[str] = ()) -> int:
        """Make a group of numbers and return its id."""
        data, raw = self._call("POST", "group/add", {"name": name, "members": list(numbers)})
        return _told(data, raw)

    def remove_group(self, group_id: int) -> None:
        """Delete a group; the numbers stay what they are elsewhere."""
        self._call("DELETE", f"group/remove/{group_id}")

    def add_to_group(self, group_id: int, numbers: Iterable[str]) -> int:
        """Put numbers into a group and return how many were added."""
        data, raw = self._call("PUT", "group/add/numbers", {"groupId": group_id, "members": list(numbers)})
        return _told(data, raw)

    def remove_from_group(self, group_id: int, numbers: Iterable[str]) -> int:
        """Take numbers out of a group and return how many were removed."""
        data, raw = self._call("PUT", "group/remove/numbers", {"groupId": group_id, "members": list(numbers)})
        return _told(data, raw)

    def group_members(self, group_id: int) -> list[str]:
        """Read all numbers of a group, a thousand in a call."""
        pages, raw = self._call("GET", f"group/getGroupPageNumber/{group_id}")
        members: list[str] = []
        for page in range(1, _told(pages, raw) + 1):
            found, _raw = self._list(f"group/getMembersOnPage/{group_id}/{page}")
            members += [fields.msisdn(one.get("msisdn") if isinstance(one, dict) else one) for one in found]
        return [member for member in members if member]

    def prefixes(self) -> list[Prefix]:
        """List the commands that can be reserved."""
        return [prefix for row in self._rows("group/getGroupPrefix") if (prefix := prefix_of(row))]

    def reserve_prefix(self, prefix: Prefix, until: datetime) -> Prefix:
        """Reserve a command until an aware moment, at most 72 hours from now."""
        local = until.astimezone(fields.WARSAW).replace(tzinfo=None).isoformat(timespec="seconds")
        body = {"id": prefix.id, "name": prefix.name, "reservation": True, "dateTo": local}
        return prefix_of(self._object("POST", "group/reservationPrefix", body, personal=True)) or prefix

    def replies(self, prefix: str, first: date, last: date) -> list[Inbound]:
        """Read the replies that began with a command on these days; a push never says what a reply is."""
        rows = self._rows(f"report/response/messages/{prefix}/{first.isoformat()}/{last.isoformat()}")
        return [
            Inbound(
                provider_id=f"{fields.text(row.get('createDate'))}/{fields.msisdn(row.get('msisdn'))}",
                msisdn=fields.msisdn(row.get("msisdn")),
                to=fields.text(row.get("prefix")) or prefix,
                text=fields.text(row.get("message")),
                at=fields.moment(row.get("createDate")),
            )
            for row in rows
        ]

    def worded(self, inbound: Inbound) -> Inbound:
        """Return a pushed reply with the words that the list of the day has for its number and moment (JS-56)."""
        if inbound.text or not inbound.to or inbound.at is None:
            return inbound
        days = [(inbound.at + edge).astimezone(fields.WARSAW).date() for edge in (-NEAR, NEAR)]
        listed = [one for one in self.replies(inbound.to, *days) if one.msisdn == inbound.msisdn and one.at is not None]
        near = [(abs(one.at - inbound.at), one.text) for one in listed if one.at and abs(one.at - inbound.at) <= NEAR]
        return replace(inbound, text=min(near)[1]) if near else inbound

    def blacklist(self) -> list[str]:
        """List every number on the black list."""
        listed, _raw = self._list("blacklist")
        return [fields.msisdn(one) for one in listed]

    def blacklist_has(self, msisdn: str) -> bool:
        """Say whether a number is on the black list, which can only be read as a whole."""
        return msisdn in self.blacklist()

    def blacklist_add(self, msisdn: str) -> None:
        """Put a number on the black list; the body is a bare array of numbers (JS-22)."""
        self._call("PUT", "blacklist/add/numbers", [int(msisdn)])

    def blacklist_add_all(self, numbers: Iterable[str]) -> None:
        """Put many numbers on the black list in one call; those that are on it stay."""
        self._call("PUT", "blacklist/add/numbers", [int(number) for number in numbers])

    def blacklist_remove(self, msisdn: str) -> None:
        """Take a number off the black list, by whichever of its two known addresses works (JS-23)."""
        for address in [self._removal] if self._removal else REMOVALS:
            try:
                self._call("PUT", address, [int(msisdn)])
            except errors.Misconfigured:
                if address == REMOVALS[-1] or self._removal:
                    raise
                continue
            self._removal = address
            return


def _told(data: object, raw: str) -> int:
    """Return the number that an answer tells, bare or in a sentence."""
    found = fields.number_in(data)
    if found is None:
        raise errors.Ambiguous("the answer tells no number", raw=raw)
    return found
