"""SARIF 2.1.0 as GitHub code scanning accepts it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sgwarden.findings import Finding, PolicyInfo, Report, Severity, Verdict
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.comparison import open_findings
from sgwarden.reports.parts.context import Context

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 5000
"""GitHub keeps the 5,000 most severe results of a run and rejects more than 25,000."""
_MAX_TAGS = 10
_MAX_RELATED = 20
MAX_NOTIFICATIONS = 200
_MAX_DESCRIPTION = 1024

LEVELS = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
SCORES = {Severity.LOW: "2.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""GitHub: above 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low."""

_PLACEHOLDER = re.compile(r"\{([0-9]+)\}")


def render(report: Report, context: Context) -> str:
    """The report as one SARIF log; suppressed findings are left out, since GitHub would open them."""
    return json.dumps(document(report, context), indent=2, ensure_ascii=False) + "\n"


def document(report: Report, context: Context) -> dict[str, Any]:
    """The SARIF log as plain values."""
    kept = most_severe(open_findings(report))
    index = {policy.id: position for position, policy in enumerate(report.policies)}
    driver: dict[str, Any] = {"name": "sgwarden", "rules": [_rule(policy) for policy in report.policies]}
    if context.version:
        driver["semanticVersion"] = context.version
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": _category(report, context)},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not report.failures,
                        "toolExecutionNotifications": _notifications(report, context),
                    }
                ],
                "results": [_result(finding, report, index, context) for finding in kept],
            }
        ],
    }


def left_out(report: Report) -> str:
    """What the document lacks because of the limit, in one sentence; empty: nothing."""
    number = len(open_findings(report)) - MAX_RESULTS
    if number <= 0:
        return ""
    return f"{number} findings of lesser severity were left out: code scanning keeps {MAX_RESULTS}."


def most_severe(findings: Sequence[Finding]) -> list[Finding]:
    """All findings, or the most severe ones when GitHub would not keep all; certain ones first, order kept."""
    if len(findings) <= MAX_RESULTS:
        return list(findings)
    by_weight = sorted(
        range(len(findings)),
        key=lambda i: (findings[i].verdict is Verdict.UNDECIDED, -findings[i].severity, i),
    )
    return [findings[i] for i in sorted(by_weight[:MAX_RESULTS])]


def _rule(policy: PolicyInfo) -> dict[str, Any]:
    controls = ", ".join(policy.controls)
    return {
        "id": policy.id,
        "name": "".join(part.capitalize() for part in policy.id.split("-")),
        "shortDescription": {"text": f"{policy.title}."},
        "fullDescription": {"text": policy.why[:_MAX_DESCRIPTION]},
        "help": {"text": f"{policy.why}\n\nFix: {policy.fix}", "markdown": _markdown(policy, controls)},
        **({"helpUri": policy.sources[0]} if policy.sources else {}),
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        "properties": {
            "tags": _tags(policy),
            "precision": "very-high",
            "security-severity": SCORES[policy.severity],
        },
    }


def _markdown(policy: PolicyInfo, controls: str) -> str:
    parts = [
        f"**{policy.title}**",
        policy.why,
        f"**Fix:** {policy.fix}",
    ]
    for title, example in (("Fails", policy.bad), ("Passes", policy.good)):
        if example:
            parts.append(f"{title}:\n```hcl\n{example.rstrip()}\n```")
    if controls:
        parts.append(f"Controls: {controls}")
    if policy.sources:
        parts.append("\n".join(f"- <{source}>" for source in policy.sources))
    return "\n\n".join(parts)


def _tags(policy: PolicyInfo) -> list[str]:
    """At most ten: what it is about, then Security Hub, MITRE and the newest CIS benchmarks."""
    kinds = ("SecurityHub", "MITRE-ATTACK", "CIS-AWS")
    newest_first = list(policy.controls[::-1])
    ranked = [control for kind in kinds for control in newest_first if control.startswith(kind)]
    return ["security", "terraform", "aws", *(control.lower() for control in ranked)][:_MAX_TAGS]


def _result(finding: Finding, report: Report, index: dict[str, int], context: Context) -> dict[str, Any]:
    policy = report.policies[index[finding.policy]]
    undecided = finding.verdict is Verdict.UNDECIDED
    shown = context.place_of(finding)
    inner = (finding.location,) if finding.location and finding.location != shown else ()
    result: dict[str, Any] = {
        "ruleId": finding.policy,
        "ruleIndex": index[finding.policy],
        "level": "note" if undecided else LEVELS[finding.severity],
        "message": message(f"{policy.title}{' (undecided)' if undecided else ''}. {finding.message}"),
        "locations": [
            {
                "physicalLocation": place(shown, context),
                "logicalLocations": [{"fullyQualifiedName": finding.address, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint[:16]}:1",
            "sgwarden/v1": finding.fingerprint,
        },
        "properties": {
            "verdict": str(finding.verdict),
            "severity": str(finding.severity),
            "address": finding.address,
            "controls": list(finding.controls),
            **({"also": list(finding.also)} if finding.also else {}),
        },
    }
    if report.comparison is not None:
        # Fixed findings ("absent") are left out: code scanning would open them, and closes what it misses.
        result["baselineState"] = "new" if finding.status == "new" else "unchanged"
    related = (*inner, *finding.related)[:_MAX_RELATED]
    if related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": place(other, context)} for number, other in enumerate(related, 1)
        ]
    return result


def place(location: Location, context: Context) -> dict[str, Any]:
    """A physical location with the least that GitHub asks for: lines from one."""
    line = max(location.line, 1)
    region: dict[str, Any] = {"startLine": line, "endLine": max(location.end_line, line)}
    column = max(location.column, 1)
    if region["endLine"] > line or location.end_column > column:
        region |= {"startColumn": column, "endColumn": max(location.end_column, 1)}
    return {"artifactLocation": {"uri": _uri(location.file, context)}, "region": region}


def _uri(file: str, context: Context) -> str:
    """Relative to the repository, percent-encoded, without ``./``; a colon is encoded and names no scheme."""
    path = context.uri_of(file).replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return quote(path or "unknown", safe="/")


def _category(report: Report, context: Context) -> str:
    """What tells this run from others of the same tool; everything up to the last slash counts."""
    paths = {source.path for source in report.sources}
    only = _uri(paths.pop(), context) if len(paths) == 1 else "."
    return "sgwarden/" if only == "." else f"sgwarden/{only}/"


def _notifications(report: Report, context: Context) -> list[dict[str, Any]]:
    notices = [notice(f"A policy broke: {failure}", "error") for failure in report.failures]
    if told := left_out(report):
        notices.append(notice(told, "warning"))
    missing = [skipped for skipped in report.skipped if not skipped.complete]
    notices += [_skipped(skipped, context) for skipped in missing[:MAX_NOTIFICATIONS]]
    if len(missing) > MAX_NOTIFICATIONS:
        notices.append(notice(f"{len(missing) - MAX_NOTIFICATIONS} more parts were not read.", "warning"))
    return notices


def _skipped(skipped: Skipped, context: Context) -> dict[str, Any]:
    told = notice(f"Not read: {skipped.what}: {skipped.reason}", "warning")
    if skipped.location:
        told["locations"] = [{"physicalLocation": place(skipped.location, context)}]
    return told


def notice(text: str, level: str) -> dict[str, Any]:
    """One notification of the run."""
    return {"level": level, "message": message(text)}


def message(text: str) -> dict[str, str]:
    """A message in which text from elsewhere is neither a link (section 3.11.6) nor a placeholder (section 3.11.5)."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", text).replace("](", "] (")}
