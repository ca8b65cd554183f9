"""A worker may be process 1 of a container: its jobs run as they do anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import django_rq
import pytest
from django.conf import settings
from rq.registry import FailedJobRegistry, StartedJobRegistry

from smspanel import doorbell
from tests.jobs.conftest import Machine, database_url, wait_until
from tests.project.files import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
# Who is not root becomes it in a namespace of users; root itself must stay who it is, to reach PostgreSQL's socket.
USERS = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
AS_PROCESS_1 = ["unshare", *USERS, "--pid", "--fork", "--kill-child"]


@pytest.fixture
def worker(valkey: Machine) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the queue `bulk` that sees itself as process 1."""
    where = {"DATABASE_URL": database_url(), "REDIS_URL": f"unix://{valkey.socket}?db=0"}
    process = subprocess.Popen(
        [*AS_PROCESS_1, sys.executable, "manage.py", "worker", "bulk"],
        cwd=ROOT,
        env=os.environ | where | {"SMSPANEL_DATA": str(settings.DATA_DIR)},
        stderr=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.communicate(timeout=60)


@pytest.mark.skipif(subprocess.run([*AS_PROCESS_1, "true"], check=False).returncode != 0, reason="no namespaces here")
def test_a_worker_that_is_process_1_does_its_jobs(worker: subprocess.Popen[bytes]) -> None:
    queue = django_rq.get_queue("bulk", connection=doorbell.connection())
    for plan in range(3):
        assert doorbell.ring_now("campaigns.jobs.make_plan", 987_000 + plan)
    wait_until(lambda: not queue.get_job_ids() and not StartedJobRegistry(queue=queue).get_job_ids())
    assert FailedJobRegistry(queue=queue).get_job_ids() == []
    assert worker.poll() is None
