"""JUnit of findings: whole, and valid by the schema that Jenkins' xUnit plugin refuses documents by."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
import xmlschema

from sgwarden.findings import Report
from sgwarden.model.infrastructure import Source
from sgwarden.reports.findings import junit
from sgwarden.reports.parts.context import Context
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.reports import hostile
from tests.reports.samples import (
    EMPTY,
    FAILED,
    FIX,
    JUNIT_SCHEMA,
    UNDECIDED,
    context,
    odd_report,
    report,
    sample_finding,
)

SCHEMA = xmlschema.XMLSchema(JUNIT_SCHEMA)


def test_junit() -> None:
    suites = ElementTree.fromstring(junit.render(report(), context()))
    assert suites.attrib == {"name": "sgwarden", "tests": "5", "failures": "1", "errors": "1"}
    cases = [
        (suite.get("name"), case.get("name"), [(each.tag, each.get("message")) for each in case])
        for suite in suites
        for case in suite
    ]
    assert cases == [
        ("everything-open", "3 passed", []),
        (
            "open-admin-port",
            "aws_security_group.web ingress tcp 22 22 cidr_ipv4 0.0.0.0/0",
            [("failure", FAILED)],
        ),
        (
            "open-admin-port",
            "module.x.aws_security_group_rule.ssh ingress tcp 22 22 cidr_ipv4 (unknown)",
            [("skipped", UNDECIDED)],
        ),
        ("open-admin-port", "1 passed", []),
        ("not read", "module.vpc", [("error", 'is not on disk: run "terraform init"')]),
    ]
    failure = suites.find(".//failure")
    assert failure is not None and failure.text == f"main.tf:7\n{FAILED}\nFix: {FIX}"
    assert [suite.get("skipped") for suite in suites] == ["0", "1", "0"]
    assert [each.text for each in suites.iter("skipped")] == [f"modules/a b/rule.tf:3\n{UNDECIDED}"]


def test_junit_survives_characters_that_xml_does_not_know() -> None:
    suites = ElementTree.fromstring(junit.render(odd_report('a\x00\x1b<&>"\ufffe b'), context()))
    failure = suites.find(".//failure")
    assert failure is not None and failure.get("message") == 'a??<&>"? b'


def test_junit_names_every_case_once() -> None:
    """GitLab keeps one case of a name, so that findings of two roots would become one."""
    sources = (Source("hcl", "a"), Source("hcl", "b"))
    twice = [sample_finding(1, root=root) for root in ("a", "b", "b")]
    whole = Report(findings=tuple(twice), passed={}, skipped=(), policies=(OpenAdminPort(),), sources=sources)
    names = [case.attrib["name"] for case in ElementTree.fromstring(junit.render(whole, Context())).iter("testcase")]
    address = "module.network.aws_security_group.web[1]"
    assert names == [f"{address} in a", f"{address} in b", f"{address} in b (2)"]


def test_documents_are_valid() -> None:
    SCHEMA.validate(junit.render(report(), context()))
    SCHEMA.validate(junit.render(EMPTY, context()))


@hostile.every_text
def test_documents_of_any_text_are_valid(text: str) -> None:
    SCHEMA.validate(junit.render(hostile.report(text), Context()))


def test_the_schema_would_see_it() -> None:
    odd = junit.render(report(), context()).replace("<testcase ", '<testcase file="main.tf" ', 1)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        SCHEMA.validate(odd)
