"""Writes the list of our policies for Checkov's process, which follows from the registry.

python -m tests.checkov.write_catalogue
"""

from __future__ import annotations

import json

from sgwarden.checkov.catalogue import FILE
from sgwarden.sources.resources import TYPES
from sgwarden_policies.control_policy import ControlPolicy
from sgwarden_policies.registry import POLICIES


def text() -> str:
    """What the file should hold."""
    policies = [
        {
            "id": policy.id,
            "title": policy.title,
            "category": "monitoring" if isinstance(policy, ControlPolicy) else "network",
            "severity": str(policy.severity),
            "guideline": policy.sources[0],
        }
        for policy in POLICIES
    ]
    return json.dumps({"policies": policies, "resource_types": sorted(TYPES)}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
