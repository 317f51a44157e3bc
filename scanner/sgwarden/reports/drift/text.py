"""Drift for a terminal: what was not read first, then group by group, the summary last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.findings import Severity
from sgwarden.reports.drift.json import DriftContext, not_counted, remarks
from sgwarden.reports.inventory import counted
from sgwarden.reports.parts.sanitize import for_a_log, legible, visible_lines
from sgwarden.reports.parts.style import Style

_MOST = 30
"""Lines of a list that is no drift."""


def render(comparison: Comparison, context: DriftContext) -> str:
    """The comparison as text."""
    style = Style(context.color)
    comparison = legible(comparison)
    blocks = [*_unread(comparison, style)]
    drift = comparison.drift
    new = [each for each in drift if each.memory is not None and each.memory.new]
    if context.remembers and new:
        blocks.append(_list(f"New since the last run ({len(new)})", [_short(each) for each in new], style))
    blocks += list(_groups(drift, style))
    quiet, many = not_counted(comparison)
    blocks += [
        _list("Not counted", [*(f"{_short(each)} [{_why(each)}]" for each in quiet), *many], style),
        _list(
            "Undecided", [f"{each.group} {each.what}: {each.reason}".strip() for each in comparison.undecided], style
        ),
        _list(
            "In the code and not applied",
            [f"{each.address} {each.what}: {each.detail}" for each in comparison.pending],
            style,
        ),
        _list("Notes", [f"{each.group} {each.text}".strip() for each in comparison.notes], style),
        _list("Gone since the last run", [text for _, text in comparison.gone], style),
        _list("Ignore file", list(comparison.ignored), style),
        _list("Suppressions", remarks(comparison), style),
        summary(comparison, style) + "\n",
    ]
    return for_a_log("\n".join(block for block in blocks if block))


def summary(comparison: Comparison, style: Style | None = None) -> str:
    """One line that always says how much was seen, and whether all of it."""
    style = style or Style(False)
    drift = comparison.drift
    if drift:
        worst = max(each.severity for each in drift)
        told = style.bold(style.red(counted(len(drift), "difference"))) + f" (worst {worst})"
    else:
        told = style.green("no drift") if comparison.complete else style.yellow("no drift in what was read")
    parts = [told]
    suppressed = sum(each.suppressed is not None for each in comparison.differences)
    for number, noun in (
        (suppressed, "suppressed"),
        (len(comparison.undecided), "undecided"),
        (len(comparison.pending), "not applied"),
    ):
        if number:
            parts.append(f"{number} {noun}")
    seen = (
        f"{counted(comparison.groups_declared, 'group')} and {counted(comparison.rules_declared, 'rule')} declared, "
        f"{comparison.groups_live} and {comparison.rules_live} live"
    )
    missing = sum(not skipped.complete for skipped in comparison.skipped) + len(comparison.failures)
    return f"{', '.join(parts)}; {seen}; {style.red(f'{missing} not read') if missing else 'everything read'}"


def _unread(comparison: Comparison, style: Style) -> Iterator[str]:
    lines = [f"{each.what}: {each.reason}" for each in comparison.skipped if not each.complete]
    yield _list("Not read: nothing is claimed of it", lines, style, most=200)
    yield _list("Policies that broke", list(comparison.failures), style)


def _groups(drift: Iterable[Difference], style: Style) -> Iterator[str]:
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
    return iter([text for *_, text in sorted(blocks)])


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
    told = [
        *marks,
        *filter(None, [titles.effect(each)]),
        *each.notes,
        *([f"written by {each.service}"] if each.service else []),
    ]
    if told:
        lines.append(f"           {'; '.join(told)}")
    if each.memory is not None:
        again = f", came {each.memory.appearances} times" if each.memory.appearances > 1 else ""
        lines.append(
            style.dim(
                f"           first seen {each.memory.first_seen}, {counted(each.memory.age_days, 'day')}{again}; fingerprint {each.fingerprint[:12]}"
            )
        )
    for address in each.addresses if each.addresses != ((each.address,) if each.address else ()) else ():
        lines.append(style.dim(f"           declared by {address}"))
    if each.location is not None:
        lines.append(style.dim(f"           {each.location.file}:{each.location.line}"))
    for remedy in each.remedies:
        lines.append(f"           {remedy.what}:")
        lines += [style.cyan(f"             {line}") for line in visible_lines(remedy.text).splitlines()]
    return lines


def _short(each: Difference) -> str:
    return f"{each.severity!s}: {titles.title(each)}: {titles.name(each)} {titles.place(each)}"


def _why(each: Difference) -> str:
    if each.suppressed is not None:
        until = f", until {each.suppressed.until}" if each.suppressed.until else ""
        return f"{each.suppressed.by}: {each.suppressed.reason}{until}"
    return each.service or "information"


def _list(heading: str, lines: list[str], style: Style, most: int = _MOST) -> str:
    if not lines:
        return ""
    shown = [f"  {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"  and {len(lines) - most} more (all of them in --format json)")
    return "\n".join([style.bold(heading), *shown]) + "\n"
