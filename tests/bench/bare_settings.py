"""The panel's settings without anything that the bare endpoint does not need."""

from smspanel.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
MIDDLEWARE = []
