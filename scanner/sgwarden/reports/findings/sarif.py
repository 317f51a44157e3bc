"""SARIF 2.1.0 of findings: a rule for each policy, a result for each finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sgwarden.findings import Finding, PolicyInfo, Report, Verdict
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.json import to_json
from sgwarden.reports.parts.project import policy_page
from sgwarden.reports.parts.sarif import (
    LEVELS,
    MAX_RESULTS,
    SCORES,
    fingerprints,
    log,
    message,
    notification,
    physical_location,
    unread_notifications,
    uri,
)
from sgwarden.reports.parts.selection import open_findings, urgency
from sgwarden.reports.parts.text import unread

_MAX_TAGS = 10
_MAX_RELATED = 20
_MAX_DESCRIPTION = 1024


def render(report: Report, context: Context) -> str:
    """Return the report as one SARIF log; suppressed findings are left out, since GitHub would open them."""
    index = {policy.id: position for position, policy in enumerate(report.policies)}
    omission = omission_message(report)
    document = log(
        version=context.version,
        category=_category(report, context),
        rules=[_rule(policy, policy_page(policy, context.version)) for policy in report.policies],
        results=[_result(finding, report, index, context) for finding in _most_severe(open_findings(report))],
        failures=report.failures,
        notifications=[
            *([notification(omission, "warning")] if omission else []),
            *unread_notifications(unread(report.skipped), context.uri_of),
        ],
    )
    return to_json(document)


def omission_message(report: Report) -> str:
    """Return what the log lacks because of the limit of results, in one sentence; empty: nothing."""
    number = len(open_findings(report)) - MAX_RESULTS
    if number <= 0:
        return ""
    return f"{number} findings of lesser severity were left out: code scanning keeps {MAX_RESULTS}."


def _most_severe(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that GitHub would keep, in their order."""
    places = sorted(range(len(findings)), key=lambda place: urgency(findings[place]))
    return [findings[place] for place in sorted(places[:MAX_RESULTS])]


def _rule(policy: PolicyInfo, page: str) -> dict[str, object]:
    controls = ", ".join(policy.controls)
    return {
        "id": policy.id,
        "name": "".join(part.capitalize() for part in policy.id.split("-")),
        "shortDescription": {"text": f"{policy.title}."},
        "fullDescription": {"text": policy.why[:_MAX_DESCRIPTION]},
        "help": {"text": f"{policy.why}\n\nFix: {policy.fix}", "markdown": _markdown(policy, controls)},
        **({"helpUri": page or policy.sources[0]} if page or policy.sources else {}),
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
    """Return at most ten tags: what it is about, then Security Hub, MITRE and the newest CIS benchmarks."""
    kinds = ("SecurityHub", "MITRE-ATTACK", "CIS-AWS")
    newest_first = list(policy.controls[::-1])
    ranked = [control for kind in kinds for control in newest_first if control.startswith(kind)]
    return ["security", "terraform", "aws", *(control.lower() for control in ranked)][:_MAX_TAGS]


def _result(finding: Finding, report: Report, index: Mapping[str, int], context: Context) -> dict[str, object]:
    policy = report.policies[index[finding.policy]]
    undecided = finding.verdict is Verdict.UNDECIDED
    place = context.place_of(finding)
    result: dict[str, object] = {
        "ruleId": finding.policy,
        "ruleIndex": index[finding.policy],
        "level": "note" if undecided else LEVELS[finding.severity],
        "message": message(f"{policy.title}{' (undecided)' if undecided else ''}. {finding.message}"),
        "locations": [
            {
                "physicalLocation": physical_location(place, context.uri_of),
                "logicalLocations": [{"fullyQualifiedName": finding.address, "kind": "resource"}],
            }
        ],
        "partialFingerprints": fingerprints(finding.fingerprint),
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
    in_module = (finding.location,) if finding.location and finding.location != place else ()
    related = (*in_module, *finding.related)[:_MAX_RELATED]
    if related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": physical_location(other, context.uri_of)}
            for number, other in enumerate(related, 1)
        ]
    return result


def _category(report: Report, context: Context) -> str:
    """Return what tells this run from others of the same tool; everything up to the last slash counts."""
    paths = {source.path for source in report.sources}
    only = uri(paths.pop(), context.uri_of) if len(paths) == 1 else "."
    return "sgwarden/" if only == "." else f"sgwarden/{only}/"
