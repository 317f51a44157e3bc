"""``sgwarden coverage``: what it prints, its document, its exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sgwarden.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
RULE = str(ROOT / "fixtures" / "filter_patterns" / "elastic_2024_11.toml")
SCHEMA = json.loads((ROOT / "scanner" / "sgwarden" / "schemas" / "coverage.schema.json").read_text(encoding="utf-8"))
SIX = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
PRESCRIBED = "{ " + " || ".join(f"($.eventName = {name})" for name in SIX) + " }"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["coverage", *arguments])
    return code, capsys.readouterr().out


def _document(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out = _run(capsys, "--format", "json", *arguments)
    document: dict[str, Any] = json.loads(out)
    jsonschema.validate(document, SCHEMA)
    return code, document


def test_the_elastic_rule_at_a_glance(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = _run(capsys, RULE)
    assert code == 1
    assert out.splitlines()[0] == "Security group changes: CIS AWS Foundations 3.0.0, control 4.10"
    assert out.partition("\nRequired\n")[2].partition("\n\n")[0] == (
        "  ✗ AuthorizeSecurityGroupIngress  adds inbound rules; the name is not matched\n"
        "  ✓ AuthorizeSecurityGroupEgress   adds outbound rules\n"
        "  ✓ RevokeSecurityGroupIngress     removes inbound rules\n"
        "  ✓ RevokeSecurityGroupEgress      removes outbound rules\n"
        "  ✓ CreateSecurityGroup            creates a group\n"
        "  ✗ DeleteSecurityGroup            deletes a group; the name is not matched"
    )
    assert out.splitlines()[-3:] == [
        "Misses 2 of 6 required events: AuthorizeSecurityGroupIngress, DeleteSecurityGroup.",
        "Recommended and missed: AssociateSecurityGroupVpc, DisassociateSecurityGroupVpc, "
        "ModifyNetworkInterfaceAttribute, ModifyManagedPrefixList, RestoreManagedPrefixListVersion.",
        "Calls that failed (denied, dry run) are not caught.",
    ]


def test_the_elastic_rule_as_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = _document(capsys, RULE)
    assert (code, document["valid"], document["kind"], document["complete"]) == (1, True, "kql", False)
    assert document["missing"]["required"] == ["AuthorizeSecurityGroupIngress", "DeleteSecurityGroup"]
    assert document["includes_failed_calls"] is False
    assert document["events"][0] == {
        "source": "ec2.amazonaws.com",
        "name": "AuthorizeSecurityGroupIngress",
        "case": None,
        "class": "required",
        "coverage": "none",
        "condition": None,
        "reason": "the name is not matched",
        "failed_calls": "none",
    }


def test_the_prescribed_pattern_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = _document(capsys, PRESCRIBED)
    assert (code, document["complete"], document["kind"], document["control"]) == (0, True, "json", "4.10")
    assert document["missing"]["required"] == []
    assert "ModifySecurityGroupRules" in document["missing"]["recommended"]
    assert document["includes_failed_calls"] is True


def test_a_newer_benchmark_requires_more(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = _document(capsys, "--benchmark", "cis-aws-6.0.0", PRESCRIBED)
    assert (code, document["control"]) == (1, "5.10")
    assert document["missing"]["required"] == ["ModifySecurityGroupRules"]


def test_an_invalid_pattern_is_shown_with_a_mark(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = _run(capsys, "{ $.eventName == x }")
    assert code == 1
    assert out.splitlines()[1:5] == [
        "JSON filter pattern: { $.eventName == x }",
        "  invalid at character 16: equality is written with one =",
        "    { $.eventName == x }",
        "                   ^",
    ]
    code, document = _document(capsys, "{ $.eventName == x }")
    assert (code, document["valid"], document["kind"]) == (1, False, "json")
    assert document["errors"] == [{"pattern": 0, "position": 15, "message": "equality is written with one ="}]


def test_several_patterns_are_taken_together(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bridge = tmp_path / "rule.json"
    bridge.write_text('{"detail": {"eventName": [{"prefix": "Revoke"}, {"suffix": "SecurityGroup"}]}}')
    pattern = tmp_path / "filter.txt"
    pattern.write_text("{\n  $.eventName = AuthorizeSecurityGroup*\n}\n")
    code, document = _document(capsys, str(bridge), "--file", str(pattern), "--kql", "event.action: nothing")
    assert (code, document["kind"], document["complete"]) == (0, "union", True)
    assert [each["kind"] for each in document["patterns"]] == ["eventbridge", "json", "kql"]


def test_an_event_pattern_is_told_by_its_content(capsys: pytest.CaptureFixture[str]) -> None:
    _, document = _document(capsys, '{"source": ["aws.ec2"]}')
    assert document["kind"] == "eventbridge"


def test_a_pattern_from_stdin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PRESCRIBED))
    assert _run(capsys, "-")[0] == 0


def test_another_control_is_asked_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    pattern = "{ ($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion) }"
    assert _document(capsys, "--control", "4.7", pattern)[0] == 0
    assert _document(capsys, "--control", "5.7", "--benchmark", "cis-aws-7.0.0", pattern)[1]["control"] == "5.7"


def test_output_goes_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "coverage.json"
    code, out = _run(capsys, "--format", "json", "--output", str(target), PRESCRIBED)
    assert (code, out) == (0, "")
    jsonschema.validate(json.loads(target.read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "sgwarden: no pattern is given; give a PATTERN, --file FILE or --kql QUERY"),
        (("--file", "absent.toml"), "sgwarden: absent.toml: cannot be read: No such file or directory"),
        (("--control", "99", "x"), "sgwarden: cis-aws-3.0.0 has no monitoring control 99; one of 4.1, "),
        (("--benchmark", "cis", "x"), "sgwarden: there is no benchmark 'cis'; one of cis-aws-1.2.0, "),
    ],
)
def test_usage_errors(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str) -> None:
    assert main(["coverage", *arguments]) == 2
    assert capsys.readouterr().err.startswith(message)


def test_the_same_input_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    first = _run(capsys, "--format", "json", RULE, PRESCRIBED)
    assert _run(capsys, "--format", "json", RULE, PRESCRIBED) == first
