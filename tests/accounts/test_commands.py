"""The commands that people and scripts rely on: their JSON, their refusals, and nothing half-written."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from accounts import keys, points
from accounts.models import Account, AppKey, AuditEntry, Transfer, User, Wallet
from campaigns import invariants
from contacts.models import Contact, Group, Import
from tests.personas import People, Persona

MODELS: tuple[type[Model], ...] = (Account, User, Wallet, AppKey, Transfer, AuditEntry, Contact, Group, Import)
NEW = ("--name", "New", "--email", "new@example.com", "--password", "long enough")


def run(name: str, *arguments: object) -> str:
    """Run a command and return what it says."""
    said = io.StringIO()
    call_command(name, *map(str, arguments), stdout=said)
    return said.getvalue()


def answer(name: str, *arguments: object) -> Any:
    """Run a command with --json and return its one line."""
    said = run(name, *arguments, "--json")
    assert said.count("\n") == 1
    return json.loads(said)


def refusal(name: str, *arguments: object) -> str:
    """Run a command that is refused, see that it wrote nothing, and return its sentence."""
    before = [model._default_manager.count() for model in MODELS]
    with pytest.raises(CommandError) as caught:
        run(name, *arguments)
    assert [model._default_manager.count() for model in MODELS] == before
    return str(caught.value)


def test_createaccount_answers_with_the_id_the_email_and_a_key_that_works(db: None) -> None:
    made = answer("createaccount", "--kind", "master", *NEW, "--points", 50)
    assert set(made) == {"id", "email", "app_key"}
    account = Account.objects.get(pk=made["id"])
    key = keys.find(made["app_key"])
    assert key is not None
    assert (key.account, made["email"], account.kind) == (account, "new@example.com", "MASTER")
    assert points.balance(account).available == 50
    assert User.objects.get(account=account).check_password("long enough")


def test_createaccount_takes_the_points_of_a_slave_from_its_master(master: Persona) -> None:
    made = answer("createaccount", "--kind", "slave", "--master", master.account.pk, *NEW, "--points", 50)
    account = Account.objects.get(pk=made["id"])
    assert (account.kind, account.master) == ("SLAVE", master.account)
    assert (points.balance(account).available, master.available) == (50, 9_950)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (["--kind", "slave"], "needs --master"),
        (["--kind", "slave", "--master", "{slave}"], "needs --master"),
        (["--kind", "slave", "--master", "987654321"], "needs --master"),
        (["--kind", "slave", "--master", "{master}", "--points", "10001"], "1 are missing"),
        (["--kind", "master", "--points", "-1"], "--points must be 0 or more"),
        (["--kind", "master", "--points", "9999999999999"], "whole number of points"),
        (["--kind", "master", "--email", "nobody"], "--email"),
        (["--kind", "master", "--email", "Stranger@example.com"], "signs in here already"),
        (["--kind", "other"], "invalid choice"),
        (["--kind", "master", "--points", "many"], "invalid int"),
    ],
)
def test_createaccount_refuses_with_a_sentence(people: People, changed: list[str], sentence: str) -> None:
    ids = {"master": people.master.account.pk, "slave": people.slave.account.pk}
    assert sentence in refusal("createaccount", *NEW, *(word.format(**ids) for word in changed))


def test_points_answers_with_balance_held_and_available(slave: Persona) -> None:
    points.hold(account=slave.account, points=300, key="h", subject="campaign:1")
    assert answer("points", slave.account.pk) == {"balance": 1_000, "held": 300, "available": 700}
    assert run("points", slave.account.pk) == "balance: 1000\nheld: 300\navailable: 700\n"


def test_grant_issues_points_and_answers_with_the_balance(slave: Persona) -> None:
    said = answer("grant", slave.account.pk, 25, "--memo", "invoice 7")
    assert said == {"balance": 1_025, "held": 0, "available": 1_025}
    assert Transfer.objects.get(memo="invoice 7").kind == "GRANT"


def test_grant_with_the_same_key_issues_once(slave: Persona) -> None:
    for _ in range(2):
        said = answer("grant", slave.account.pk, 25, "--memo", "invoice 7", "--key", "invoice-7")
    assert said["balance"] == 1_025
    assert "different transfer" in refusal("grant", slave.account.pk, 26, "--memo", "x", "--key", "invoice-7")


@pytest.mark.parametrize("amount", ["0", "-5", str(points.MAX_POINTS + 1)])
def test_grant_refuses_what_is_no_amount(slave: Persona, amount: str) -> None:
    # The two dashes let argparse read a negative number as a value.
    assert "whole number of points" in refusal("grant", "--memo", "x", "--", slave.account.pk, amount)


@pytest.mark.parametrize("command", [("points",), ("grant", "--memo", "x", "5"), ("importcontacts",)])
def test_an_account_that_is_not_there_is_named(db: None, tmp_path: Path, command: tuple[str, ...]) -> None:
    name, *rest = command
    arguments = [*rest[:2], 987654321, *rest[2:]]
    if name == "importcontacts":
        (tmp_path / "people.csv").write_text("phone\n500100200\n")
        arguments = [tmp_path / "people.csv", "--account", 987654321, "--group", "G"]
    assert refusal(name, *arguments) == "There is no account 987654321."


def test_check_invariants_says_that_everything_holds(people: People) -> None:
    said = run("check_invariants").splitlines()
    assert [line.split()[1] for line in said] == ["ok:"] * len(said)
    found = answer("check_invariants")
    assert {"I1", "I2", "I3", "I4", "I5", "I6", "I7"} <= set(found)
    assert not any(found.values())


def test_check_invariants_says_what_is_wrong_and_fails(slave: Persona) -> None:
    Wallet.objects.filter(account=slave.account).update(posted=1_007)
    said = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("check_invariants", stdout=said)
    assert caught.value.code == 1
    assert "I1 BROKEN" in said.getvalue()
    assert "all wallets together hold 7 points instead of 0" in said.getvalue()
    assert "has 1007/0, its rows say 1000/0" in said.getvalue()
    assert "I3 ok" in said.getvalue()


def test_what_is_booked_while_wallets_are_checked_is_in_both_sums(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert invariants._balances_are_sums() == []


def test_importcontacts_fills_a_group_and_counts_the_rows(slave: Persona, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("phone;first name\n500 100 200;Ola\n500100201;Jan\n500100200;Ola\nnone;Ewa\n")
    said = answer("importcontacts", file, "--account", slave.account.pk, "--group", "Customers")
    assert set(said) == {"import", "created", "updated", "duplicate", "invalid", "blacklisted"}
    assert [said[name] for name in ("created", "updated", "duplicate", "invalid")] == [2, 0, 1, 1]
    group = Group.objects.get(account=slave.account, name="Customers")
    assert set(group.members.values_list("msisdn", "first_name")) == {("48500100200", "Ola"), ("48500100201", "Jan")}
    assert Import.objects.get(pk=said["import"]).status == Import.Status.DONE


def test_importing_the_same_file_again_creates_nobody(slave: Persona, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("phone\n500100200\n")
    arguments = (file, "--account", slave.account.pk, "--group", "Customers")
    assert answer("importcontacts", *arguments)["created"] == 1
    assert answer("importcontacts", *arguments)["updated"] == 1
    assert Contact.objects.filter(account=slave.account).count() == 1
    assert Group.objects.filter(account=slave.account).count() == 1


def test_importcontacts_refuses_what_is_no_file(slave: Persona, tmp_path: Path) -> None:
    rest = ("--account", slave.account.pk, "--group", "Customers")
    assert "No such file" in refusal("importcontacts", tmp_path / "missing.csv", *rest)
    assert "Is a directory" in refusal("importcontacts", tmp_path, *rest)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    assert refusal("importcontacts", tmp_path / "broken.xlsx", *rest).endswith(".")
