"""The report for people: grouped by security group, each place shown once with everything found there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sgwarden.findings import Comparison, ExposureChange, Finding, Report, Severity, Verdict
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.locations import Location
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.excerpt import excerpt
from sgwarden.reports.parts.sanitize import escape_texts, safe_for_log
from sgwarden.reports.parts.selection import NOBODY, shown_findings, urgency
from sgwarden.reports.parts.style import Style
from sgwarden.reports.parts.summary import findings_summary
from sgwarden.reports.parts.text import list_block, pluralize, position, unread

_LINK_WIDTH = len("metric filter")


def render(report: Report, context: Context) -> str:
    """Return the whole report as text, the one-line summary last."""
    style = Style(context.color)
    report = escape_texts(report)
    missing = unread(report.skipped)
    lists = [
        ("Not read", [_skipped_line(each) for each in missing]),
        ("Left out", [_skipped_line(each) for each in report.skipped if each.complete]),
        ("Policies that broke", report.failures),
        ("Variables without a value", _variable_lines(report)),
        ("Suppressed", _suppressed_lines(report) if context.show_suppressed else ()),
        ("Suppressions that match nothing", _unused_lines(report)),
        *_comparison_lists(report.comparison),
    ]
    blocks = [
        *_finding_blocks(report, context, style),
        *(block for heading, lines in lists for block in list_block(heading, lines, style)),
        findings_summary(report, style) + "\n",
    ]
    return safe_for_log("\n".join(blocks))


def _comparison_lists(comparison: Comparison | None) -> list[tuple[str, Sequence[str]]]:
    """Return what a comparison with a base adds, list by list."""
    if comparison is None:
        return []
    return [
        ("Reachable from", [_exposure_line(change) for change in comparison.exposure or ()]),
        ("Fixed", [f"{each.address}  {each.inline_message} [{each.policy}]" for each in comparison.fixed]),
        ("Judged otherwise than the base", comparison.judging),
        ("Of the base", comparison.notes),
    ]


def _exposure_line(change: ExposureChange) -> str:
    before, after = (", ".join(side) or NOBODY for side in (change.before, change.after))
    name = "" if change.name == change.security_group else f" ({change.name})"
    opens = "  opens to the internet" if change.opens else ""
    return f"{change.security_group}{name}  {change.traffic}: {before} -> {after}{opens}"


def _finding_blocks(report: Report, context: Context, style: Style) -> Iterator[str]:
    """Yield one block for each security group, its findings by place; the worst group, place and finding first."""
    several_roots = len({source.path for source in report.sources}) > 1
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(shown_findings(report, context.show_existing), key=urgency):
        groups.setdefault((finding.root, finding.security_group or finding.address), []).append(finding)
    for (root, group), findings in groups.items():
        root_text = f"in {root}" if several_roots else ""
        known = [part for part in findings[0].facts.place if part not in root_text]
        heading = style.bold(group) + "".join(style.dim(f"  {part}") for part in (*known, root_text) if part)
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
    """Yield where a place is, its source, and everything found there."""
    where = [position(place) if place else "", address if address != group else ""]
    yield "  " + "  ".join(part for part in where if part) if any(where) else ""
    if place and not any(_hides_source(finding) for finding in findings):
        for line in excerpt(context.lines_of(place.file) or (), place):
            number, bar, text = line.partition("|")
            marked = style.red(text) if text.strip().strip("^") == "" and text.strip() else text
            yield f"    {style.dim(number + bar)}{marked}"
    subjects: dict[str, list[Finding]] = {}
    for finding in findings:
        subjects.setdefault(finding.subject_with_cause or finding.address, []).append(finding)
    alike: dict[tuple[object, ...], list[str]] = {}  # the same of several controls is shown once
    for subject, same in subjects.items():
        alike.setdefault(_chain_text(same, style) or (subject,), []).append(subject)
    for names in alike.values():
        yield f"    {', '.join(names)}"
        yield from _subject_lines([finding for name in names for finding in subjects[name]], style)


def _chain_text(findings: Sequence[Finding], style: Style) -> tuple[object, ...]:
    """Return everything that is shown of the chain of findings; empty without a chain."""
    links = tuple(line for finding in findings for line in _chain_lines(finding.evidence, style))
    return (links, *(_conclusion(finding, style) for finding in findings)) if links else ()


def _chain_lines(evidence: Mapping[str, Any], style: Style) -> Iterator[str]:
    """Yield the monitoring chain link by link with the break marked; nothing for evidence without a chain.

    ✓ holds, ✗ breaks, ? is not decided. What stands behind a broken link is drawn too: it may be whole or broken.
    """
    blamed = evidence.get("broken_link")
    for link in evidence.get("chain", ()):
        holds, here = link["holds"], link["link"] == blamed
        mark = style.dim("✓") if holds is True else style.red("✗") if holds is False else style.yellow("?")
        if holds is True:
            remark = style.dim(link["found"])
        elif holds is False:
            remark = style.bold(style.red("<- breaks here")) if here else link["found"]
        else:
            remark = style.yellow("<- hangs here" if here else "not decided")
        address = link["address"] or "(none)"
        yield f"{mark} {link['link']:<{_LINK_WIDTH}}  {address}{'  ' + remark if remark else ''}"


def _subject_lines(same: list[Finding], style: Style) -> Iterator[str]:
    """Yield everything concluded about one subject, or the same about several."""
    conclusions: dict[str, list[str]] = {}
    for finding in same:
        conclusions.setdefault(_conclusion(finding, style), []).extend((finding.policy, *finding.also))
    for line, policies in conclusions.items():  # elements of one list that cannot be told apart are counted
        counts = {policy: policies.count(policy) for policy in policies}
        for names in [[name for name in counts if counts[name] == count] for count in dict.fromkeys(counts.values())]:
            times = f" ({counts[names[0]]} times)" if counts[names[0]] > 1 else ""
            listed = ", ".join(names)
            yield f"      {line} {style.dim(f'[{listed}]')}{times}"
    for reason in dict.fromkeys(reason for finding in same for reason in finding.unknowns):
        yield f"      unknown: {reason}"
    failed = [finding for finding in same if finding.verdict is Verdict.FAIL and finding.fix]
    links = dict.fromkeys(line for finding in failed or same[:1] for line in _chain_lines(finding.evidence, style))
    yield from (f"        {line}" for line in links)
    if failed:  # the fix of the worst one; `sgwarden explain` has the others
        yield f"      {style.dim('fix:')} {max(failed, key=lambda finding: finding.severity).fix}"


def _conclusion(finding: Finding, style: Style) -> str:
    """Return the verdict and the message, without its subject and the reasons that are listed once for all."""
    rest = finding.fault if finding.unknowns else finding.conclusion.rstrip(".")
    return f"{_verdict(finding, style)} {rest}"


def _hides_source(finding: Finding) -> bool:
    """Return True if the finding rests on a sensitive value, which the source may spell out."""
    return _is_sensitive(finding.evidence)


def _is_sensitive(evidence: object) -> bool:
    if isinstance(evidence, dict):
        return evidence == {"sensitive": True} or any(map(_is_sensitive, evidence.values()))
    return isinstance(evidence, list | tuple) and any(map(_is_sensitive, evidence))


def _verdict(finding: Finding, style: Style) -> str:
    known = "existing, " if finding.status == "existing" else ""
    if finding.verdict is Verdict.UNDECIDED:
        return style.yellow(f"{known}undecided, {finding.severity}:")
    paint = {
        Severity.CRITICAL: lambda text: style.bold(style.red(text)),
        Severity.HIGH: style.red,
        Severity.MEDIUM: style.yellow,
        Severity.LOW: style.cyan,
    }[finding.severity]
    return paint(f"{known}{finding.severity}:")


def _variable_lines(report: Report) -> list[str]:
    """Return required variables without a value that findings depend on: their declarations, and how to set them."""
    lines = []
    for name, place in report.missing_variables.items():
        reason = f'variable "{name}" has no value'
        count = sum(
            any(reason in unknown for unknown in finding.unknowns)
            for finding in report.findings
            if finding.status != "suppressed"
        )
        if count:
            lines.append(f"{name} ({position(place)}, {pluralize(count, 'finding')} undecided)")
    if lines:
        lines.append("give them with --var NAME=VALUE, --var-file FILE, terraform.tfvars or TF_VAR_NAME")
    return lines


def _suppressed_lines(report: Report) -> list[str]:
    """Return suppressed findings, each with the reason and what suppresses it."""
    lines = []
    for finding in report.findings:
        if finding.status == "suppressed":
            place = position(finding.location) if finding.location else finding.root
            policies = ", ".join((finding.policy, *finding.also))
            lines.append(
                f"{place}  {finding.inline_message} [{policies}]: {finding.suppression} ({finding.suppressed_by})"
            )
    return lines


def _unused_lines(report: Report) -> list[str]:
    return [
        f"{position(note.location)}  {', '.join((*note.policies, *filter(None, [note.criteria])))}"
        for note in report.suppressions
        if note.status == "unused"
    ]


def _skipped_line(skipped: Skipped) -> str:
    where = f" ({position(skipped.location)})" if skipped.location else ""
    return f"{skipped.what}: {skipped.reason}{where}"
