"""The base of the fixtures with one change, and the link that must break.

Each folder of ``fixtures/monitoring`` holds a variant (an override file) and maybe a twin that holds.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, control
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.truth import Maybe
from sgwarden.monitoring.chain import Chain, evaluate_chain
from sgwarden.sources.hcl import Reader
from tests.paths import FIXTURES

FOLDERS = FIXTURES / "monitoring"
BASE = FOLDERS / "base" / "main.tf"


class Case(NamedTuple):
    """A folder, and what its variant must show."""

    folder: str
    fails: bool
    """False: the chain is undecided."""
    kind: str
    address: str | None
    """The resource that is the link; None: there is none."""
    found: str
    """The fault, or why it is undecided."""


def read(directory: Path, *overrides: Path) -> Infrastructure:
    """Return the base with override files, as Terraform merges them."""
    shutil.copy(BASE, directory / "main.tf")
    for number, path in enumerate(overrides):
        shutil.copy(path, directory / f"{number}_override.tf")
    return Reader(directory, base=directory).read(directory).infrastructure


def security_group_chain(infrastructure: Infrastructure) -> Chain:
    """Return the chain for security group changes."""
    assert infrastructure.skipped == ()
    return evaluate_chain(control(10), infrastructure.monitoring, DEFAULT_BENCHMARK)


def twin_of(folder: Path) -> list[Path]:
    """Return what the passing twin of a case has besides the base."""
    twin = folder / "twin_override.tf"
    return [twin] if twin.exists() else []


def assert_breaks(directory: Path, case: Case) -> None:
    """The variant breaks one link, and every link before it holds."""
    folder = FOLDERS / case.folder
    chain = security_group_chain(read(directory, *twin_of(folder), folder / "variant_override.tf"))
    broken = chain.broken
    assert broken is not None
    assert (str(broken.kind), broken.address) == (case.kind, case.address)
    if case.fails:
        assert (chain.answer, broken.found) == (False, case.found)
        assert broken.fix
    else:
        assert isinstance(chain.answer, Maybe)
        assert chain.answer.reason == case.found
    before = chain.links[: chain.links.index(broken)]
    assert all(link.answer is True for link in before)
