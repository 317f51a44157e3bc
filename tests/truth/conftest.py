"""What needs the real terraform: skipped with its reason where a tool is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.truth.real_terraform import missing_tools, moto_server


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """URL of a moto server for the whole run."""
    if missing := missing_tools():
        pytest.skip("NOT COMPARED WITH THE REAL TERRAFORM, missing: " + "; ".join(missing))
    with moto_server() as url:
        yield url
