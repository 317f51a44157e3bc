"""Coverage of patterns, as document and as text."""

from __future__ import annotations

import json
import re

import jsonschema

from sgwarden.patterns.coverage.decide_coverage import coverage_of
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.reports.coverage import render_json, render_text
from sgwarden.reports.parts.style import Style
from tests.paths import SCHEMAS

ROOT_USE = coverage_of([filter_pattern('{ $.userIdentity.type = "Root" }')], "cis-aws-3.0.0", 3)
BROKEN = coverage_of([filter_pattern("{ $.eventName = "), filter_pattern("{ ($.eventName = CreateSecurityGroup) }")])


def test_documents_are_valid_and_say_what_is_wrong() -> None:
    schema = json.loads((SCHEMAS / "coverage.schema.json").read_text(encoding="utf-8"))
    for coverage in (ROOT_USE, BROKEN):
        jsonschema.validate(json.loads(render_json(coverage)), schema)
    document = json.loads(render_json(BROKEN))
    assert (document["valid"], document["complete"], document["kind"]) == (False, False, "json")
    assert [each["valid"] for each in document["patterns"]] == [False, True]
    assert [each["pattern"] for each in document["errors"]] == [0]
    assert document["missing"]["required"] == [
        "AuthorizeSecurityGroupIngress",
        "AuthorizeSecurityGroupEgress",
        "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress",
        "DeleteSecurityGroup",
    ]


def test_whole_text() -> None:
    assert (
        render_text(ROOT_USE, Style(False))
        == """\
Use of the root user: CIS AWS Foundations 3.0.0, control 4.3
JSON filter pattern: { $.userIdentity.type = "Root" }

Required
  ✓ root calls an API  Use of the root user
  ✓ ConsoleLogin       Use of the root user

Every required event is caught (2 of 2).
Calls that failed (denied, dry run) are caught too.
"""
    )


def test_colours_change_nothing_but_colours() -> None:
    colored = render_text(BROKEN, Style(True))
    assert "\x1b[31m  invalid" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render_text(BROKEN, Style(False))
