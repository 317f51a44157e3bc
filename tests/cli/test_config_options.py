"""The configuration of a run and the policies that it asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cli import config_options
from sgwarden.errors import UsageError
from sgwarden_policies.registry import POLICIES
from tests.cli.parsed import parsed


def test_loading_writes_nothing_into_the_arguments(work: Path) -> None:
    (work / "sgwarden.toml").write_text('fail_on = "low"\nformat = "json"\n')
    given = parsed("scan", "--fail-on", "high")
    before = dict(vars(given))
    project = config_options.load(given, ["."])
    assert vars(given) == before
    assert (project.config["fail_on"], project.config["format"]) == ("high", "json")
    assert project.policies == POLICIES


def test_only_wins_over_the_configuration_and_skip_takes_away(work: Path) -> None:
    (work / "sgwarden.toml").write_text('[policies]\nenable = ["open-admin-port", "missing-description"]\n')

    def ids(*arguments: str) -> list[str]:
        given = parsed("scan", *arguments)
        return [policy.id for policy in config_options.selected(config_options.load(given, ["."]), given)]

    assert sorted(ids()) == ["missing-description", "open-admin-port"]
    assert ids("--skip", "open-admin-port") == ["missing-description"]
    assert ids("--only", "everything-open") == ["everything-open"]
    with pytest.raises(UsageError, match="the configuration leaves no policy to ask"):
        ids("--skip", "open-admin-port,missing-description")


def test_names_are_each_given_once() -> None:
    assert config_options.names(["a, b", "b,c", ""]) == ["a", "b", "c"]


def test_a_tool_that_nobody_honors(work: Path) -> None:
    with pytest.raises(UsageError, match="--honor tslint: no such tool"):
        config_options.load(parsed("scan", "--honor", "tslint"), ["."])
