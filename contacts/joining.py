"""Puts many contacts, known by their ids, into a group or takes them out, in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection


def join(group_id: int, ids: Sequence[int]) -> int:
    """Put contacts into a group, if it is still there, and return how many are new in it."""
    which, among = _among(ids)
    sql = f"""INSERT INTO contacts_membership (group_id, contact_id)
        SELECT contacts_group.id, contacts_contact.id FROM contacts_contact, contacts_group
        WHERE contacts_group.id = %s AND contacts_contact.id {which} ORDER BY contacts_contact.id
        ON CONFLICT (group_id, contact_id) DO NOTHING"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [group_id, among])
        return int(cursor.rowcount)


def leave(group_id: int, ids: Sequence[int]) -> int:
    """Take contacts out of a group, and return how many were in it."""
    which, among = _among(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM contacts_membership WHERE group_id = %s AND contact_id {which}", [group_id, among])
        return int(cursor.rowcount)


def _among(ids: Sequence[int]) -> tuple[str, list[int] | str]:
    """Return the condition that names all ids by one value."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(ids)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))
