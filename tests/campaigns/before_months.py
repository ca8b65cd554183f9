"""Run on an empty database: has messages written before months were known, and tells in JSON what became of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from campaigns import count_triggers, invariants  # noqa: E402
from campaigns.models import Campaign, Message  # noqa: E402
from tests.campaigns.months import table_of  # noqa: E402

BEFORE = ("campaigns", "0002_rules_of_the_database")
MONTHS = (3, 4)


def _fill(apps: Any) -> None:
    """Write two campaigns with two messages each."""
    account = apps.get_model("accounts", "Account").objects.create(kind="MASTER", name="Firm")
    for month in MONTHS:
        at = datetime(2026, month, 1, 0, 30, tzinfo=UTC)
        campaign = apps.get_model("campaigns", "Campaign").objects.create(
            account=account, name="Old", text="Hello", state="FINISHED", ref=str(month), created_at=at, finished_at=at
        )
        messages = apps.get_model("campaigns", "Message").objects
        for index in range(2):
            messages.create(campaign=campaign, msisdn=f"4850010020{index}", parts=1, points=0, state="NO_REPORT")


def _refuses_a_repeated_number() -> bool:
    message = Message.objects.order_by("pk")[0]
    try:
        with transaction.atomic():
            Message.objects.create(campaign=message.campaign, msisdn=message.msisdn, parts=1, points=0)
    except IntegrityError:
        return True
    return False


def _indexes() -> list[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Message._meta.db_table)
    return sorted(name for name in found if name.startswith("message_") or name == "one_message_per_number")


def main() -> None:
    """Migrate to before months, write, migrate on, and tell."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "campaigns"]
    executor.migrate([BEFORE])
    _fill(executor.loader.project_state([BEFORE]).apps)
    executor = MigrationExecutor(connection)
    executor.migrate([*leaves, *(leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "campaigns")])
    messages = list(Message.objects.order_by("pk"))
    campaign = Campaign.objects.create(account_id=messages[0].campaign.account_id, name="New", text="Hello")
    told = {
        "months": [str(message.month) for message in messages],
        "tables": [table_of(message) for message in messages],
        "next": Message.objects.create(campaign=campaign, msisdn="48500100200", parts=1, points=0).pk,
        "ids": [message.pk for message in messages],
        "refuses": _refuses_a_repeated_number(),
        "triggers": count_triggers.kept(),
        "indexes": _indexes(),
        "broken": [finding.name for finding in invariants.check() if finding.broken],
    }
    print(json.dumps(told))


main()
