"""The types of the plugin's fixtures, for the annotations of a team's tests; each is a function of ``sgwarden.api``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sgwarden.api import Drift, Inventory, PlanSides, Result
    from sgwarden.api.functions import Where
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy


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
        """``sgwarden.api.scan``."""


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
        """``sgwarden.api.inventory``."""


class PlanFixture(Protocol):
    """``sgwarden_plan``."""

    def __call__(self, path: Where) -> PlanSides:
        """``sgwarden.api.plan``."""


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
        """``sgwarden.api.drift``."""
