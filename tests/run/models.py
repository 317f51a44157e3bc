"""Small inputs and options for the tests of runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sgwarden.config.effective import effective
from sgwarden.run.options import ScanOptions
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES


class Steps:
    """Progress that keeps what it learns."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.files: list[str] = []

    def file_read(self, path: Path) -> None:
        self.files.append(path.name)

    def step(self, text: str) -> None:
        self.steps.append(text)


def policies(*names: str) -> tuple[Policy, ...]:
    """The policies of these ids."""
    return tuple(policy for policy in POLICIES if policy.id in names)


def scan_options(**changed: Any) -> ScanOptions:
    """A scan for open administration ports, without a configuration."""
    chosen = {"config": effective(None, {}, {}), "policies": policies("open-admin-port"), "settings": Settings()}
    return ScanOptions(**{**chosen, **changed})


def state(serial: int = 1, lineage: str = "a", identity: str = "sg-0aaaaaaaaaaaaaaa1") -> str:
    """A state with one group without rules."""
    attributes = {"id": identity, "name": "web", "description": "Web", "ingress": [], "egress": [], "tags": {}}
    group = {
        "mode": "managed", "type": "aws_security_group", "name": "web",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}],
    }  # fmt: skip
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": serial,
            "lineage": lineage,
            "outputs": {},
            "resources": [group],
        }
    )
