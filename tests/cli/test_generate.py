"""``sgwarden generate`` and ``sgwarden permissions``: what they print, and their exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cli.main import main

BASE = Path(__file__).resolve().parents[2] / "fixtures" / "monitoring" / "base" / "main.tf"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_whole_module(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "monitoring.tf"
    assert run(capsys, "generate", "monitoring", "-o", str(target)) == (ExitCode.OK, "", "")
    code, out, _ = run(capsys, "scan", str(tmp_path), "--benchmark", "cis-aws-3.0.0", "--format", "json", "--quiet")
    assert code == ExitCode.OK
    document = json.loads(out)
    assert document["findings"] == []
    assert sum(count for name, count in document["passed"].items() if name.startswith("unnoticed")) == 16


def test_only_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "main.tf")
    code, out, err = run(capsys, "generate", "monitoring", "--controls", "4.10", "--for", str(tmp_path))
    assert (code, out, err) == (ExitCode.OK, "# Nothing to add.\n", "")
    (tmp_path / "x_override.tf").write_text('resource "aws_cloudtrail" "main" {\n  enable_logging = false\n}\n')
    code, out, err = run(capsys, "generate", "monitoring", "--controls", "4.10", "--for", str(tmp_path))
    note = "aws_cloudtrail.main: enable_logging is false: the trail is stopped; set enable_logging = true"
    assert (code, out) == (ExitCode.OK, f"# Nothing to add.\n# Mend by hand:\n# - {note}\n")
    assert err == f"sgwarden: mend by hand: {note}\n"


@pytest.mark.parametrize("name", ["terraform", "cloudformation", "eventbridge", "kql", "cli"])
def test_every_format(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, err = run(capsys, "generate", "monitoring", "--controls", "4.10,recommended", "--format", name)
    assert (code, err) == (ExitCode.OK, "")
    assert "AuthorizeSecurityGroupIngress" in out
    assert "ModifySecurityGroupRules" in out
    assert out.endswith("\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--controls", "4.99"), "cis-aws-3.0.0 has no monitoring control 4.99; one of 4.1, "),
        (("--benchmark", "cis-aws-9"), "there is no benchmark 'cis-aws-9'"),
        (("--for", ".", "--format", "kql"), "--for writes Terraform alone"),
        (("--for", "/nowhere"), "/nowhere"),
    ],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run(capsys, "generate", "monitoring", *arguments)
    assert (code, out) == (ExitCode.USAGE, "")
    assert told in err


def test_a_benchmark_that_does_not_exist(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "main.tf")
    code, out, err = run(capsys, "scan", str(tmp_path), "--benchmark", "cis-aws-1.2.0")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "there is no benchmark 'cis-aws-1.2.0'" in err


def test_the_break_is_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "main.tf")
    (tmp_path / "x_override.tf").write_text('resource "aws_cloudwatch_metric_alarm" "groups" {\n  threshold = 2\n}\n')
    code, out, _ = run(capsys, "scan", str(tmp_path), "--only", "unnoticed-security-group-changes", "--no-color")
    assert code == ExitCode.FOUND
    drawn = [line.strip() for line in out.splitlines() if line.strip()[:1] in ("✓", "✗", "?")]
    assert drawn == [
        "✓ trail          aws_cloudtrail.main  records management events in every region",
        "✓ delivery       aws_cloudtrail.main  delivers to CloudWatch Logs",
        "✓ log group      aws_cloudwatch_log_group.trail  takes metric filters",
        "✓ metric filter  aws_cloudwatch_log_metric_filter.groups  catches the events",
        "✗ alarm          aws_cloudwatch_metric_alarm.groups  <- breaks here",
        "✓ topic          aws_sns_topic.alerts  lets cloudwatch.amazonaws.com publish",
        "✓ subscription   aws_sns_topic_subscription.mail  email; code does not tell whether it was confirmed",
    ]


def test_root_modules_can_be_one_chain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = BASE.read_text(encoding="utf-8")
    start, end = text.index('resource "aws_cloudwatch_log_metric_filter"'), text.index('resource "aws_kms_key"')
    alarms = text[start:end].replace("aws_cloudwatch_log_group.trail.name", '"cloudtrail"')
    alarms = alarms.replace("  kms_master_key_id = aws_kms_key.chain.id\n", "").replace("var.mail", '"a@b"')
    for name, code in (
        ("trail", text[:start] + text[end:]),
        ("alarms", 'data "aws_caller_identity" "current" {}\n' + alarms),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(code, encoding="utf-8")
    only = ("--only", "unnoticed-security-group-changes", "--quiet")
    assert run(capsys, "scan", str(tmp_path), *only)[0] == ExitCode.FOUND
    code, out, _ = run(capsys, "scan", str(tmp_path), "--one-chain", *only)
    assert (code, out.splitlines()[-1].startswith("0 failed, 0 undecided, 1 passed")) == (ExitCode.OK, True)


def test_the_inventory_holds_the_chain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "main.tf")
    _, out, _ = run(capsys, "inventory", str(tmp_path), "--format", "json", "--quiet")
    chain = json.loads(out)["monitoring"]
    assert {kind: [item["address"] for item in items] for kind, items in chain.items()} == {
        "trails": ["aws_cloudtrail.main"],
        "log_groups": ["aws_cloudwatch_log_group.trail"],
        "metric_filters": ["aws_cloudwatch_log_metric_filter.groups"],
        "alarms": ["aws_cloudwatch_metric_alarm.groups"],
        "topics": ["aws_sns_topic.alerts"],
        "subscriptions": ["aws_sns_topic_subscription.mail"],
        "event_rules": [],
    }
    assert chain["metric_filters"][0]["metric_transformation"] == {
        "name": "SecurityGroupChanges", "namespace": "Audit", "value": "1", "default_value": None, "dimensions": {},
        "unit": None,
    }  # fmt: skip


def test_permissions_of_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "permissions", "detect")
    assert (code, err) == (ExitCode.OK, "")
    actions = [action for statement in json.loads(out)["Statement"] for action in statement["Action"]]
    assert actions == ["cloudtrail:LookupEvents", "ec2:DescribeRegions", "sts:GetCallerIdentity"]


def test_permissions_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "permissions", "scan")
    assert (code, json.loads(out)["Statement"]) == (ExitCode.OK, [])
    assert err == "sgwarden: scan never calls AWS and needs no permission\n"
    code, out, err = run(capsys, "permissions", "sacn")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "there is no command 'sacn'" in err
