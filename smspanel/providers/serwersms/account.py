"""The rest of a SerwerSMS account: limits, senders, blacklist, groups, contacts, templates, subaccounts, payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from smspanel.providers import errors
from smspanel.providers.serwersms import listings, wire
from smspanel.providers.serwersms.session import Session
from smspanel.providers.values import Balance, NumberCheck, SenderName


class Account(Session):
    """Calls that send nothing."""

    def balance(self) -> Balance:
        """Ask for the limits by variant; the provider wants this at most once an hour."""
        payload, raw = self.ask("account/limits", {"show_type": True})
        return Balance(listings.limits(wire.items_of(payload)), raw)

    def senders(self) -> list[SenderName]:
        """List the account's own sender names."""
        payload, _raw = self.ask("senders/index", {"sort": "name", "order": "asc"})
        items = wire.items_of(payload)
        names = ((wire.text(item.get("name")), listings.sender_state(item.get("status"))) for item in items)
        return [SenderName(name, status) for name, status in names if name]

    def add_sender(self, name: str) -> None:
        """Ask for a new sender name, which the provider then approves or rejects."""
        self.succeed("senders/add", {"name": name})

    def check_number(self, msisdn: str) -> NumberCheck:
        """Ask the network about a number; a check that takes long is asked for once more by its id."""
        phone = {"phone": f"+{msisdn}"}
        payload, raw = self.ask("phones/check", phone)
        if not wire.text(payload.get("status")) and (query := wire.text(payload.get("id"))):
            payload, raw = self.ask("phones/check", {**phone, "id": query})
        if not wire.text(payload.get("status")):
            raise errors.Ambiguous("the network has not answered yet", raw=raw)
        return listings.number_check(msisdn, payload)

    def is_number(self, number: str) -> bool:
        """Ask whether a number can be one at all, without asking the network."""
        payload, _raw = self.ask("phones/test", {"phone": number})
        return wire.yes(payload.get("correct"))

    def blacklist_add(self, msisdn: str) -> None:
        """Put a number on the account's blacklist."""
        self.succeed("blacklist/add", {"phone": f"+{msisdn}"})

    def blacklist_remove(self, msisdn: str) -> None:
        """Take a number off the account's blacklist."""
        self.succeed("blacklist/delete", {"phone": f"+{msisdn}"})

    def blacklist_has(self, msisdn: str) -> bool:
        """Ask whether a number is on the account's blacklist."""
        payload, raw = self.ask("blacklist/check", {"phone": f"+{msisdn}"})
        if "exists" not in payload:
            raise errors.Ambiguous("the answer does not say whether the number is listed", raw=raw)
        return wire.yes(payload.get("exists"))

    def blacklist(self) -> list[listings.BlacklistedNumber]:
        """List the account's blacklist."""
        return [listings.blacklisted(item) for item in self.all_pages("blacklist/index", {})[0]]

    def groups(self, search: str = "") -> list[listings.Group]:
        """List groups, all of them or those with this in their name."""
        return [listings.group(item) for item in self.all_pages("groups/index", _given(search=search))[0]]

    def add_group(self, name: str) -> int:
        """Make a group and return its id."""
        return self._made("groups/add", {"name": name})

    def rename_group(self, group_id: int, name: str) -> None:
        """Give a group another name."""
        self.succeed("groups/edit", {"id": group_id, "name": name})

    def delete_group(self, group_id: int) -> None:
        """Delete a group."""
        self.succeed("groups/delete", {"id": group_id})

    def groups_with(self, msisdn: str) -> dict[int, str]:
        """Return the groups in which a number is, names by id; an answer may be a list or one of its items."""
        payload, _raw = self.ask("groups/check", {"phone": f"+{msisdn}"})
        items = wire.items_of(payload) or [payload]
        return {key: wire.text(item.get("group_name")) for item in items if (key := wire.number(item.get("group_id")))}

    def contacts(self, group_id: int | None = None, search: str = "") -> list[listings.Contact]:
        """List contacts, of one group or of all."""
        body = _given(search=search) | ({} if group_id is None else {"group_id": group_id})
        return [listings.contact(item) for item in self.all_pages("contacts/index", body)[0]]

    def add_contact(self, group_id: int, msisdn: str, **person: str) -> int:
        """Put a contact into a group and return its id; `person` are the provider's fields, such as first_name."""
        return self._made("contacts/add", {"group_id": group_id, "phone": f"+{msisdn}", **_given(**person)})

    def delete_contact(self, contact_id: int) -> None:
        """Delete a contact."""
        self.succeed("contacts/delete", {"id": contact_id})

    def import_contacts(self, group_name: str, contacts: Sequence[Mapping[str, str]]) -> listings.ImportResult:
        """Make a group of contacts, each with a phone and the provider's other fields."""
        payload = self.succeed(
            "contacts/import", {"group_name": group_name, "contact": [dict(one) for one in contacts]}
        )
        numbers = (wire.number(payload.get(name)) or 0 for name in ("id", "correct", "failed"))
        return listings.ImportResult(*numbers)

    def templates(self) -> list[listings.Template]:
        """List templates by name."""
        items, _raw = self.listed("templates/index", {"sort": "name", "order": "asc"})
        return [listings.template(item) for item in items]

    def add_template(self, name: str, text: str) -> int:
        """Keep a new template and return its id."""
        return self._made("templates/add", {"name": name, "text": text})

    def edit_template(self, template_id: int, name: str, text: str) -> None:
        """Change a template."""
        self.succeed("templates/edit", {"id": template_id, "name": name, "text": text})

    def delete_template(self, template_id: int) -> None:
        """Delete a template."""
        self.succeed("templates/delete", {"id": template_id})

    def statistics(self, begin: datetime, end: datetime, kind: str = "") -> list[listings.Statistics]:
        """Count messages by sending and state in a span of time, of one type or of all."""
        span = {"begin": wire.local(begin), "end": wire.local(end)}
        items, _raw = self.listed("stats/index", span | _given(type=kind))
        return [listings.statistics(item) for item in items]

    def subaccounts(self) -> list[listings.Subaccount]:
        """List subaccounts; only their ids and usernames are told."""
        return [listings.subaccount(item) for item in self.listed("subaccounts/index")[0]]

    def subaccount(self, subaccount_id: int) -> listings.Subaccount:
        """Return everything about a subaccount."""
        return listings.subaccount(self.ask("subaccounts/view", {"id": subaccount_id})[0])

    def add_subaccount(self, username: str, password: str, *, like: int | None = None, **person: str) -> int:
        """Open a subaccount, with the rights of the subaccount `like`, and return its id."""
        body: dict[str, object] = {"subaccount_username": username, "subaccount_password": password}
        rights = {} if like is None else {"subaccount_id": like}
        return self._made("subaccounts/add", body | rights | _given(**person))

    def limit_subaccount(self, subaccount_id: int, kind: listings.Kind, value: int) -> None:
        """Limit how many messages of a type a subaccount may send."""
        self.succeed("subaccounts/limit", {"id": subaccount_id, "type": kind.value, "value": value})

    def delete_subaccount(self, subaccount_id: int) -> None:
        """Close a subaccount."""
        self.succeed("subaccounts/delete", {"id": subaccount_id})

    def payments(self) -> list[listings.Payment]:
        """List payments."""
        return [listings.payment(item) for item in self.listed("payments/index")[0]]

    def payment(self, payment_id: int) -> listings.Payment:
        """Return a payment."""
        return listings.payment(self.ask("payments/view", {"id": payment_id})[0])

    def invoice(self, payment_id: int) -> bytes:
        """Return the invoice of a payment, a PDF."""
        return self.download("payments/invoice", {"id": payment_id})

    def _made(self, action: str, body: Mapping[str, object]) -> int:
        """Call an action that makes something and return the id of what it made, or 0 if it does not say."""
        return wire.number(self.succeed(action, body).get("id")) or 0


def _given(**values: str) -> dict[str, object]:
    """Return the values that are not empty."""
    return {name: value for name, value in values.items() if value}
