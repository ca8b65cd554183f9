"""Loaded by pytest before Django reads its settings (pyproject.toml): tests never touch a developer's own data."""

from __future__ import annotations

import os
import tempfile

os.environ["SMSPANEL_DATA"] = tempfile.mkdtemp(prefix="smspanel-tests-")
os.environ["SMSPANEL_PRIVATE_HOSTS"] = "127.0.0.1"
os.environ["SMSPANEL_LEAST_FREE_MB"] = "1"
