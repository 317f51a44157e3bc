"""The report for people: grouped by security group, each place shown once with everything found there."""

from __future__ import annotations

from collections.abc import Iterator

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.inventory import counted
from sgwarden.reports.parts import chain, comparison
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.excerpt import excerpt
from sgwarden.reports.parts.sanitize import for_a_log, legible
from sgwarden.reports.parts.style import Style


def render(report: Report, context: Context) -> str:
    """The whole report as text, the one-line summary last."""
    style = Style(context.color)
    report = legible(report)
    compared = report.comparison
    blocks = [
        *_finding_blocks(report, context, style),
        *_list_block("Not read", [_skipped_line(each) for each in report.skipped if not each.complete], style),
        *_list_block("Left out", [_skipped_line(each) for each in report.skipped if each.complete], style),
        *_list_block("Policies that broke", list(report.failures), style),
        *_list_block("Variables without a value", _variable_lines(report), style),
        *_list_block("Suppressed", _suppressed_lines(report) if context.show_suppressed else [], style),
        *_list_block("Suppressions that match nothing", _unused_lines(report), style),
        *_list_block(
            "Reachable from", [comparison.exposure_line(e) for e in (compared and compared.exposure) or ()], style
        ),
        *_list_block("Fixed", [comparison.fixed_line(each) for each in compared.fixed] if compared else [], style),
        *_list_block("Judged otherwise than the base", list(compared.judging) if compared else [], style),
        *_list_block("Of the base", list(compared.notes) if compared else [], style),
        summary(report, style) + "\n",
    ]
    return for_a_log("\n".join(blocks))


def summary(report: Report, style: Style | None = None) -> str:
    """One line that always says how much was seen, decided and not."""
    style = style or Style(False)
    live = comparison.told(report)
    failed = [finding for finding in live if finding.verdict is Verdict.FAIL]
    undecided = len(live) - len(failed)
    suppressed = sum(finding.status == "suppressed" for finding in report.findings)
    new = " new" if report.comparison else ""
    missing = sum(not skipped.complete for skipped in report.skipped)
    counts = [
        (style.bold(style.red(f"{len(failed)}{new} failed")) if failed else f"0{new} failed") + _by_severity(failed),
        style.yellow(f"{undecided}{new} undecided") if undecided else f"0{new} undecided",
        *comparison.counts(report),
        f"{sum(report.passed.values())} passed",
    ]
    if suppressed:
        counts.append(f"{suppressed} suppressed")
    seen = (
        f"{counted(report.security_groups, 'security group')}, {counted(report.rules, 'rule')}, "
        f"{counted(report.resources, 'resource')} seen"
    )
    unread = style.red(f"{missing} not read") if missing else "everything read"
    broken = f"; {style.red(counted(len(report.failures), 'policy run') + ' broke')}" if report.failures else ""
    base = f"; {comparison.base_line(report.comparison)}" if report.comparison else ""
    return f"{', '.join(counts)}; {seen}; {unread}{broken}{base}"


def _finding_blocks(report: Report, context: Context, style: Style) -> Iterator[str]:
    """One block a security group, its findings by place."""
    several_roots = len({source.path for source in report.sources}) > 1
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in comparison.told(report):
        groups.setdefault((finding.root, finding.security_group or finding.address), []).append(finding)
    for (root, group), findings in groups.items():
        heading = style.bold(group) + (style.dim(f"  in {root}") if several_roots else "")
        places: dict[tuple[str, Location | None], list[Finding]] = {}
        for finding in findings:
            places.setdefault((finding.address, finding.location), []).append(finding)
        lines = [heading]
        for (address, place), here in places.items():
            lines.extend(_place_lines(group, address, place, here, context, style))
        yield "\n".join(lines) + "\n"


def _place_lines(
    group: str, address: str, place: Location | None, findings: list[Finding], context: Context, style: Style
) -> Iterator[str]:
    """One place: where it is, its source, and everything found there."""
    where = [f"{place.file}:{place.line}" if place else "", address if address != group else ""]
    yield "  " + "  ".join(part for part in where if part) if any(where) else ""
    if place and not any(_hides_source(finding) for finding in findings):
        for line in excerpt(context.lines_of(place.file) or (), place):
            number, bar, text = line.partition("|")
            marked = style.red(text) if text.strip().strip("^") == "" and text.strip() else text
            yield f"    {style.dim(number + bar)}{marked}"
    subjects: dict[str, list[Finding]] = {}
    for finding in findings:
        subjects.setdefault(finding.subject_with_cause or finding.address, []).append(finding)
    alike: dict[tuple[object, ...], list[str]] = {}
    for subject, same in subjects.items():
        alike.setdefault(_what_is_said(same, style) or (subject,), []).append(subject)
    for names in alike.values():
        yield f"    {', '.join(names)}"
        yield from _subject_lines([finding for name in names for finding in subjects[name]], style)


def _what_is_said(findings: list[Finding], style: Style) -> tuple[object, ...]:
    """What is told of a chain, for saying the same of several controls once; empty without a chain."""
    drawn = tuple(line for finding in findings for line in chain.lines(finding.evidence, style))
    return (drawn, *(_told(finding, style) for finding in findings)) if drawn else ()


def _told(finding: Finding, style: Style) -> str:
    return f"{_verdict(finding, style)} {_conclusion(finding)}"


def _subject_lines(same: list[Finding], style: Style) -> Iterator[str]:
    """Everything concluded about one subject, or the same about several."""
    told: dict[str, list[str]] = {}
    for finding in same:
        told.setdefault(_told(finding, style), []).extend((finding.policy, *finding.also))
    for line, policies in told.items():  # elements of one list that cannot be told apart are counted
        counts = {policy: policies.count(policy) for policy in policies}
        for names in [[name for name in counts if counts[name] == count] for count in dict.fromkeys(counts.values())]:
            times = f" ({counts[names[0]]} times)" if counts[names[0]] > 1 else ""
            listed = ", ".join(names)
            yield f"      {line} {style.dim(f'[{listed}]')}{times}"
    for reason in dict.fromkeys(reason for finding in same for reason in finding.unknowns):
        yield f"      unknown: {reason}"
    failed = [finding for finding in same if finding.verdict is Verdict.FAIL and finding.fix]
    drawn = dict.fromkeys(line for finding in failed or same[:1] for line in chain.lines(finding.evidence, style))
    yield from (f"        {line}" for line in drawn)
    if failed:  # the fix of the worst one; `sgwarden explain` tells the others
        yield f"      {style.dim('fix:')} {max(failed, key=lambda finding: finding.severity).fix}"


def _conclusion(finding: Finding) -> str:
    """Return the message without its subject, and without the reasons, which are written once for all."""
    return finding.fault if finding.unknowns else finding.conclusion.rstrip(".")


def _hides_source(finding: Finding) -> bool:
    """Whether the finding rests on a sensitive value, which the source may spell out."""
    return '{"sensitive": true}' in _flat(finding.evidence)


def _flat(evidence: object) -> str:
    if isinstance(evidence, dict):
        if evidence == {"sensitive": True}:
            return '{"sensitive": true}'
        return " ".join(_flat(part) for part in evidence.values())
    if isinstance(evidence, list | tuple):
        return " ".join(_flat(part) for part in evidence)
    return ""


def _verdict(finding: Finding, style: Style) -> str:
    if finding.verdict is Verdict.UNDECIDED:
        return style.yellow(f"undecided, {finding.severity}:")
    paint = {
        Severity.CRITICAL: lambda text: style.bold(style.red(text)),
        Severity.HIGH: style.red,
        Severity.MEDIUM: style.yellow,
        Severity.LOW: style.cyan,
    }[finding.severity]
    return paint(f"{finding.severity}:")


def _variable_lines(report: Report) -> list[str]:
    """Required variables without a value: where they are declared, what hangs on them, how to give them."""
    lines = []
    for name, place in report.missing_variables.items():
        reason = f'variable "{name}" has no value'
        count = sum(
            any(reason in unknown for unknown in finding.unknowns)
            for finding in report.findings
            if finding.status != "suppressed"
        )
        hangs = f", {counted(count, 'finding')} undecided" if count else ""
        lines.append(f"{name} ({place.file}:{place.line}{hangs})")
    if lines:
        lines.append("give them with --var NAME=VALUE, --var-file FILE, terraform.tfvars or TF_VAR_NAME")
    return lines


def _suppressed_lines(report: Report) -> list[str]:
    """Suppressed findings, each with why and by what."""
    lines = []
    for finding in report.findings:
        if finding.status == "suppressed":
            place = f"{finding.location.file}:{finding.location.line}" if finding.location else finding.root
            policies = ", ".join((finding.policy, *finding.also))
            lines.append(
                f"{place}  {finding.inline_message} [{policies}]: {finding.suppression} ({finding.suppressed_by})"
            )
    return lines


def _unused_lines(report: Report) -> list[str]:
    return [
        f"{note.location.file}:{note.location.line}  {', '.join((*note.policies, *filter(None, [note.criteria])))}"
        for note in report.suppressions
        if note.status == "unused"
    ]


def _list_block(title: str, items: list[str], style: Style) -> Iterator[str]:
    if items:
        yield "\n".join([style.bold(title), *(f"  {item}" for item in items)]) + "\n"


def _skipped_line(skipped: Skipped) -> str:
    where = f" ({skipped.location.file}:{skipped.location.line})" if skipped.location else ""
    return f"{skipped.what}: {skipped.reason}{where}"


def _by_severity(findings: list[Finding]) -> str:
    counts = [
        f"{count} {severity}"
        for severity in sorted(Severity, reverse=True)
        if (count := sum(finding.severity is severity for finding in findings))
    ]
    return f" ({', '.join(counts)})" if counts else ""
