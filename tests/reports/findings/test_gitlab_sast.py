"""GitLab's SAST report, held against what version 15.0.6 of its schema asks for.

The schema itself is published by GitLab at the address in ``gitlab_sast.SCHEMA`` and is not shipped here; what it
requires of the parts that we write is said again below.
"""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from msgspec.structs import replace

from sgwarden.reports.findings import gitlab_sast
from sgwarden.reports.parts.context import Context
from tests.reports.samples import EMPTY, context, huge_report, report

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": "^(https?|ftp)://.+"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}


def required(**properties: Any) -> dict[str, Any]:
    """An object that has these properties and no others."""
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def several(items: Any, least: int = 0) -> dict[str, Any]:
    """An array."""
    return {"type": "array", "items": items, "minItems": least}


TOOL = required(id=TEXT, name=TEXT, version=TEXT, vendor=required(name=TEXT))
LINES = {"file": {"type": "string"}, "start_line": {"type": "number"}, "end_line": {"type": "number"}}
VULNERABILITY = required(
    id=TEXT,
    name={"type": "string", "maxLength": 255},
    description={"type": "string", "maxLength": 1048576},
    severity={"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
    solution={"type": "string", "maxLength": 7000},
    location=required(**LINES),
    identifiers=several(required(type=TEXT, name=TEXT, value=TEXT), 1),
    links=several(required(url=URL)),
    tracking=required(
        type={"const": "source"},
        items=several(
            required(**LINES, signatures=several(required(algorithm={"type": "string"}, value={"type": "string"}), 1))
        ),
    ),
)
ASKED = required(
    version={"const": "15.0.6"},
    schema={"type": "string", "pattern": "^https?://.+"},
    scan=required(
        type={"const": "sast"},
        status={"enum": ["success", "failure"]},
        start_time=TIME,
        end_time=TIME,
        analyzer=TOOL,
        scanner=TOOL,
        messages=several(required(level={"enum": ["info", "warn", "fatal"]}, value=TEXT)),
    ),
    vulnerabilities=several(VULNERABILITY),
)


def test_the_report() -> None:
    found = json.loads(gitlab_sast.render(report(), context()))
    jsonschema.validate(found, ASKED)
    assert [(each["severity"], each["location"]) for each in found["vulnerabilities"]] == [
        ("High", {"file": "infra/main.tf", "start_line": 7, "end_line": 7}),
        ("Info", {"file": "infra/modules/a b/rule.tf", "start_line": 3, "end_line": 3}),
    ]
    assert found["vulnerabilities"][0]["identifiers"][0] == {
        "type": "sgwarden_policy",
        "name": "sgwarden open-admin-port",
        "value": "open-admin-port",
    }
    assert found["scan"]["messages"] == [
        {"level": "warn", "value": 'Not read: module.vpc: is not on disk: run "terraform init"'}
    ]
    assert len({each["id"] for each in found["vulnerabilities"]}) == 2


def test_nothing_found_and_a_policy_that_broke() -> None:
    found = json.loads(gitlab_sast.render(replace(EMPTY, failures=("x: ValueError: y",)), context()))
    jsonschema.validate(found, ASKED)
    assert (found["scan"]["status"], found["vulnerabilities"]) == ("failure", [])


def test_suppressed_findings_are_left_out() -> None:
    sample = report()
    hidden = replace(sample, findings=tuple(replace(each, status="suppressed") for each in sample.findings))
    assert json.loads(gitlab_sast.render(hidden, context()))["vulnerabilities"] == []


def test_gitlab_takes_twenty_identifiers_and_a_name_of_255_characters() -> None:
    document = json.loads(gitlab_sast.render(huge_report(1), Context()))
    for each in document["vulnerabilities"]:
        assert 1 <= len(each["identifiers"]) <= 20
        assert len(each["name"]) <= 255
