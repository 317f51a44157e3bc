"""The types of the plugin's fixtures, for the annotations of a team's tests; each is a function of ``scanner.api``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from policies.policy import Policy
    from scanner.api import Drift, Inventory, PlanSides, Result, Where
    from scanner.model.infrastructure import Infrastructure
    from scanner.settings import Settings


class ScanFixture(Protocol):
    """``sgwarden_scan``."""

    def __call__(
        self,
        path: Where | Sequence[Where] = ".",
        *,
        variables: Mapping[str, Any] | None = None,
        var_files: Sequence[Where] = (),
        workspace: str | None = None,
        config: Where | bool = True,
        policies: Sequence[Policy | str] | None = None,
        settings: Settings | None = None,
        diff_base: str | None = None,
        new_only: bool = False,
        baseline: Where | None = None,
        use_cache: bool = True,
    ) -> Result:
        """``scanner.api.scan``."""


class InventoryFixture(Protocol):
    """``sgwarden_inventory``."""

    def __call__(
        self,
        path: Where | Sequence[Where] = ".",
        *,
        variables: Mapping[str, Any] | None = None,
        var_files: Sequence[Where] = (),
        workspace: str | None = None,
        config: Where | bool = True,
        use_cache: bool = True,
    ) -> Inventory:
        """``scanner.api.inventory``."""


class PlanFixture(Protocol):
    """``sgwarden_plan``."""

    def __call__(self, path: Where) -> PlanSides:
        """``scanner.api.plan``."""


class DriftFixture(Protocol):
    """``sgwarden_drift``."""

    def __call__(
        self,
        declared: Where | Sequence[Where],
        live: Where | Sequence[Infrastructure],
        *,
        variables: Mapping[str, Any] | None = None,
        var_files: Sequence[Where] = (),
        workspace: str | None = None,
        config: Where | bool = True,
        ignore_tags: Sequence[str] = (),
        ignore_file: Where | None = None,
        include: Sequence[str] = (),
        use_cache: bool = True,
    ) -> Drift:
        """``scanner.api.drift``."""
