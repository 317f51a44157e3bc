"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# The gate must answer the same for the same commit; new examples are for people's own runs.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
if os.environ.get("CI"):
    settings.load_profile("gate")
