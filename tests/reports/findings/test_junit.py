"""JUnit against the schema that Jenkins' xUnit plugin refuses documents by."""

from __future__ import annotations

from pathlib import Path

import pytest
import xmlschema

from sgwarden.drift.differences import Comparison
from sgwarden.reports.drift import junit as drift_junit
from sgwarden.reports.drift.json import DriftContext
from sgwarden.reports.findings import junit
from sgwarden.reports.parts.context import Context
from tests.reports import test_hostile_text
from tests.reports.drift import test_formats
from tests.reports.samples import EMPTY, context, report

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "junit-10.xsd")


def test_reports_are_valid() -> None:
    SCHEMA.validate(junit.render(report(), context()))
    SCHEMA.validate(junit.render(EMPTY, context()))
    SCHEMA.validate(drift_junit.render(test_formats.comparison(), DriftContext()))
    SCHEMA.validate(drift_junit.render(Comparison(), DriftContext()))


@pytest.mark.parametrize("text", test_hostile_text.HOSTILE.values(), ids=test_hostile_text.HOSTILE)
def test_reports_of_any_text_are_valid(text: str) -> None:
    SCHEMA.validate(junit.render(test_hostile_text.report(text), Context()))
    SCHEMA.validate(drift_junit.render(test_hostile_text.drift(text), DriftContext()))


def test_the_schema_would_see_it() -> None:
    odd = junit.render(report(), context()).replace("<testcase ", '<testcase file="main.tf" ', 1)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        SCHEMA.validate(odd)
