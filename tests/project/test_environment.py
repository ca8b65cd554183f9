"""The environment: a wrong value ends with exit code 2 and a sentence, and secrets are made once."""

from __future__ import annotations

import multiprocessing
import os
import re
import runpy
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from smspanel import environment

ROOT = Path(__file__).resolve().parents[2]
OURS = ("SMSPANEL_", "DATABASE_URL", "REDIS_URL", "PORT", "DJANGO_")
NOBODY = 65534

WRONG = [
    ("SMSPANEL_DATA", "{data}/secret_key/inside"),
    ("SMSPANEL_DATA", "{data}/secret_key"),
    ("PORT", "abc"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "²"),
    ("DATABASE_URL", "mysql://x"),
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "postgresql://user:pass/word@host/name"),
    ("DATABASE_URL", "postgresql://user@host"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///{data}/no/such/folder/panel.sqlite3"),
    ("REDIS_URL", "http://x"),
    ("REDIS_URL", "redis://host:port/0"),
    ("SMSPANEL_ENCRYPTION_KEYS", "short"),
    ("SMSPANEL_ENCRYPTION_KEYS", "ż" * 44),
    ("SMSPANEL_SECRET_KEY_FILE", "{data}/missing"),
    ("SMSPANEL_ENCRYPTION_KEYS_FILE", "{data}"),
    ("SMSPANEL_PUBLIC_URL", "panel"),
    ("SMSPANEL_PUBLIC_URL", "https://"),
    ("SMSPANEL_PUBLIC_URL", "http://[::1"),
    ("SMSPANEL_PUBLIC_URL", "http://host:port"),
    ("SMSPANEL_PUBLIC_URL", "https://user@host"),
    ("SMSPANEL_PUBLIC_URL", "https://host/sms"),
    ("SMSPANEL_DEBUG", "maybe"),
    ("SMSPANEL_DEBUG", "2"),
    ("SMSPANEL_STAFF_SECOND_FACTOR", "sometimes"),
    ("SMSPANEL_GRANT_LIMIT", "-1"),
    ("SMSPANEL_GRANT_LIMIT", "1000000000001"),
    ("SMSPANEL_GRANT_LIMIT", "1e6"),
    ("SMSPANEL_TRANSACTION_POOLING", "session"),
    ("SMSPANEL_LEAST_FREE_MB", "-1"),
    ("SMSPANEL_LEAST_FREE_MB", "1 GiB"),
    ("SMSPANEL_ORDER_LIMIT", "0"),
    ("SMSPANEL_ORDER_LIMIT", "1000001"),
    ("SMSPANEL_SAME_TEXT_LIMIT", "-1"),
    ("SMSPANEL_SAME_TEXT_LIMIT", "none"),
    ("SMSPANEL_EMAIL_PORT", "0"),
    ("SMSPANEL_EMAIL_SECURITY", "ssl"),
    ("SMSPANEL_API_CALLS_PER_MINUTE", "0"),
    ("SMSPANEL_API_CALLS_PER_MINUTE", "1e3"),
    ("SMSPANEL_API_ERROR_STATUSES", "maybe"),
    *[
        (f"SMSPANEL_KEEP_{what}", days)
        for what in ("TEXTS", "NUMBERS", "MESSAGES", "INBOX", "CALLS", "REJECTED", "POSTBACKS", "REPLIES")
        for days in ("-1", "a month", "36501")
    ],
    ("SMSPANEL_TRUSTED_PROXIES", "10"),
    ("SMSPANEL_TRUSTED_PROXIES", "one"),
    ("SMSPANEL_SECRET_KEY_FILE", "{data}"),
    ("SMSPANEL_ENCRYPTION_KEYS_FILE", "{data}/missing"),
    ("SMSPANEL_ALLOWED_HOSTS", "https://panel.example.com"),
    ("SMSPANEL_ALLOWED_HOSTS", "panel.example.com,panel.example.com/sms"),
    ("SMSPANEL_ALLOWED_HOSTS", "panel.example.com 10.0.0.5"),
    ("SMSPANEL_ALLOWED_HOSTS", "panel.example.com:8000"),
    ("SMSPANEL_ALLOWED_HOSTS", "::1"),
]
FREE_TEXT = {
    "SMSPANEL_EMAIL_HOST",
    "SMSPANEL_EMAIL_USER",
    "SMSPANEL_EMAIL_PASSWORD",
    "SMSPANEL_PRIVATE_HOSTS",
    "SMSPANEL_FROM_EMAIL",
    "SMSPANEL_SECRET_KEY",
}
SETTINGS = ROOT / "smspanel" / "settings.py"


def clean(data: Path, variables: dict[str, str]) -> dict[str, str]:
    """Return an environment with nothing of ours in it but these."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return others | {"SMSPANEL_DATA": str(data)} | variables


def _read_settings(environment: dict[str, str], errors: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with errors.open("w") as sys.stderr:
        runpy.run_path(str(SETTINGS))


def start(data: Path, **variables: str) -> tuple[int | None, str]:
    """Read the settings in a child, as every process does first; return its exit code and what it said."""
    handle, name = tempfile.mkstemp(prefix="smspanel-tests-")
    os.close(handle)
    child = multiprocessing.get_context("fork").Process(
        target=_read_settings, args=(clean(data, variables), Path(name))
    )
    child.start()
    child.join(timeout=60)
    said = Path(name).read_text()
    Path(name).unlink()
    return child.exitcode, said


def said_of(data: Path, what: str, variables: dict[str, str]) -> str:
    """Return what the settings say of something in an environment."""
    command = [sys.executable, "-c", f"from smspanel import settings; print({what})"]
    done = subprocess.run(command, cwd=ROOT, env=clean(data, variables), capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that has its secrets."""
    (tmp_path / "secret_key").write_text("x" * 50, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_ends_with_a_sentence_that_names_the_variable(data: Path, name: str, value: str) -> None:
    code, said = start(data, **{name: value.format(data=data)})
    assert code == 2, said
    assert said.startswith("smspanel cannot start: ")
    assert said.count("\n") == 1
    assert name in said


def test_every_variable_that_can_be_wrong_is_tried() -> None:
    read = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', SETTINGS.read_text()))
    assert len(read) > 10
    assert read - FREE_TEXT <= {name for name, _value in WRONG}


@pytest.mark.parametrize("command", [["manage.py", "check"], ["-m", "smspanel.start"]], ids=["manage.py", "make run"])
def test_a_command_ends_with_the_sentence_and_nothing_else(data: Path, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=clean(data, {"PORT": "abc"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    sentence = "smspanel cannot start: PORT is 'abc'; set it to a whole number from 1 to 65535.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_the_sentence_about_an_address_does_not_tell_its_password(data: Path, name: str) -> None:
    scheme = "postgresql" if name == "DATABASE_URL" else "redis"
    code, said = start(data, **{name: f"{scheme}://user:s3cret/@host:5432/name"})
    assert code == 2
    assert "s3cret" not in said


def test_right_values_of_everything_start(data: Path) -> None:
    ended = start(
        data,
        PORT="8123",
        DATABASE_URL="postgresql://user:p%40ss@db.example.com:5432/panel",
        REDIS_URL="rediss://user:p%40ss@queue.example.com:6379/1",
        SMSPANEL_PUBLIC_URL="https://panel.example.com/",
        SMSPANEL_ALLOWED_HOSTS="panel.example.com, .example.net,10.0.0.5,[::1],a-b_c,*",
        SMSPANEL_DEBUG="no",
        SMSPANEL_GRANT_LIMIT="0",
        SMSPANEL_ORDER_LIMIT="1",
        SMSPANEL_SAME_TEXT_LIMIT="0",
        SMSPANEL_API_CALLS_PER_MINUTE="1",
        SMSPANEL_API_ERROR_STATUSES="yes",
        SMSPANEL_TRUSTED_PROXIES="1",
        SMSPANEL_KEEP_TEXTS="0",
        SMSPANEL_KEEP_NUMBERS="36500",
    )
    assert ended == (0, "")


def test_a_blank_value_is_none(data: Path) -> None:
    assert start(data, PORT="", DATABASE_URL=" ", REDIS_URL="", SMSPANEL_PUBLIC_URL="") == (0, "")


@pytest.mark.parametrize(
    ("address", "said", "required"),
    [
        ("http://127.0.0.1:8000", "", False),
        ("http://localhost:8000", "", False),
        ("https://panel.example.com", "", True),
        ("http://192.168.0.7:8000", "", True),
        ("https://panel.example.com", "no", False),
        ("http://localhost:8000", "yes", True),
    ],
)
def test_staff_need_a_second_step_wherever_others_can_reach_the_panel(
    data: Path, address: str, said: str, required: bool
) -> None:
    variables = {"SMSPANEL_PUBLIC_URL": address, "SMSPANEL_STAFF_SECOND_FACTOR": said}
    assert said_of(data, "settings.STAFF_SECOND_FACTOR", variables) == str(required)


@pytest.mark.parametrize(("said", "disabled"), [("", False), ("1", True)])
def test_no_cursor_outlives_a_transaction_where_connections_are_pooled(data: Path, said: str, disabled: bool) -> None:
    variables = {"DATABASE_URL": "postgresql://panel@pooler/panel", "SMSPANEL_TRANSACTION_POOLING": said}
    found = said_of(data, "settings.DATABASES['default'].get('DISABLE_SERVER_SIDE_CURSORS', False)", variables)
    assert found == str(disabled)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
def test_a_damaged_secret_is_never_replaced(data: Path, content: bytes) -> None:
    path = data / "secret_key"
    path.write_bytes(content)
    code, said = start(data)
    assert code == 2
    assert str(path) in said
    assert path.read_bytes() == content


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    assert start(tmp_path) == (0, "")
    files = [tmp_path / name for name in ("secret_key", "encryption_keys")]
    first = [path.read_text() for path in files]
    assert start(tmp_path) == (0, "")
    assert [path.read_text() for path in files] == first
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]


def _tell_secret(path: Path, together: Barrier, told: SimpleQueue[str]) -> None:
    os.getpid = lambda: 1  # as in containers that share a volume
    together.wait(timeout=60)
    told.put(environment.secret("SMSPANEL_TEST_SECRET", path))


def test_twenty_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    fork = multiprocessing.get_context("fork")
    together, told = fork.Barrier(20), fork.SimpleQueue()
    processes = [fork.Process(target=_tell_secret, args=(path, together, told)) for _ in range(20)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 20
    assert {told.get() for _ in processes} == {path.read_text().strip()}
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def somebody_elses() -> Iterator[Path]:
    """A folder in which nobody may write."""
    folder = Path(tempfile.mkdtemp(prefix="smspanel-tests-"))
    folder.chmod(0o555)
    yield folder
    folder.rmdir()


def _open_as_nobody(folder: Path) -> None:
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    os.environ["SMSPANEL_DATA"] = str(folder)
    environment.folder("SMSPANEL_DATA", folder)


def test_a_folder_of_somebody_else_is_refused(somebody_elses: Path, capfd: pytest.CaptureFixture[str]) -> None:
    process = multiprocessing.get_context("fork").Process(target=_open_as_nobody, args=(somebody_elses,))
    process.start()
    process.join()
    assert process.exitcode == 2
    assert f"SMSPANEL_DATA is {str(somebody_elses)!r}, and this user may not write there" in capfd.readouterr().err
