"""Where reports go."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cli import config_options
from sgwarden.cli.report_output import Outputs, ReportOptions, outputs, report_options
from sgwarden.errors import UsageError
from sgwarden.run.thresholds import Thresholds
from tests.cli.parsed import parsed


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], Outputs("text", ())),
        (["a.txt"], Outputs(None, (("text", "a.txt"),))),
        (["json=a.json", "sarif=b"], Outputs("text", (("json", "a.json"), ("sarif", "b")))),
        (["a b=c"], Outputs(None, (("text", "a b=c"),))),
    ],
)
def test_outputs(texts: list[str], expected: Outputs) -> None:
    assert outputs("text", texts) == expected


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
