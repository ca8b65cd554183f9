"""Start the simulator without Django."""

from __future__ import annotations

import sys

from smspanel.simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
