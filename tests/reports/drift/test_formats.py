"""Drift in every format: valid against the formats' schemas, whole, and free of what must not be shown."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace

from sgwarden.drift.differences import Attribution, Comparison, Event, Memory, Suppression
from sgwarden.drift.remedies.choose import with_remedies
from sgwarden.findings import Severity
from sgwarden.model.infrastructure import Skipped
from sgwarden.reports.drift.json import FORMATS, DriftContext, render_as
from tests.drift.models import APP, DB, WEB, allow, block, drift, group, live, live_group, state, vpc_rule

HERE = Path(__file__).resolve().parent
SARIF = json.loads((HERE.parent / "findings" / "sarif-2.1.0.schema.json").read_text())
OWN = json.loads((HERE.parents[2] / "scanner/sgwarden/schemas/drift.schema.json").read_text())
CONTEXT = DriftContext(version="1.0.0", at="2026-11-21T06:00:00Z", fallback="terraform.tfstate", remembers=True)
HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")


def comparison() -> Comparison:
    """One of everything."""
    declared = state(group(ingress=[block(description="why")], tags_all={"a": "1"}), group("db", DB), vpc_rule("a", DB))
    evil = allow("tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "=cmd|' /C calc'!A0 <b>@all</b>"}])
    actual = live(live_group(ingress=[HTTPS, evil]), live_group("db | x", DB), live_group("default", APP))
    result = with_remedies(drift(declared, actual))
    differences = []
    for number, each in enumerate(result.differences):
        memory = Memory("2026-11-01T06:00:00Z", "2026-11-20T06:00:00Z", 20, 2, number == 0)
        event = Event(
            "2026-11-20T03:00:00Z", "AuthorizeSecurityGroupIngress", "arn:aws:iam::1:user/x", "console", "1.2.3.4", "e"
        )
        differences.append(
            replace(each, memory=memory, risk=("open-admin-port",), severity=Severity(1 + number % 4),
                    attribution=Attribution("found", (event,)))
        )  # fmt: skip
    differences[0] = replace(differences[0], suppressed=Suppression("ignore file", "known", "2026-12-24"))
    return replace(
        result, differences=tuple(differences), skipped=(Skipped("111122223333/us-east-1 security groups", "AccessDenied"),),
        gone=(("0" * 32, "extra rule: ingress tcp 23 from 0.0.0.0/0"),), ignored=("entry 2 (x) ignores nothing",),
    )  # fmt: skip


def test_the_document_is_as_its_schema_says() -> None:
    jsonschema.validate(json.loads(render_as("json", comparison(), CONTEXT)), OWN)
    jsonschema.validate(json.loads(render_as("json", Comparison(), CONTEXT)), OWN)


def test_the_schema_allows_nothing_else() -> None:
    document = json.loads(render_as("json", comparison(), CONTEXT))
    document["differences"][0]["more"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, OWN)


def test_sarif_is_valid_and_holds_what_counts() -> None:
    log = json.loads(render_as("sarif", comparison(), CONTEXT))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    assert len(run["results"]) == len(comparison().drift)
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith(
        "Not read: 111122223333/us-east-1"
    )
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_junit_counts_failures_errors_and_what_does_not_count() -> None:
    root = ElementTree.fromstring(render_as("junit", comparison(), CONTEXT))
    assert int(root.attrib["failures"]) == len(comparison().drift) == len(root.findall(".//failure"))
    assert int(root.attrib["errors"]) == len(root.findall(".//error")) == 1
    assert sum(int(suite.attrib["skipped"]) for suite in root) == len(root.findall(".//skipped"))


def test_junit_of_no_drift_has_a_case_that_passed() -> None:
    root = ElementTree.fromstring(render_as("junit", Comparison(groups_declared=3), CONTEXT))
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["3 security groups are as declared"]


def test_csv_has_a_row_for_each_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(render_as("csv", comparison(), CONTEXT))))
    assert len(rows) == len(comparison().differences)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_morning_report_begins_with_what_was_not_read() -> None:
    text = render_as("markdown", comparison(), CONTEXT)
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Not read", "## Still there", "## Gone since the last run", "## What to do", "## Not counted", "## Ignore file",
    ]  # fmt: skip
    assert "<b>" not in text.split("```")[0]
    assert "first seen" not in text
    assert "2026-11-01T06:00:00Z, 20 days, came 2 times" in text


def test_the_text_tells_remedies_and_history() -> None:
    text = render_as("text", comparison(), CONTEXT)
    assert text.startswith(
        "Not read: nothing is claimed of it\n  111122223333/us-east-1 security groups: AccessDenied\n"
    )
    assert f"revoke-security-group-ingress --region eu-west-1 --group-id {WEB}" in text
    assert "first seen 2026-11-01T06:00:00Z, 20 days, came 2 times" in text
    assert text.splitlines()[-1].endswith("1 not read")


@pytest.mark.parametrize("name", FORMATS)
def test_sensitive_values_are_in_no_format(name: str) -> None:
    rule = vpc_rule("a", cidr_ipv4="198.51.100.77/32", description="secret words")
    rule["instances"][0]["sensitive_attributes"] = [
        [{"type": "get_attr", "value": "cidr_ipv4"}], [{"type": "get_attr", "value": "description"}],
    ]  # fmt: skip
    changed = allow("tcp", (443, 443), IpRanges=[{"CidrIp": "198.51.100.77/32", "Description": "other words"}])
    for actual in (live(live_group()), live(live_group(ingress=[changed]))):
        result = with_remedies(drift(state(group(), rule), actual))
        assert len(result.differences) == 1
        text = render_as(name, result, CONTEXT)
        assert "198.51.100.77" not in text
        assert "secret words" not in text
        assert "other words" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_no_drift_and_no_remedies_is_short(name: str) -> None:
    assert render_as(name, Comparison(groups_declared=3, groups_live=3), CONTEXT).endswith("\n")
