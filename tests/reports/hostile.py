"""Texts that whoever opens a pull request may write, and reports that hold one in every part."""

from __future__ import annotations

import unicodedata

import pytest

from sgwarden.drift.differences import Comparison as Drift
from sgwarden.drift.differences import Difference, Note, Remedy
from sgwarden.findings import Comparison, ExposureChange, Finding, Report, Severity, SuppressionNote, Verdict
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.formats import render_drift, render_findings
from sgwarden.reports.parts.context import Context, DriftContext
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort

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
    return render_findings(name, report(text), Context(show_suppressed=True))


def rendered_drift(name: str, text: str) -> str:
    return render_drift(name, drift(text), DriftContext(remembers=True))


def controls(text: str) -> str:
    """Characters that steer."""
    bad = "\u200e\u200f\u061c\ufeff\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(each for each in text if unicodedata.category(each) in ("Cc", "Cs") or each in bad)
