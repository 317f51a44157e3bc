"""Names, descriptions and reasons come from whoever opens a pull request: no format may let them do anything."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import cmarkgfm
import jsonschema
import pytest
from cmarkgfm.cmark import Options

from sgwarden.drift.differences import Comparison as Drift
from sgwarden.drift.differences import Difference, Note, Remedy
from sgwarden.findings import Comparison, ExposureChange, Finding, Report, Severity, SuppressionNote, Verdict
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports import inventory
from sgwarden.reports.drift import json as drift_reports
from sgwarden.reports.drift.json import DriftContext
from sgwarden.reports.findings import FORMATS, render
from sgwarden.reports.parts import markdown as page
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.sanitize import for_a_log, legible, visible
from sgwarden.reports.parts.style import Style
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.policies.models import group, infrastructure, rule

HARMLESS = "web"
HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)></details></td>",
    "image": "![i](https://evil.example/x.png) [l](javascript:alert(1)) [r]: https://evil.example",
    "links": "https://evil.example www.evil.example a@evil.example ftp://evil.example <https://evil.example>",
    "mentions": "@team (@org/team) #1 x#2",
    "table": "a | b || `c | d` ``e|f`` \\| \\\\| g",
    "markup": "**b** _i_ ~~s~~ `open \\` # h\n# heading\n- item\n\n1. one\n> quote\n***\n~~~",
    "backticks": "``` ```` `a` ``",
    "entity": "&lt;b&gt; &#64;team &amp;",
    "terminal": "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b1m\x08\x7f\x00",
    "lines": "x\n0 failed; everything read\r\n\u2028\u2029\x85y\x0b\x0c",
    "direction": "\u202egnp.\u2066txt\u2069\u200f\ufeff",
    "workflow": "x\n::error::forged\n::stop-commands::t\n##[add-mask]x ##vso[task.setvariable variable=a]b",
    "opening": "::add-mask::secret",
    "percent": "50% %0A::error::x %25 a,b:c",
    "formula": "=cmd|' /C calc'!A0",
    "formulas": "\t=1+1",
    "wide": "＝1+1",
    "xml": "]]> <!-- --> \ufffe\uffff &#0;",
    "sarif": 'x["a"](https://evil.example) {0} {{1}}',
    "long": "y" * 20_000,
}
every_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def finding(text: str, **more: object) -> Finding:
    """A finding that says ``text`` wherever a user's text may stand."""
    facts: dict[str, object] = {
        "policy": OpenAdminPort.id, "verdict": Verdict.FAIL, "severity": Severity.HIGH, "address": text, "subject": text,
        "cause": f"`{text}`", "fault": "opens port 22", "location": Location(f"{text}.tf", 3, 3, 1, 9), "fix": text,
        "security_group": text, "identity": (text,), "root": text, "fingerprint": "f" * 32,
    }  # fmt: skip
    return Finding(**{**facts, **more})  # type: ignore[arg-type]


def report(text: str) -> Report:
    """A report that says it in every part."""
    note = SuppressionNote(
        "comment", (text,), Location(text, 1, 1), text, text, None, "expired", 1, f"{text} has expired"
    )
    change = ExposureChange(".", text, text + "n", text, (text,), (text,), True)
    undecided = finding(text, verdict=Verdict.UNDECIDED, unknowns=(text,), fingerprint="e" * 32)
    quiet = finding(text, status="suppressed", suppression=text, suppressed_by=text, fingerprint="d" * 32)
    known = finding(text, status="existing", fingerprint="c" * 32)
    return Report(
        findings=(finding(text), undecided, quiet, known), passed={OpenAdminPort.id: 1}, policies=(OpenAdminPort(),),
        skipped=(Skipped(text, text, Location(text, 2, 2)), Skipped(text, text, complete=True)),
        failures=(f"{text}: ValueError: {text}",), missing_variables={text: Location(text, 1, 1)}, suppressions=(note,),
        comparison=Comparison(text, (finding(text, status="fixed", fingerprint="b" * 32),), (change,), (text,), (text,)),
    )  # fmt: skip


def drift(text: str) -> Drift:
    """A comparison that says it in every part."""
    remedy = Remedy("Revoke it", "shell", f"aws ec2 revoke --group '{text}'")
    one = Difference(
        "attribute_changed", text, text, "sg-1", text, text, attribute=text, change=(text,), addresses=(text,),
        location=Location(text, 1, 1), notes=(text,), risk=(text,), remedies=(remedy,), fingerprint="f" * 32,
    )  # fmt: skip
    other = Difference("group_unmanaged", text, text, "sg-2", text, None, service=text, fingerprint="e" * 32)
    return Drift(
        differences=(one, other), notes=(Note("managed_twice", text, text),), skipped=(Skipped(text, text),),
        failures=(text,), gone=(("d" * 32, text),),
    )  # fmt: skip


def rendered(name: str, text: str) -> str:
    return render(name, report(text), Context(show_suppressed=True))


def rendered_drift(name: str, text: str) -> str:
    return drift_reports.render_as(name, drift(text), DriftContext(remembers=True))


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.prose = ""
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"code", "pre"} & set(self.open):
            self.prose += data


@every_text
@pytest.mark.parametrize("rendering", [rendered, rendered_drift])
def test_markdown_has_the_elements_of_harmless_text(rendering: object, text: str) -> None:
    """Same rows, same items, no element, attribute, mention or link that is not ours."""
    assert callable(rendering)
    page_of_text, harmless = Page(rendering("markdown", text)), Page(rendering("markdown", HARMLESS))
    extra = {"code"}  # text between backticks is code
    assert [tag for tag in page_of_text.tags if tag not in extra] == [t for t in harmless.tags if t not in extra]
    assert page_of_text.attributes == harmless.attributes
    assert page_of_text.open == []
    assert re.findall(r"@\w|#\d|:" + r"//|www\.", page_of_text.prose, re.IGNORECASE) == []
    assert controls(rendering("markdown", text).replace("\n", "")) == ""


def controls(text: str) -> str:
    """Characters that steer."""
    bad = "\u200e\u200f\u061c\ufeff\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(each for each in text if unicodedata.category(each) in ("Cc", "Cs") or each in bad)


@every_text
@pytest.mark.parametrize("rendering", [rendered, rendered_drift])
def test_text_has_the_lines_of_harmless_text_and_steers_nothing(rendering: object, text: str) -> None:
    assert callable(rendering)
    out = rendering("text", text)
    assert controls(out.replace("\n", "")) == ""
    extra = text.count("\n") if rendering is rendered_drift else 0  # the command of a remedy may have several lines
    assert len(out.splitlines()) in {len(rendering("text", HARMLESS).splitlines()) + each for each in (0, extra)}
    assert [line for line in out.splitlines() if line.lstrip().startswith("::")] == []
    assert "##[" not in out and "##vso[" not in out


@every_text
def test_workflow_commands_are_ours_alone(text: str) -> None:
    lines = rendered("github", text).split("\n")
    commands = [line for line in lines if line.strip().startswith("::")]
    assert [line.split("::")[1].split(" ")[0] for line in commands] == ["error", "notice", "warning", "error"]
    assert len(lines) == len(rendered("github", HARMLESS).split("\n"))
    assert controls("".join(lines)) == ""
    _, properties, message = commands[0].split("::", 2)
    told = dict(each.split("=", 1) for each in properties.removeprefix("error ").split(","))
    assert set(told) == {"file", "line", "endLine", "title"}
    assert unescaped(message) == spelled(f"{text} (`{text}`) opens port 22. [open-admin-port]")
    assert unescaped(told["file"]) == spelled(f"{text}.tf")


def unescaped(text: str) -> str:
    """As the runner reads it: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs"""
    for escaped, plain in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escaped, plain)
    return text


def spelled(text: str) -> str:
    """What is visible of a text whose line breaks stay."""
    return "".join(each if each in "\r\n" else visible(each) for each in text)


@every_text
def test_csv_reads_back_and_no_cell_is_a_formula(text: str) -> None:
    for out in (rendered("csv", text), rendered_drift("csv", text)):
        rows = list(csv.reader(io.StringIO(out, newline=""), strict=True))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert [cell for row in rows for cell in row if re.match("[=+@\t\r\n＝＋－＠-]", cell)] == []
        assert controls(out.replace("\n", "")) == ""
    message = next(csv.DictReader(io.StringIO(rendered("csv", text), newline="")))["message"]
    assert message.removeprefix("'").replace("\n", "") == visible(
        f"{text} (`{text}`) opens port 22.".replace("\r\n", "\n").replace("\n", "")
    )


@every_text
def test_junit_is_xml_with_a_case_for_each(text: str) -> None:
    for out, cases in ((rendered("junit", text), 7), (rendered_drift("junit", text), 4)):
        suites = ElementTree.fromstring(out.encode())
        found = [(suite.get("name"), case.get("classname"), case.get("name")) for suite in suites for case in suite]
        assert len(found) == len(set(found)) == cases
        assert {each.tag for each in suites.iter()} <= {
            "testsuites", "testsuite", "testcase", "failure", "error", "skipped",
        }  # fmt: skip


@every_text
def test_documents_keep_every_character(text: str) -> None:
    assert json.loads(rendered("json", text))["findings"][0]["address"] == text
    assert json.loads(rendered("gitlab", text))[0]["description"] == f"{text} (`{text}`) opens port 22."
    assert json.loads(rendered("gitlab-sast", text))["vulnerabilities"][0]["description"].startswith(text)
    assert json.loads(rendered_drift("json", text))["differences"][0]["security_group"]["name"] == text


@every_text
def test_sarif_is_valid_and_has_neither_links_nor_placeholders(text: str) -> None:
    schema = json.loads((Path(__file__).parent / "findings" / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    for out in (rendered("sarif", text), rendered_drift("sarif", text)):
        log = json.loads(out)
        jsonschema.validate(log, schema, jsonschema.Draft4Validator)
        (run,) = log["runs"]
        told = [each["message"]["text"] for each in run["results"]]
        told += [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
        assert [each for each in told if "](" in each or re.search(r"(?<!\{)\{\d+\}", each)] == []
        uris = [
            place["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"] for place in r["locations"]
        ]
        assert [uri for uri in uris if not re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri)] == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_utf_8_and_ends_its_last_line(name: str) -> None:
    for text in (HARMLESS, HOSTILE["terminal"], "é 日本 🙂"):
        out = rendered(name, text)
        assert out.encode().decode() == out
        assert out.endswith("\n")
        assert name in ("github", "junit") or "é" not in text or "日本" in out


@every_text
def test_the_inventory_has_the_lines_of_harmless_text(text: str) -> None:
    def shown(name: str) -> str:
        facts = infrastructure(
            rule(security_group=name, address=name), rule(security_group=f"{name}2", address=name),
            groups=[group(address=name, name=name)], skipped=(Skipped(name, name),),
        )  # fmt: skip
        return inventory.render_text([facts, facts], Style(False))

    assert controls(shown(text).replace("\n", "")) == ""
    assert len(shown(text).splitlines()) == len(shown(HARMLESS).splitlines())
    assert [line for line in shown(text).splitlines() if line.lstrip().startswith("::")] == []


def test_what_is_visible() -> None:
    assert visible("plain é 日本 🙂") == "plain é 日本 🙂"
    assert visible("a\nb\t\x1b[31m\x07\u202e\ud800") == r"a\nb\t\u001b[31m\u0007\u202e\ud800"
    assert for_a_log("\x1b[31mred\x1b[0m\n::x\n\x1b[2J") == "\x1b[31mred\x1b[0m\n: :x\n\\u001b[2J"


def test_a_legible_report_is_the_same_report() -> None:
    whole = report(HARMLESS)
    assert legible(whole) is whole
    spelled_out = legible(report("a\nb"))
    assert spelled_out.findings[0].message == r"a\nb (`a\nb`) opens port 22."
    assert legible(spelled_out) is spelled_out
    assert legible({"a": ["b", ("c\n",)], "d\r": 1}) == {"a": ["b", (r"c\n",)], r"d\r": 1}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ingress tcp 22 (`var.admins`)", "Ingress tcp 22 (`var.admins`)"),
        ("a_b _c_ d*e", r"a_b \_c\_ d\*e"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("1. one", r"1\. one"),
        ("# heading", r"\# heading"),
        ("`a|b` c|d", r"<code>a\|b</code> c\|d"),
    ],
)
def test_text_on_a_page(given: str, shown: str) -> None:
    assert page.text(given) == shown


def test_a_block_of_code_is_fenced_by_more_backticks_than_it_holds() -> None:
    assert page.block("a\n`````\nb\x1b", "sh") == ["``````sh", "a\n`````\nb\\u001b", "``````"]
