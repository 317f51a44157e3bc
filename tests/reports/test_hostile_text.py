"""Names, descriptions and reasons come from whoever opens a pull request: no format may let them do anything."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import cmarkgfm
import jsonschema
import pytest
from cmarkgfm.cmark import Options

from sgwarden.model.infrastructure import Skipped
from sgwarden.reports import inventory
from sgwarden.reports.formats import DRIFT_FORMATS, FINDINGS_FORMATS
from sgwarden.reports.parts.sanitize import escape_controls
from sgwarden.reports.parts.style import Style
from tests.policies.models import group, infrastructure, rule
from tests.reports.hostile import HARMLESS, controls, every_text, rendered, rendered_drift
from tests.reports.samples import SARIF_SCHEMA


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
def test_no_format_that_is_neither_json_nor_xml_holds_control_characters(text: str) -> None:
    reports = [rendered(name, text) for name in FINDINGS_FORMATS]
    reports += [rendered_drift(name, text) for name in DRIFT_FORMATS]
    shown = [report for report in reports if not report.startswith(("{\n", "[\n", "<?xml"))]
    assert len(shown) >= 7
    assert [controls(report.replace("\n", "")) for report in shown] == [""] * len(shown)


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
    return "".join(each if each in "\r\n" else escape_controls(each) for each in text)


@every_text
def test_csv_reads_back_and_no_cell_is_a_formula(text: str) -> None:
    for out in (rendered("csv", text), rendered_drift("csv", text)):
        rows = list(csv.reader(io.StringIO(out, newline=""), strict=True))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert [cell for row in rows for cell in row if re.match("[=+@\t\r\n＝＋－＠-]", cell)] == []
        assert controls(out.replace("\n", "")) == ""
    message = next(csv.DictReader(io.StringIO(rendered("csv", text), newline="")))["message"]
    assert message.removeprefix("'").replace("\n", "") == escape_controls(
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
    schema = json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))
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
