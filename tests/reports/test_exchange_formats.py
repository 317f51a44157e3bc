"""JUnit, Markdown, CSV, GitHub's workflow commands and GitLab's Code Quality, whole."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

from msgspec.structs import replace

from sgwarden.findings import Report, Severity
from sgwarden.reports.findings import csv as csv_report
from sgwarden.reports.findings import github, gitlab, junit, markdown
from sgwarden.reports.parts.context import Context
from tests.reports.samples import EMPTY, context, report

FAILED = "Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3) opens port 22 (SSH) to the internet."
UNDECIDED = (
    "Ingress tcp 22 from an address that is unknown may open port 22 (SSH) to the internet; "
    'unknown: variable "office" has no value.'
)
FIX = "Allow port 22 (SSH) only from the networks that administrators work from."
SUMMARY = "1 failed (1 high), 1 undecided, 4 passed; 1 security group, 3 rules, 7 resources seen; 1 not read"
NOTHING = "0 failed, 0 undecided, 0 passed; 0 security groups, 0 rules, 0 resources seen; everything read"


def odd(message: str) -> Report:
    """A report with one finding of this message."""
    return replace(EMPTY, findings=(replace(report().findings[0], subject=message, cause="", fault=""),))


def test_junit() -> None:
    suites = ElementTree.fromstring(junit.render(report(), context()))
    assert suites.attrib == {"name": "sgwarden", "tests": "5", "failures": "1", "errors": "1"}
    told = [
        (suite.get("name"), case.get("name"), [(each.tag, each.get("message")) for each in case])
        for suite in suites
        for case in suite
    ]
    assert told == [
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
    suites = ElementTree.fromstring(junit.render(odd('a\x00\x1b<&>"\ufffe b'), context()))
    failure = suites.find(".//failure")
    assert failure is not None and failure.get("message") == 'a??<&>"? b'


def test_markdown() -> None:
    assert (
        markdown.render(report(), context())
        == f"""\
## sgwarden

{SUMMARY}.

| Severity | Policy | Where | What |
| --- | --- | --- | --- |
| high | `open-admin-port` | `infra/main.tf:7` `aws_security_group.web` | {FAILED} |
| high, undecided | `open-admin-port` | `infra/modules/a b/rule.tf:3` `module.x.aws_security_group_rule.ssh` | {UNDECIDED} |

### Not read

- `module.vpc`: is not on disk: run "terraform init"
"""
    )
    assert markdown.render(EMPTY, context()) == f"## sgwarden\n\n{NOTHING}.\n"


def test_markdown_is_no_way_into_the_page() -> None:
    text = markdown.render(odd("<script>a|b</script>\n@team"), context())
    assert "&lt;script>a\\|b&lt;/script> @&#8203;team |" in text


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(csv_report.render(report(), context()))))
    assert rows[0] == list(csv_report.COLUMNS)
    assert rows[1][:11] == [
        "open-admin-port", "fail", "high", "new", ".", "aws_security_group.web", "aws_security_group.web",
        "infra/main.tf", "7", FAILED, FIX,
    ]  # fmt: skip
    assert len(rows) == 3
    assert csv_report.render(EMPTY, context()) == ",".join(csv_report.COLUMNS) + "\n"


def test_csv_holds_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(csv_report.render(odd('=HYPERLINK("x")'), context()))))
    assert rows[1][9] == '\'=HYPERLINK("x")'


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
    text = github.render(odd("50%\r\n::error::x"), Context(uri_of=lambda _: "a,b:c%.tf"))
    assert text.startswith("::error file=a%2Cb%3Ac%25.tf,line=7,")
    assert "::50%25%0D%0A::error::x [open-admin-port]\n" in text
    finding = report().findings[0]
    many = tuple(replace(finding, severity=Severity.LOW if n else Severity.CRITICAL) for n in range(12))
    lines = github.render(replace(EMPTY, findings=many[::-1]), Context()).splitlines()
    assert [line.split()[0] for line in lines[:10]] == ["::error", *["::notice"] * 9]
    assert lines[10] == "2 more findings are not annotated."


def test_gitlab() -> None:
    whole = report()
    assert json.loads(gitlab.render(whole, context())) == [
        {
            "description": FAILED,
            "check_name": "open-admin-port",
            "fingerprint": whole.findings[0].fingerprint,
            "severity": "critical",
            "location": {"path": "infra/main.tf", "lines": {"begin": 7}},
        },
        {
            "description": UNDECIDED,
            "check_name": "open-admin-port",
            "fingerprint": whole.findings[1].fingerprint,
            "severity": "info",
            "location": {"path": "infra/modules/a b/rule.tf", "lines": {"begin": 3}},
        },
    ]
    assert gitlab.render(EMPTY, context()) == "[]\n"
