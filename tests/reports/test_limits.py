"""What readers take, and what a report does that is larger: the most important first, the rest told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from sgwarden.drift.differences import Comparison as Drift
from sgwarden.drift.differences import Difference, Remedy
from sgwarden.findings import Comparison, ExposureChange, Finding, Report, Severity, Verdict
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.locations import Location
from sgwarden.reports.drift import markdown as drift_markdown
from sgwarden.reports.drift import sarif as drift_sarif
from sgwarden.reports.drift.json import DriftContext
from sgwarden.reports.findings import github, gitlab_sast, junit, markdown, sarif
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.markdown import Section, page
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort

COMMENT = 65_536
"""Characters of a comment, an issue or a pull request on GitHub."""
SUBJECT = "Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3)"
FAULT = "opens port 22 (SSH) to the internet"
MESSAGE = f"{SUBJECT} {FAULT}."


def finding(number: int, severity: Severity = Severity.LOW, **more: Any) -> Finding:
    facts: dict[str, Any] = {
        "policy": OpenAdminPort.id, "verdict": Verdict.FAIL, "severity": severity, "subject": SUBJECT, "fault": FAULT,
        "address": f"module.network.aws_security_group.web[{number}]", "location": Location("modules/network/main.tf", 3, 3),
        "fingerprint": f"{number:032x}",
    }  # fmt: skip
    return Finding(**{**facts, **more})


def huge(number: int) -> Report:
    """A report with this many of everything."""
    undecided = [finding(n, Severity.CRITICAL, verdict=Verdict.UNDECIDED) for n in range(number)]
    findings = [*(finding(n) for n in range(number)), *undecided, finding(number, Severity.CRITICAL, address="worst")]
    quiet = [finding(n, status="existing") for n in range(number)]
    changes = tuple(
        ExposureChange(".", f"aws_security_group.g{n}", f"g{n}", "tcp 22", (), ("0.0.0.0/0",), n == number - 1)
        for n in range(number)
    )
    fixed = tuple(finding(n, status="fixed") for n in range(number))
    return Report(
        findings=(*findings, *quiet), passed={}, policies=(OpenAdminPort(),),
        skipped=tuple(Skipped(f"module.m{n}", "is not on disk") for n in range(number)),
        failures=tuple(f"policy-{n}: ValueError: x" for n in range(number)),
        comparison=Comparison("commit 0123456789ab", fixed, changes, tuple(f"note {n}" for n in range(number))),
    )  # fmt: skip


def sections(text: str) -> Iterator[tuple[str, int, int]]:
    """By heading: how many items are shown, and how many are told to be left out."""
    parts = re.split(r"(?m)^(?:###? |<summary>|(?=\| Severity))(.*)$", text)
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        rows = [line for line in body.splitlines() if line.startswith(("| ", "- ")) and not line.startswith("| ---")]
        more = re.findall(r"(?m)^(?:- )?(?:and )?(\d+) more", body)
        shown = sum(not re.match(r"- (?:and )?\d+ more|\| (Severity|Security group|How bad) ", row) for row in rows)
        yield re.sub(r"[|:].*", "", heading).strip() or "findings", shown, int(more[0]) if more else 0


def test_a_small_report_is_whole() -> None:
    text = markdown.render(huge(3), Context())
    assert "more" not in text
    assert {heading: shown for heading, shown, _ in sections(text)} == {
        "sgwarden": 0, "findings": 7, "Reachable from": 3, "Fixed": 3, "Existing, not counted": 3, "Of the base": 3,
        "Not read": 3, "Policies that broke": 3,
    }  # fmt: skip


def test_a_huge_report_fits_in_a_comment_and_tells_what_is_left_out() -> None:
    number = 3000
    text = markdown.render(huge(number), Context())
    assert COMMENT * 0.9 < len(text) < COMMENT
    told = {heading: (shown, more) for heading, shown, more in sections(text) if heading != "sgwarden"}
    expected = dict.fromkeys(
        ("Reachable from", "Fixed", "Existing, not counted", "Of the base", "Not read", "Policies that broke"), number
    )
    assert {heading: shown + more for heading, (shown, more) in told.items()} == {
        **expected,
        "findings": 2 * number + 1,
    }
    assert all(shown > 0 for shown, _ in told.values())
    assert told["findings"][0] > 50
    rows = [line for line in text.splitlines() if line.startswith(("| critical", "| low"))]
    assert "`worst`" in rows[0]
    assert "undecided" not in "".join(rows)
    reachable = text.partition("### Reachable from")[2].splitlines()[4]
    assert "**opens to the internet**" in reachable
    assert text.count("<details>") == text.count("</details>") == 2


def test_one_finding_of_any_length_fits() -> None:
    text = markdown.render(
        Report(findings=(finding(1, fault="`x " * 100_000),), passed={}, skipped=(), policies=(OpenAdminPort(),)),
        Context(),
    )
    assert len(text) < 5000
    assert "…" in text


def test_a_page_gives_the_rest_of_one_section_to_the_others() -> None:
    one = Section(("one",), ["a" * 9] * 100, "{} more", 0, 0.1)
    other = Section(("other",), ["b" * 9] * 100, "{} more", 1, 0.1)
    lines = page(["head"], [one, other], 1500)
    assert (lines.count("a" * 9), lines.count("b" * 9)) == (100, 32)
    assert lines[-2:] == ["68 more", ""]
    assert sum(len(line) + 1 for line in lines) <= 1500
    assert page(["head"], [Section(("none",), [], "{} more", 0, 1)]) == ["head"]


def difference(number: int, severity: Severity = Severity.LOW) -> Difference:
    remedies = (Remedy("Revoke it", "shell", f"aws ec2 revoke-security-group-ingress --group-id sg-{number:08x}"),)
    return Difference(
        "group_unmanaged", "111122223333", "eu-west-1", f"sg-{number:08x}", "web", None, severity=severity,
        fingerprint=f"{number:032x}", remedies=remedies, opens_to_internet=severity is Severity.CRITICAL,
    )  # fmt: skip


def huge_drift(number: int) -> Drift:
    return Drift(
        differences=(*(difference(n) for n in range(number)), difference(number, Severity.CRITICAL)),
        skipped=tuple(Skipped(f"{n:012}/eu-west-1", "AccessDenied") for n in range(number)),
    )


def test_drift_fits_in_an_issue_and_tells_what_is_left_out() -> None:
    number = 3000
    text = drift_markdown.render(huge_drift(number), DriftContext())
    assert COMMENT * 0.5 < len(text) < COMMENT
    told = {heading: (shown, more) for heading, shown, more in sections(text)}
    assert sum(told["What changed"]) == number + 1
    assert sum(told["Not read"]) == number
    first = text.partition("| --- | --- | --- | --- | --- |\n")[2].splitlines()[0]
    assert first.startswith(f"| critical | `sg-{number:08x} (web)`")
    shown = text.count("### ")
    assert f"Commands for {number + 1 - shown} more are not shown." in text


def test_drift_as_sarif_tells_what_is_left_out() -> None:
    (run,) = drift_sarif.document(huge_drift(sarif.MAX_RESULTS), DriftContext())["runs"]
    notices = [notice["message"]["text"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(run["results"]) == sarif.MAX_RESULTS
    assert run["results"][0]["properties"]["severity"] == "critical"
    assert notices[0] == "1 differences of lesser severity were left out."
    assert notices[-1] == f"{sarif.MAX_RESULTS - 200} more parts were not read."
    assert len(notices) == 202
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])


@pytest.mark.parametrize(("unread", "broken"), [(0, 0), (1, 1), (40, 0), (0, 40), (40, 40)])
def test_github_never_annotates_more_than_is_shown(unread: int, broken: int) -> None:
    """Ten of a level for each step; the first ones win, so that none of ours may come in vain."""
    for severity in (Severity.LOW, Severity.MEDIUM, Severity.HIGH):
        whole = Report(
            findings=tuple(finding(n, severity) for n in range(40)), passed={}, policies=(OpenAdminPort(),),
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
        findings=(finding(1, location=Location("plan.json", 0, 0)),), passed={}, skipped=(), policies=(OpenAdminPort(),)
    )
    assert github.render(whole, Context()).startswith("::notice file=plan.json,line=1,endLine=1,")


def test_junit_names_every_case_once() -> None:
    """GitLab keeps one case of a name, so that findings of two roots would become one."""
    sources = (Source("hcl", "a"), Source("hcl", "b"))
    twice = [finding(1, root=root) for root in ("a", "b", "b")]
    whole = Report(findings=tuple(twice), passed={}, skipped=(), policies=(OpenAdminPort(),), sources=sources)
    names = [case.attrib["name"] for case in ElementTree.fromstring(junit.render(whole, Context())).iter("testcase")]
    address = "module.network.aws_security_group.web[1]"
    assert names == [f"{address} in a", f"{address} in b", f"{address} in b (2)"]


def test_gitlab_takes_twenty_identifiers_and_a_name_of_255_characters() -> None:
    document = json.loads(gitlab_sast.render(huge(1), Context()))
    for each in document["vulnerabilities"]:
        assert 1 <= len(each["identifiers"]) <= 20
        assert len(each["name"]) <= 255


def test_a_base_of_findings_alone_claims_nothing_of_what_is_reachable() -> None:
    def told(exposure: tuple[ExposureChange, ...] | None) -> str:
        base = Comparison("sgwarden-baseline.json", exposure=exposure)
        return markdown.render(Report(findings=(), passed={}, skipped=(), comparison=base), Context())

    assert "becomes reachable" not in told(None)
    assert "No security group becomes reachable from elsewhere." in told(())
