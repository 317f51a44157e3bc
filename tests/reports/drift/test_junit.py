"""JUnit of drift, valid by the schema that Jenkins' xUnit plugin refuses documents by."""

from __future__ import annotations

from xml.etree import ElementTree

import xmlschema

from sgwarden.drift.differences import Comparison
from sgwarden.reports.drift import junit
from sgwarden.reports.parts.context import DriftContext
from tests.reports import hostile
from tests.reports.samples import DRIFT_CONTEXT, JUNIT_SCHEMA, drift

SCHEMA = xmlschema.XMLSchema(JUNIT_SCHEMA)


def test_junit_counts_failures_errors_and_what_does_not_count() -> None:
    root = ElementTree.fromstring(junit.render(drift(), DRIFT_CONTEXT))
    assert int(root.attrib["failures"]) == len(drift().drift) == len(root.findall(".//failure"))
    assert int(root.attrib["errors"]) == len(root.findall(".//error")) == 1
    assert sum(int(suite.attrib["skipped"]) for suite in root) == len(root.findall(".//skipped"))


def test_junit_of_no_drift_has_a_case_that_passed() -> None:
    root = ElementTree.fromstring(junit.render(Comparison(groups_declared=3), DRIFT_CONTEXT))
    assert [case.attrib["name"] for case in root.iter("testcase")] == ["3 security groups are as declared"]


def test_documents_are_valid() -> None:
    SCHEMA.validate(junit.render(drift(), DriftContext()))
    SCHEMA.validate(junit.render(Comparison(), DriftContext()))


@hostile.every_text
def test_documents_of_any_text_are_valid(text: str) -> None:
    SCHEMA.validate(junit.render(hostile.drift(text), DriftContext()))
