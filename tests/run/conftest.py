"""A scratch directory to run in, and a neutral environment."""

from __future__ import annotations

from tests.cli.conftest import work
from tests.gate.conftest import repository

__all__ = ["repository", "work"]
