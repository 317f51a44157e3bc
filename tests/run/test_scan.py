"""One scan: for each source the cached result is taken, or it is assessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sgwarden.errors import UsageError
from sgwarden.run.options import LoadOptions
from sgwarden.run.scan import scan
from sgwarden.settings import Settings
from tests.cli.test_scan import CLOSED, OPEN, write
from tests.run.models import Steps, policies, scan_options, state


@pytest.fixture
def roots(work: Path) -> Path:
    """Two root modules, of which the second is open to the internet."""
    write(work / "a", CLOSED)
    write(work / "b", OPEN)
    return work


def evaluated(**changed: Any) -> list[str]:
    """The root modules that a scan evaluates."""
    progress = Steps()
    scan(["."], scan_options(**changed), progress)
    return [step.removeprefix("evaluating ") for step in progress.steps]


def test_results_of_unchanged_root_modules_are_taken_from_the_cache(roots: Path) -> None:
    first = scan(["."], scan_options())
    assert [finding.root for finding in first.report.findings] == ["b"]
    assert evaluated() == []
    write(roots / "a", OPEN)
    assert evaluated() == ["a"]
    second = scan(["."], scan_options())
    assert [finding.root for finding in second.report.findings] == ["a", "b"]
    assert (second.directory, second.warnings, second.infrastructures) == (roots, (), ())


@pytest.mark.parametrize(
    "changed",
    [
        {"use_cached_results": False},
        {"keep_models": True},
        {"one_chain": True},
        {"list_passed": True},
        {"load": LoadOptions(use_cache=False)},
        {"policies": policies("everything-open")},
        {"policy_digests": ("own.toml:0123",)},
        {"load": LoadOptions(workspace="prod")},
    ],
    ids=lambda changed: ", ".join(changed),
)
def test_what_a_cached_result_cannot_tell_is_assessed(roots: Path, changed: dict[str, Any]) -> None:
    scan(["."], scan_options())
    assert evaluated(**changed) == ["a", "b"]


def test_models_are_kept_on_request(roots: Path) -> None:
    (roots / "c.tfstate").write_text(state())
    kept = scan(["b", "a", "c.tfstate"], scan_options(keep_models=True)).infrastructures
    assert [each.source.path for each in kept] == ["a", "b", "c.tfstate"]


def test_a_comparison_evaluates_what_changed_and_what_is_not_in_the_cache(roots: Path) -> None:
    scan(["."], scan_options())
    write(roots / "b", CLOSED)
    progress = Steps()
    options = scan_options(keep_models=True, is_unchanged=lambda root, keys: root.name == "a")
    result = scan(["."], options, progress)
    assert (progress.steps, result.unchanged_roots) == (["evaluating b"], {"a"})
    assert [each.source.path for each in result.infrastructures] == ["b"]


def test_a_result_is_the_same_from_the_cache(roots: Path) -> None:
    (roots / "b" / "other.tf").write_text(
        'variable "x" {}\nresource "aws_security_group" "a" {\n  # sgwarden:ignore open-admin-port reason="known"\n  name = var.x\n}\n'
    )
    first, second = scan(["."], scan_options()), scan(["."], scan_options())
    assert first == second
    assert list(first.report.missing_variables) == ["x"]


def test_changed_only_needs_a_plan(roots: Path) -> None:
    with pytest.raises(UsageError, match="--changed-only needs a plan"):
        scan(["."], scan_options(changed_only=True))


def test_one_chain_is_assessed_over_all_root_modules(work: Path) -> None:
    for name in "ab":
        write(work / name, f'resource "aws_sns_topic" "{name}" {{\n  name = "{name}"\n}}\n')
    chosen = policies("unnoticed-security-group-changes")
    asked = Settings(monitoring_asked=True)
    alone = scan(["."], scan_options(policies=chosen, settings=asked)).report
    together = scan(["."], scan_options(policies=chosen, settings=asked, one_chain=True)).report
    assert [finding.root for finding in alone.findings] == ["a", "b"]
    assert [finding.root for finding in together.findings] == ["a, b"]
    assert together.resources == alone.resources
