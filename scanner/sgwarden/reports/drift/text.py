"""Drift for a terminal: what was not read first, then group by group, the summary last."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.findings import Severity
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.differences import (
    new_differences,
    not_counted,
    reason_not_counted,
    suppression_messages,
)
from sgwarden.reports.parts.sanitize import escape_lines, escape_texts, safe_for_log
from sgwarden.reports.parts.style import Style
from sgwarden.reports.parts.summary import drift_summary
from sgwarden.reports.parts.text import list_block, pluralize, position, unread

_MOST = 30
"""Lines of a list that is no drift."""
_MOST_UNREAD = 200


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return the comparison as text."""
    style = Style(context.color)
    comparison = escape_texts(comparison)
    missing = [f"{each.what}: {each.reason}" for each in unread(comparison.skipped)]
    new = new_differences(comparison.drift) if context.remembers else []
    single, many = not_counted(comparison)
    lists = [
        ("Not counted", [*(f"{_short(each)} [{reason_not_counted(each, until=True)}]" for each in single), *many]),
        ("Undecided", [f"{each.group} {each.what}: {each.reason}".strip() for each in comparison.undecided]),
        ("In the code and not applied", [f"{each.address} {each.what}: {each.detail}" for each in comparison.pending]),
        ("Notes", [f"{each.group} {each.text}".strip() for each in comparison.notes]),
        ("Gone since the last run", [text for _, text in comparison.gone]),
        ("Ignore file", comparison.ignored),
        ("Suppressions", suppression_messages(comparison)),
    ]
    blocks = [
        *list_block("Not read: nothing is claimed of it", missing, style, _MOST_UNREAD),
        *list_block("Policies that broke", comparison.failures, style, _MOST),
        *list_block(f"New since the last run ({len(new)})", [_short(each) for each in new], style, _MOST),
        *_groups(comparison.drift, style),
        *(block for heading, lines in lists for block in list_block(heading, lines, style, _MOST)),
        drift_summary(comparison, style) + "\n",
    ]
    return safe_for_log("\n".join(blocks))


def _groups(drift: Iterable[Difference], style: Style) -> list[str]:
    """Return one block for each security group, the worst first."""
    ordered = sorted(drift, key=_place)
    blocks = []
    for (place, _, _), members in groupby(ordered, key=_place):
        found = sorted(members, key=lambda each: -each.severity)
        first = found[0]
        head = (
            style.bold(titles.name(first)) + (f"  {first.address}" if first.address else "") + style.dim(f"  {place}")
        )
        lines = [head]
        for each in found:
            lines += _lines(each, style)
        blocks.append((-found[0].severity, place, first.group_id, "\n".join(lines) + "\n"))
    return [text for *_, text in sorted(blocks)]


def _place(each: Difference) -> tuple[str, str, str]:
    return titles.place(each), each.group_id, each.address or ""


def _lines(each: Difference, style: Style) -> list[str]:
    severity = {Severity.LOW: style.dim, Severity.MEDIUM: style.yellow}.get(each.severity, style.red)(
        f"{each.severity!s:8}"
    )
    marks = []
    if each.opens_to_internet:
        marks.append(style.red("opens to the internet"))
    if not each.exposure_changes and each.kind.startswith("rule") and each.attribute is None:
        marks.append("admits nothing new or less")
    if each.risk:
        marks.append(f"now fails {', '.join(each.risk)}")
    lines = [f"  {severity} {titles.title(each)}"]
    changes = each.change if each.attribute is not None or len(each.change) > 1 else ()
    lines += [f"           {change}" for change in changes]
    marks += [
        *filter(None, [titles.effect(each)]),
        *each.notes,
        *([f"written by {each.service}"] if each.service else []),
    ]
    if marks:
        lines.append(f"           {'; '.join(marks)}")
    if each.memory is not None:
        again = f", came {each.memory.appearances} times" if each.memory.appearances > 1 else ""
        age = f"{pluralize(each.memory.age_days, 'day')}{again}"
        seen = f"first seen {each.memory.first_seen}, {age}; fingerprint {each.fingerprint[:12]}"
        lines.append(style.dim(f"           {seen}"))
    for address in each.addresses if each.addresses != ((each.address,) if each.address else ()) else ():
        lines.append(style.dim(f"           declared by {address}"))
    if each.location is not None:
        lines.append(style.dim(f"           {position(each.location)}"))
    for remedy in each.remedies:
        lines.append(f"           {remedy.what}:")
        lines += [style.cyan(f"             {line}") for line in escape_lines(remedy.text).splitlines()]
    return lines


def _short(each: Difference) -> str:
    return f"{each.severity!s}: {titles.title(each)}: {titles.name(each)} {titles.place(each)}"
