"""Where reports go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.cli import config_options
from sgwarden.cli.report_output import Outputs, ReportOptions, outputs, report_options
from sgwarden.errors import UsageError
from sgwarden.run.thresholds import Thresholds
from tests.cli.conftest import Run
from tests.cli.parsed import parsed


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], Outputs("text", ())),
        (["a.txt"], Outputs(None, (("text", "a.txt"),))),
        (["json=a.json", "sarif=b"], Outputs("text", (("json", "a.json"), ("sarif", "b")))),
        (["a b=c"], Outputs(None, (("text", "a b=c"),))),
        (["-"], Outputs("text", ())),
        (["-", "JSON=a.json"], Outputs("text", (("json", "a.json"),))),
        (["json=-"], Outputs("json", ())),
    ],
)
def test_outputs(texts: list[str], expected: Outputs) -> None:
    assert outputs("text", texts) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.sarif", "sarif"), ("a.json", "json"), ("a.SARIF", "sarif"), ("a.xml", "junit"), ("a.md", "markdown"),
        ("a.csv", "csv"), ("a.txt", "text"), ("a", "text"),
    ],
)  # fmt: skip
def test_a_file_without_a_format_has_that_of_its_ending(path: str, expected: str) -> None:
    assert outputs("text", [path], has_default=True) == Outputs(None, ((expected, path),))
    assert outputs("text", [path]) == Outputs(None, (("text", path),))


def test_an_ending_of_a_format_that_the_command_lacks() -> None:
    with pytest.raises(UsageError, match="this command writes no sarif"):
        outputs("text", ["a.sarif"], ("text", "json"), has_default=True)


OPEN = """resource "aws_security_group" "a" {
  description = "group"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def test_min_severity_leaves_out_what_is_below(work: Path, sgwarden: Callable[..., Run]) -> None:
    (work / "main.tf").write_text(OPEN)
    every = json.loads(sgwarden("scan", "--format", "json").out)["findings"]
    assert {finding["severity"] for finding in every} == {"low", "high"}
    run = sgwarden("scan", "--format", "json", "--min-severity", "HIGH", "--fail-on", "Low")
    assert {finding["severity"] for finding in json.loads(run.out)["findings"]} == {"high"}
    assert run.code == 1
    assert "1 finding below high is not shown (--min-severity)" in run.err
    (work / "main.tf").write_text(OPEN.replace("0.0.0.0/0", "10.0.0.0/8"))
    run = sgwarden("scan", "--min-severity", "high", "--fail-on", "low")
    assert (run.code, "missing-description" in run.out) == (1, False)


def test_verbose_names_the_configuration_and_what_was_read(work: Path, sgwarden: Callable[..., Run]) -> None:
    (work / "main.tf").write_text(OPEN)
    assert "configuration:" not in sgwarden("scan").err
    assert sgwarden("scan", "-v").err == "sgwarden: configuration: none\nsgwarden: read: hcl .\n"
    (work / "sgwarden.toml").write_text("")
    assert "sgwarden: configuration: sgwarden.toml\n" in sgwarden("scan", "--verbose").err


@pytest.mark.parametrize("worst", ["a", "z"])
def test_the_worst_finding_comes_first(work: Path, sgwarden: Callable[..., Run], worst: str) -> None:
    for name in ("a", "z"):
        text = OPEN if name == worst else OPEN.replace("0.0.0.0/0", "10.0.0.0/8")
        (work / f"{name}.tf").write_text(text.replace('"a"', f'"{name}"'))
    lines = sgwarden("scan", "--no-color").out.splitlines()
    found = [line.split(":")[0].strip() for line in lines if line.lstrip().startswith(("high:", "low:"))]
    assert found == ["high", "low", "low"]
    assert lines[0] == f"aws_security_group.{worst}"


def test_what_looks_like_ours_and_is_not(
    work: Path, sgwarden: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "main.tf").write_text(OPEN)
    (work / ".sgwarden.toml").write_text("")
    monkeypatch.setenv("SGWARDEN_FAILON", "high")
    run = sgwarden("scan", "main.tf")
    for line in (
        "the variable SGWARDEN_FAILON means nothing; did you mean SGWARDEN_FAIL_ON?",
        ".sgwarden.toml is not read; the configuration is called sgwarden.toml",
        "main.tf is a part of the root module ., which is judged as a whole",
    ):
        assert f"sgwarden: {line}\n" in run.err
    assert sgwarden("scan", "main.tf", "--quiet").err == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [("jsn=a", "there is no format 'jsn'"), ("json=", "'json=' names no file"), ("", "names no file")],
)
def test_wrong_outputs(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        outputs("text", [text])


def test_options_under_a_configuration(work: Path) -> None:
    (work / "sgwarden.toml").write_text('fail_on = "low"\nformat = "json"\nallow_incomplete = true\n')
    given = parsed("scan", "--fail-on", "high", "--show-suppressed", "--fail-on-existing", "--quiet")
    config = config_options.load(given, ["."]).config
    assert report_options(given, config) == ReportOptions(
        Outputs("json", ()),
        Thresholds("high", fail_on_undecided=False, allow_incomplete=True, fail_on_existing=True),
        quiet=True,
        no_color=False,
        show_suppressed=True,
    )
