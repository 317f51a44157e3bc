"""SARIF as the official schema and GitHub's code scanning want it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from sgwarden.findings import Report, Severity, Verdict
from sgwarden.model.infrastructure import Source
from sgwarden.model.locations import Location
from sgwarden.reports.findings import sarif
from sgwarden.reports.parts import sarif as parts
from sgwarden.reports.parts.context import Context
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.registry import POLICIES
from tests.policies.models import infrastructure, rule
from tests.reports.samples import EMPTY, SARIF_SCHEMA, context, report

SCHEMA = json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))


def run_of(whole: Report, surroundings: Context | None = None) -> dict[str, Any]:
    """The one run of a rendered log, after validation."""
    log = json.loads(sarif.render(whole, surroundings or context()))
    jsonschema.validate(log, SCHEMA, jsonschema.Draft4Validator)
    assert (log["$schema"], log["version"], len(log["runs"])) == (parts.SCHEMA, "2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_whole_result() -> None:
    result = run_of(report())["results"][0]
    fingerprint = result["partialFingerprints"].pop("sgwarden/v1")
    assert result.pop("properties")["address"] == "aws_security_group.web"
    assert result == {
        "ruleId": "open-admin-port",
        "ruleIndex": 1,
        "level": "error",
        "message": {
            "text": "Administration port open to the internet. Ingress tcp 22 from 0.0.0.0/0 "
            "(`var.admins`, set at terraform.tfvars:3) opens port 22 (SSH) to the internet."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "infra/main.tf"},
                    "region": {"startLine": 7, "endLine": 7, "startColumn": 5, "endColumn": 29},
                },
                "logicalLocations": [{"fullyQualifiedName": "aws_security_group.web", "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "infra/terraform.tfvars"},
                    "region": {"startLine": 3, "endLine": 3},
                },
            }
        ],
    }


def test_undecided_results_are_notes_and_say_so() -> None:
    result = run_of(report())["results"][1]
    assert result["level"] == "note"
    assert result["message"]["text"].startswith("Administration port open to the internet (undecided). ")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "infra/modules/a%20b/rule.tf"


def test_rules_are_listed_without_any_finding_and_hold_no_result_data() -> None:
    run = run_of(assess([infrastructure()], POLICIES, Settings()))
    assert run["results"] == []
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [policy.id for policy in POLICIES]
    assert rules == run_of(assess([infrastructure(rule())], POLICIES, Settings()))["tool"]["driver"]["rules"]
    for each, policy in zip(rules, POLICIES, strict=True):
        properties = each["properties"]
        assert 3 <= len(properties["tags"]) <= 10
        assert len(set(properties["tags"])) == len(properties["tags"])
        assert properties["precision"] == "very-high"
        score = float(properties["security-severity"])
        low, high = {"low": (0.1, 3.9), "medium": (4, 6.9), "high": (7, 8.9), "critical": (9.1, 10)}[
            str(policy.severity)
        ]
        assert isinstance(properties["security-severity"], str) and low <= score <= high
        for text in (each["shortDescription"], each["fullDescription"]):
            assert 0 < len(text["text"]) <= 1024
        assert each["help"]["text"] and each["help"]["markdown"] and each["helpUri"].startswith("https://")
        assert len(each["name"]) <= 255


def test_what_was_not_read_is_notified() -> None:
    invocation = run_of(report())["invocations"][0]
    assert invocation["executionSuccessful"] is True
    assert [notice["message"]["text"] for notice in invocation["toolExecutionNotifications"]] == [
        'Not read: module.vpc: is not on disk: run "terraform init"'
    ]


def test_a_broken_policy_makes_the_run_unsuccessful() -> None:
    invocation = run_of(replace(EMPTY, failures=("a: ValueError: b",)))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "A policy broke: a: ValueError: b"


def test_suppressed_findings_are_left_out() -> None:
    whole = report()
    first = replace(whole.findings[0], status="suppressed", suppression="known")
    assert len(run_of(replace(whole, findings=(first, whole.findings[1])))["results"]) == 1


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("main.tf", "main.tf"),
        ("./a/main.tf", "a/main.tf"),
        ("a\\b\\main.tf", "a/b/main.tf"),
        ("a b/ü+#?.tf", "a%20b/%C3%BC%2B%23%3F.tf"),
        ("c:d/main.tf", "c%3Ad/main.tf"),
    ],
)
def test_uris(file: str, uri: str) -> None:
    whole = report()
    moved = replace(whole.findings[0], location=Location(file, 1, 1))
    result = run_of(replace(whole, findings=(moved,)), Context())["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_lines_are_never_below_one_and_a_finding_without_a_place_points_at_its_source() -> None:
    whole = report()
    odd = replace(whole.findings[0], location=Location("plan.json", 0, 0, 0, 0))
    nowhere = replace(whole.findings[0], location=None, root="state.json")
    places = [
        result["locations"][0]["physicalLocation"]
        for result in run_of(replace(whole, findings=(odd, nowhere)), Context())["results"]
    ]
    assert places == [
        {"artifactLocation": {"uri": "plan.json"}, "region": {"startLine": 1, "endLine": 1}},
        {"artifactLocation": {"uri": "state.json"}, "region": {"startLine": 1, "endLine": 1}},
    ]


def test_fingerprints_stay_when_lines_move() -> None:
    def prints(line: int) -> list[dict[str, str]]:
        facts = infrastructure(rule(location=Location("main.tf", line, line)), rule(ports=3389))
        return [each["partialFingerprints"] for each in run_of(assess([facts], POLICIES, Settings()))["results"]]

    assert sorted(map(str, prints(1))) == sorted(map(str, prints(500)))
    assert len({each["primaryLocationLineHash"] for each in prints(1)}) == len(prints(1))


def test_the_most_severe_results_are_kept_and_the_rest_is_told() -> None:
    finding = report().findings[0]
    low = [replace(finding, severity=Severity.LOW, address=f"low.{n}") for n in range(25_001)]
    unsure = replace(finding, verdict=Verdict.UNDECIDED, severity=Severity.CRITICAL, address="unsure")
    bad = replace(finding, severity=Severity.CRITICAL, address="bad")
    whole = replace(report(), findings=(*low, unsure, bad), skipped=())
    log = json.loads(sarif.render(whole, context()))["runs"][0]
    addresses = [each["properties"]["address"] for each in log["results"]]
    assert (len(addresses), addresses[0], addresses[-1]) == (5000, "low.0", "bad")
    assert "unsure" not in addresses
    assert [notice["message"]["text"] for notice in log["invocations"][0]["toolExecutionNotifications"]] == [
        "20003 findings of lesser severity were left out: code scanning keeps 5000."
    ]


@pytest.mark.parametrize(
    ("paths", "category"), [(["."], "sgwarden/"), (["envs/prod"], "sgwarden/envs/prod/"), (["a", "b"], "sgwarden/")]
)
def test_the_category_names_a_single_root(paths: list[str], category: str) -> None:
    whole = replace(EMPTY, sources=tuple(Source("hcl", path) for path in paths))
    assert run_of(whole, Context())["automationDetails"] == {"id": category}


def test_related_places() -> None:
    finding = replace(report().findings[0], related=tuple(Location("main.tf", n, n) for n in range(1, 50)))
    result = run_of(replace(report(), findings=(finding,)))["results"][0]
    assert [place["id"] for place in result["relatedLocations"]] == list(range(1, 21))


def test_code_of_an_installed_module_is_shown_at_its_call() -> None:
    inner = Location(".terraform/modules/sg/main.tf", 72, 72, 3, 9, ('module.sg["a"]', 'module.sg["a"].module.x'))
    call = Location("main.tf", 4, 4, 1, 14)
    whole = report()
    whole = replace(whole, findings=(replace(whole.findings[0], location=inner),))
    known = Context(call_site=lambda root, module: call if (root, module) == (".", 'module.sg["a"]') else None)
    result = run_of(whole, known)["results"][0]
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in result["locations"]] == ["main.tf"]
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 72
    unknown = run_of(whole, Context())["results"][0]
    assert unknown["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == inner.file
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in unknown["relatedLocations"]] == [
        "terraform.tfvars"
    ]
