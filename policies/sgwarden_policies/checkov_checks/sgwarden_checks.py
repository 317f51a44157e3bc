"""Every policy of the registry as a check of Checkov: ``checkov --external-checks-dir .../sgwarden_policies/checkov_checks``.

Checkov executes this file as a top-level module in its own environment. The verdicts come from ``sgwarden scan``
(see ``sgwarden.checkov.evaluator``). What goes wrong fails checks: an exception, a missing ``sgwarden``, and even an
import that fails, which Checkov itself would log and end with exit code 0.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

LOG = logging.getLogger("sgwarden")
UNDECIDED = "SGWARDEN_CHECKOV_UNDECIDED"
"""Environment variable: what an undecided verdict becomes, ``unknown`` (default) or ``fail``."""


class AlwaysFails(BaseResourceCheck):  # type: ignore[misc]
    """Stands for all checks when they cannot be loaded, so that the run is red."""

    def __init__(self, error: Exception) -> None:
        """Register; ``error`` is why the checks cannot be loaded."""
        self.error = error
        super().__init__(
            name=f"sgwarden's checks cannot be loaded: {type(error).__name__}: {error}",
            id="SGWARDEN_NOT_LOADED",
            categories=[CheckCategories.NETWORKING],
            supported_resources=["*"],
        )

    def scan_resource_conf(self, conf: dict[str, object]) -> object:
        """Fail."""
        self.details.append(f"{type(self.error).__name__}: {self.error}")
        return CheckResult.FAILED


def _load() -> None:
    from sgwarden.checkov.checks import register  # imported late: a failure is reported as a check

    choice = os.environ.get(UNDECIDED, "unknown")
    if choice not in ("unknown", "fail"):
        raise ValueError(f"{UNDECIDED}={choice!r} is neither unknown nor fail")
    register(undecided_fails=choice == "fail", environ=dict(os.environ), arguments=sys.argv[1:])


def _packages() -> str:
    """Return the folder that holds the package ``sgwarden``: beside ours when installed, ``scanner/`` in a checkout."""
    beside = Path(__file__).resolve().parents[2]
    checkout = beside.parent / "scanner"
    return str(beside if (beside / "sgwarden").is_dir() else checkout)


_PACKAGES = _packages()
sys.path.insert(0, _PACKAGES)
try:
    _load()
except Exception as error:  # noqa: BLE001 - Checkov would log it and end green
    LOG.error("sgwarden's checks cannot be loaded: %s: %s", type(error).__name__, error)
    AlwaysFails(error)
finally:
    sys.path.remove(_PACKAGES)
