"""Monitoring chains read from Terraform code, for the tests of monitoring policies."""

from __future__ import annotations

import shutil
from pathlib import Path

from sgwarden.model.infrastructure import Infrastructure
from sgwarden.sources.hcl import Reader
from sgwarden_policies.control_policy import ControlPolicy
from sgwarden_policies.registry import POLICIES
from tests.paths import FIXTURES

MONITORING = [policy for policy in POLICIES if isinstance(policy, ControlPolicy)]
GROUPS = next(policy for policy in MONITORING if policy.id == "unnoticed-security-group-changes")


def read(directory: Path, code: str, file: str = "main.tf") -> Infrastructure:
    """The infrastructure of a directory, with one more file in it."""
    (directory / file).write_text(code)
    return Reader(directory, base=directory).read(directory).infrastructure


def with_base(directory: Path, override: str) -> Infrastructure:
    """A complete chain, with parts of it overridden."""
    shutil.copy(FIXTURES / "monitoring" / "base" / "main.tf", directory / "base.tf")
    return read(directory, override, "a_override.tf")
