"""What ``--diff-base``, ``--new-only`` and ``--baseline`` mean under a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.cli import config_options
from sgwarden.cli.comparison_options import compare_options, load_of_base
from sgwarden.errors import UsageError
from sgwarden.run.options import CompareOptions
from tests.cli.conftest import Run
from tests.cli.parsed import parsed


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], CompareOptions("main", baseline="known.json")),
        (["--diff-base", "v1"], CompareOptions("v1", baseline="known.json")),
        (["--new-only"], CompareOptions(None, new_only=True, baseline="known.json")),
        (["--baseline", "mine.json"], CompareOptions("main", baseline="mine.json")),
    ],
)
def test_the_command_line_wins(work: Path, arguments: list[str], expected: CompareOptions) -> None:
    (work / "sgwarden.toml").write_text('diff_base = "main"\nbaseline = "known.json"\n')
    given = parsed("scan", *arguments)
    before = dict(vars(given))
    assert compare_options(given, config_options.load(given, ["."]).config, ["."]) == expected
    assert vars(given) == before


def test_options_that_do_not_go_together(work: Path) -> None:
    for arguments, message in (
        (["--diff-base", "main", "--new-only"], "--diff-base compares code and --new-only a plan"),
        (["--fail-on-existing"], "--fail-on-existing needs something to compare with"),
    ):
        given = parsed("scan", *arguments)
        config = config_options.load(given, ["."]).config
        with pytest.raises(UsageError, match=message):
            compare_options(given, config, ["."])


def test_the_base_has_its_own_configuration(work: Path) -> None:
    mirror = work.parent / "mirror"
    there = mirror / work.relative_to(work.anchor)
    there.mkdir(parents=True)
    (there / "base.toml").write_text('fail_on = "low"\n')
    (work / "base.toml").write_text('fail_on = "high"\n')
    given = parsed("scan", "--config", "base.toml", "--with-checkov=checkov")
    of_base, project = load_of_base(given, ["."], work, mirror)
    assert (project.config["fail_on"], of_base.with_checkov) == ("low", None)
    assert config_options.load(given, ["."]).config["fail_on"] == "high"


@pytest.mark.parametrize("reference", ["HEAD", "@", "HEAD~1", "@^", "HEAD^{}", "FETCH_HEAD", ":/fix", "0123456789ab"])
def test_a_file_names_no_base_that_the_change_chooses(work: Path, sgwarden: Callable[..., Run], reference: str) -> None:
    (work / "sgwarden.toml").write_text(f"diff_base = '{reference}'\n")
    run = sgwarden("scan", ".")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"sgwarden: sgwarden.toml:1: diff_base is {reference!r}, by which a change is compared")


@pytest.mark.parametrize("reference", ["main", "origin/main", "headless", "v1.0", "HEAD-of-line", "deadbeef/x"])
def test_a_file_names_a_branch(work: Path, sgwarden: Callable[..., Run], reference: str) -> None:
    (work / "sgwarden.toml").write_text(f"diff_base = '{reference}'\n")
    assert "compared with itself" not in sgwarden("scan", ".").err
