"""Coverage as text and as a JSON document (``scanner/sgwarden/schemas/coverage.schema.json``)."""

from __future__ import annotations

from sgwarden.cloudtrail.catalogue import SECURITY_GROUP_CONTROL, EventClass, control
from sgwarden.patterns.coverage.decide_coverage import Coverage, EventCoverage
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.reports.parts.json import to_json
from sgwarden.reports.parts.sanitize import safe_for_log
from sgwarden.reports.parts.style import Style

_MARKS = {"full": "✓", "partial": "~", "none": "✗"}
_KINDS = {
    "json": "JSON filter pattern",
    "unstructured": "unstructured filter pattern",
    "space_delimited": "space-delimited filter pattern",
    "regex": "regular expression",
    "everything": "pattern that matches everything",
    "eventbridge": "EventBridge event pattern",
    "kql": "KQL query",
}
_WIDTH = 100


def render_json(coverage: Coverage) -> str:
    """Return the coverage as one JSON document."""
    kinds = {matcher.kind for matcher in coverage.matchers}
    document = {
        "schema_version": "1",
        "benchmark": coverage.benchmark,
        "control": control(coverage.control).id_under(coverage.benchmark),
        "valid": coverage.valid,
        "complete": coverage.complete,
        "kind": kinds.pop() if len(kinds) == 1 else "union",
        "patterns": [_pattern(matcher) for matcher in coverage.matchers],
        "errors": [
            {"pattern": place, "position": matcher.problem.position, "message": matcher.problem.message}
            for place, matcher in enumerate(coverage.matchers)
            if matcher.problem is not None
        ],
        "warnings": [
            {"pattern": place, "message": warning}
            for place, matcher in enumerate(coverage.matchers)
            for warning in matcher.warnings
        ],
        "events": [_event(each) for each in coverage.events],
        "noise": [_event(each) for each in coverage.noise],
        "missing": {
            str(event_class): list(coverage.missing(event_class))
            for event_class in (EventClass.REQUIRED, EventClass.RECOMMENDED)
        },
        "includes_failed_calls": coverage.includes_failed_calls,
        "matches_unrelated_calls": coverage.matches_unrelated_calls,
    }
    return to_json(document)


def render_text(coverage: Coverage, style: Style) -> str:
    """Return one line for each event that matters, and the verdict last."""
    about = control(coverage.control)
    number = about.id_under(coverage.benchmark) or f"(not in this version: {about.number})"
    version = coverage.benchmark.removeprefix("cis-aws-")
    lines = [style.bold(f"{about.title}: CIS AWS Foundations {version}, control {number}")]
    for matcher in coverage.matchers:
        lines += _about(matcher, style)
    for event_class in (EventClass.REQUIRED, EventClass.RECOMMENDED, EventClass.INFORMATIONAL):
        lines += _table(coverage, event_class, style)
    lines += _noise(coverage, style)
    lines += ["", *_verdict(coverage, style)]
    return safe_for_log("\n".join(lines) + "\n")


def _pattern(matcher: Matcher) -> dict[str, object]:
    return {"kind": matcher.kind, "text": matcher.text, "name": matcher.name or None, "valid": matcher.problem is None}


def _event(each: EventCoverage) -> dict[str, object]:
    return {
        "source": each.event.source,
        "name": each.event.name,
        "case": each.event.case,
        "class": str(each.event_class),
        "coverage": each.coverage,
        "condition": each.condition,
        "reason": each.reason,
        "failed_calls": each.failed_calls,
    }


def _about(matcher: Matcher, style: Style) -> list[str]:
    text = " ".join(matcher.text.split())
    shown = text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
    lines = [style.dim(f"{matcher.name or _KINDS[matcher.kind]}: {shown}")]
    if matcher.problem is not None:
        place = "" if matcher.problem.position is None else f" at character {matcher.problem.position + 1}"
        lines.append(style.red(f"  invalid{place}: {matcher.problem.message}"))
        lines += [f"    {line}" for line in matcher.problem.pointer.splitlines()]
    lines += [style.yellow(f"  ! {warning}") for warning in matcher.warnings]
    return lines


def _table(coverage: Coverage, event_class: EventClass, style: Style) -> list[str]:
    rows = [each for each in coverage.events if each.event_class is event_class]
    if event_class is EventClass.INFORMATIONAL:
        rows = [each for each in rows if each.coverage != "none"]
    if not rows:
        return []
    width = max(len(_name(each)) for each in rows)
    lines = ["", style.bold(event_class.capitalize())]
    for each in rows:
        paint = {"full": style.green, "partial": style.yellow, "none": style.red}[each.coverage]
        detail = each.event.effect
        if each.coverage == "partial":
            detail = f"only when {each.condition}"
        elif each.coverage == "none":
            detail = f"{each.event.effect}; {each.reason}"
        lines.append(f"  {paint(_MARKS[each.coverage])} {_name(each):<{width}}  {detail}")
    return lines


def _noise(coverage: Coverage, style: Style) -> list[str]:
    reads = [each for each in coverage.events if each.event_class is EventClass.UNRELATED and each.coverage != "none"]
    rows = [*reads, *coverage.noise]
    if not rows:
        return []
    return [
        "",
        style.bold("Noise"),
        *(f"  {style.yellow('!')} {_name(each)}: {each.event.effect}" for each in reads),
    ] + [f"  {style.yellow('!')} {_name(each)} is matched when it {each.event.case}" for each in coverage.noise]


def _name(each: EventCoverage) -> str:
    return each.event.name or each.event.case or "any event"


def _verdict(coverage: Coverage, style: Style) -> list[str]:
    required = [each for each in coverage.events if each.event_class is EventClass.REQUIRED]
    missing = coverage.missing(EventClass.REQUIRED)
    conditional = coverage.conditional(EventClass.REQUIRED)
    lines: list[str] = []
    if not missing and not conditional:
        lines.append(style.green(f"Every required event is caught ({len(required)} of {len(required)})."))
    if missing:
        lines.append(style.red(f"Misses {len(missing)} of {len(required)} required events: {', '.join(missing)}."))
    if conditional:
        lines.append(style.yellow(f"Catches under a condition alone: {', '.join(conditional)}."))
    if coverage.matches_unrelated_calls:
        lines.append(
            style.yellow(
                "Matches calls that have nothing to do with it (such as CreateQueue of SQS): its alarm tells nothing."
            )
        )
    recommended = coverage.missing(EventClass.RECOMMENDED)
    if recommended and coverage.control == SECURITY_GROUP_CONTROL:
        lines.append(f"Recommended and missed: {', '.join(recommended)}.")
    included = "are caught too" if coverage.includes_failed_calls else "are not caught"
    lines.append(f"Calls that failed (denied, dry run) {included}.")
    return lines
