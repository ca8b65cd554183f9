"""What only some machines can do is collected there alone.

A network of its own needs root, or user namespaces; LibreOffice is large, so that only the long form asks for it.
"""

from __future__ import annotations

import shutil

from tests import proof
from tests.attacks.isolation import unshared

collect_ignore = [] if unshared() else ["test_ssrf.py"]
if not (proof.LONG and shutil.which("soffice")):
    collect_ignore.append("test_formulas.py")
