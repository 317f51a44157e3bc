"""Workflow commands of GitHub Actions: whole, escaped, and no more than GitHub shows."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from sgwarden.findings import Report, Severity
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.findings import github
from sgwarden.reports.parts.context import Context
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.reports.samples import EMPTY, FAILED, SUMMARY, UNDECIDED, context, odd_report, report, sample_finding


def test_github() -> None:
    assert github.render(report(), context()) == (
        f"::error file=infra/main.tf,line=7,endLine=7,title=Administration port open to the internet::{FAILED} "
        "[open-admin-port]\n"
        "::notice file=infra/modules/a b/rule.tf,line=3,endLine=3,title=Administration port open to the internet::"
        f"{UNDECIDED} [open-admin-port]\n"
        '::warning title=Not read::module.vpc: is not on disk: run "terraform init"\n'
        f"{SUMMARY}\n"
    )


def test_github_escapes_and_stops_at_ten() -> None:
    text = github.render(odd_report("50%\r\n::error::x"), Context(uri_of=lambda _: "a,b:c%.tf"))
    assert text.startswith("::error file=a%2Cb%3Ac%25.tf,line=7,")
    assert "::50%25%0D%0A::error::x [open-admin-port]\n" in text
    finding = report().findings[0]
    many = tuple(replace(finding, severity=Severity.LOW if n else Severity.CRITICAL) for n in range(12))
    lines = github.render(replace(EMPTY, findings=many[::-1]), Context()).splitlines()
    assert [line.split()[0] for line in lines[:10]] == ["::error", *["::notice"] * 9]
    assert lines[10] == "2 more findings are not annotated."


@pytest.mark.parametrize(("unread", "broken"), [(0, 0), (1, 1), (40, 0), (0, 40), (40, 40)])
def test_github_never_annotates_more_than_is_shown(unread: int, broken: int) -> None:
    """Ten of a level for each step; the first ones win, so that none of ours may come in vain."""
    for severity in (Severity.LOW, Severity.MEDIUM, Severity.HIGH):
        whole = Report(
            findings=tuple(sample_finding(n, severity) for n in range(40)), passed={}, policies=(OpenAdminPort(),),
            skipped=tuple(Skipped(f"m{n}", "x") for n in range(unread)), failures=tuple(f"p{n}: x" for n in range(broken)),
        )  # fmt: skip
        lines = github.render(whole, Context()).splitlines()
        commands = [line for line in lines if line.startswith("::")]
        assert len(commands) == 10
        told = {what: int(count) for line in lines for count, what in re.findall(r"^(\d+) more (\w+)", line)}
        shown = {
            "parts": sum("title=Not read" in each for each in commands),
            "policies": sum("title=Policy broke" in each for each in commands),
        }
        shown["findings"] = len(commands) - shown["parts"] - shown["policies"]
        there = {"parts": unread, "policies": broken, "findings": 40}
        assert {what: count + told.get(what, 0) for what, count in shown.items()} == there


def test_lines_of_annotations_are_never_below_one() -> None:
    whole = Report(
        findings=(sample_finding(1, location=Location("plan.json", 0, 0)),),
        passed={},
        skipped=(),
        policies=(OpenAdminPort(),),
    )
    assert github.render(whole, Context()).startswith("::notice file=plan.json,line=1,endLine=1,")
