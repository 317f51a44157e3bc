"""Run ``sgwarden`` as ``python -m sgwarden``."""

from __future__ import annotations

import sys

from sgwarden.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
