"""The queue server and the processes of tests/jobs, for tests of how they are started."""

from tests.jobs.conftest import machine, valkey

__all__ = ["machine", "valkey"]
