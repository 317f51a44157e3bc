"""A scan compared with an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.config.effective import effective
from sgwarden.errors import UsageError
from sgwarden.run.compare import compare
from sgwarden.run.options import CompareOptions, ScanOptions
from sgwarden.run.scan import ScanResult
from tests.cli.test_scan import CLOSED, OPEN, write
from tests.gate.conftest import commit, git
from tests.run.models import scan_options


@pytest.fixture
def changed(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A repository whose change opens one root module and closes another."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repository)
    write(repository / "a", CLOSED)
    write(repository / "b", OPEN)
    write(repository / "c", OPEN)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    write(repository / "a", OPEN)
    write(repository / "b", CLOSED)
    return repository


def statuses(result: ScanResult) -> list[tuple[str, str]]:
    """Status and root of each finding, and of what was fixed."""
    comparison = result.report.comparison
    assert comparison is not None
    found = [(each.status, each.root) for each in result.report.findings]
    return found + [("fixed", each.root) for each in comparison.fixed]


def test_with_the_commit_where_the_change_began(changed: Path) -> None:
    result = compare(["."], scan_options(), CompareOptions("main"))
    assert statuses(result) == [("new", "a"), ("existing", "c"), ("fixed", "b")]
    assert result.unchanged_roots == {"c"}


def test_what_the_change_alters_of_how_it_is_assessed(changed: Path) -> None:
    hidden = scan_options(config=effective(None, {}, {"fail_on": "critical"}))
    asked: list[Path] = []

    def of_base(mirror: Path) -> ScanOptions:
        asked.append(Path.cwd())
        return replace(hidden, config=effective(None, {}, {"fail_on": "low"}))

    result = compare(["."], hidden, CompareOptions("main"), options_of_base=of_base)
    assert result.report.comparison is not None
    assert result.report.comparison.judging == ('command line: fail_on: "low" -> "critical"',)
    assert [path.is_relative_to(changed) for path in asked] == [False]


def test_a_base_whose_configuration_is_wrong(changed: Path) -> None:
    def of_base(_: Path) -> ScanOptions:
        raise UsageError("no such key", "sgwarden.toml:1")

    result = compare(["."], scan_options(), CompareOptions("main"), options_of_base=of_base)
    assert result.report.comparison is not None
    assert result.report.comparison.judging == (
        "the configuration of the base is not understood: sgwarden.toml:1: no such key",
    )


def test_new_only_needs_a_plan(changed: Path) -> None:
    with pytest.raises(UsageError, match="--new-only needs a plan"):
        compare(["."], scan_options(), CompareOptions(new_only=True))
