"""Our policies as Checkov's process knows them; standard library only.

The list lies beside this file, written by ``python -m tests.checkov.write_catalogue``: importing the policies
themselves would need libraries that Checkov's environment does not have, and the checks must be there, and fail, even
where ``sgwarden`` cannot be run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Described:
    """A policy in words."""

    id: str
    title: str
    category: str
    """``network`` or ``monitoring``."""
    severity: str
    guideline: str
    """URL of the first source."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that becomes a check."""

    policies: tuple[Described, ...]
    resource_types: tuple[str, ...]
    """The resource types that any policy reads, sorted."""


def load() -> Catalogue:
    """Return the catalogue that is installed with this file."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return Catalogue(tuple(Described(**policy) for policy in document["policies"]), tuple(document["resource_types"]))
