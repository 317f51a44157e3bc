"""The morning report: for somebody who was not there. What was not read, what changed, since when, how bad, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.drift import wording
from scanner.drift.differences import Comparison, Difference
from scanner.reports.drift import DriftContext, not_counted, remarks
from scanner.reports.drift_text import summary
from scanner.reports.markdown import _code, _text

_MOST = 200
_MOST_REMEDIES = 50


def render(comparison: Comparison, context: DriftContext) -> str:
    """The comparison as Markdown."""
    drift = sorted(comparison.drift, key=lambda each: (not _new(each), -each.severity))
    lines = ["# Security group drift", "", f"{_text(summary(comparison))}.", ""]
    if context.at:
        of = f" of what was live at {_text(context.taken)}" if context.taken and context.taken != context.at else ""
        lines += [f"Compared at {_text(context.at)}{of}.", ""]
    missing = [each for each in comparison.skipped if not each.complete]
    if missing or comparison.failures:
        lines += [
            "## Not read",
            "",
            "Nothing below is claimed of these; drift in them stays unseen until they are read.",
            "",
        ]
        lines += [f"- {_code(each.what)}: {_text(each.reason)}" for each in missing]
        lines += [f"- a policy broke: {_text(failure)}" for failure in comparison.failures]
        lines.append("")
    if context.remembers:
        new = [each for each in drift if _new(each)]
        known = [each for each in drift if not _new(each)]
        lines += _table("New since the last run", new, context)
        lines += _table("Still there", known, context)
        if comparison.gone:
            lines += [
                "## Gone since the last run",
                "",
                *(f"- {_text(text)}" for _, text in comparison.gone[:_MOST]),
                "",
            ]
    else:
        lines += _table("What changed", drift, context)
    lines += _what_to_do(drift)
    lines += _rest(comparison)
    return "\n".join(lines).rstrip("\n") + "\n"


def _new(each: Difference) -> bool:
    return each.memory is not None and each.memory.new


def _table(heading: str, differences: Sequence[Difference], context: DriftContext) -> list[str]:
    if not differences:
        return []
    lines = [f"## {heading}", "", "| How bad | Where | What | Since | Effect |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(each, context) for each in differences[:_MOST]]
    if len(differences) > _MOST:
        lines += ["", f"{len(differences) - _MOST} more are not shown."]
    return [*lines, ""]


def _row(each: Difference, context: DriftContext) -> str:
    where = [_code(wording.name(each)), _text(wording.place(each))]
    where += [_code(address) for address in each.addresses[:3]]
    if each.location is not None:
        where.append(_code(f"{context.uri_of(each.location.file)}:{each.location.line}"))
    what = [
        _text(wording.title(each)),
        *(_text(line) for line in each.change if each.attribute is not None or each.kind == "group_unmanaged"),
    ]
    since = "unknown"
    if each.memory is not None:
        since = f"{each.memory.first_seen}, {each.memory.age_days} days"
        since += f", came {each.memory.appearances} times" if each.memory.appearances > 1 else ""
    elif each.new_since_previous:
        since = "since the previous snapshot"
    effect = []
    if each.opens_to_internet:
        effect.append("**opens to the internet**")
    if each.risk:
        effect.append(f"now fails {', '.join(_code(policy) for policy in each.risk)}")
    if not each.exposure_changes:
        effect.append("admits the same as before")
    effect += [_text(text) for text in (wording.effect(each), *each.notes) if text]
    told = _text(since) + (f"<br>{_code(each.fingerprint[:12])}" if each.memory is not None else "")
    return f"| {each.severity} | {'<br>'.join(where)} | {'<br>'.join(what)} | {told} | {'; '.join(effect)} |"


def _what_to_do(drift: Sequence[Difference]) -> list[str]:
    """Remedies, worst first; to be reviewed, not pasted."""
    lines: list[str] = []
    for each in [item for item in drift if item.remedies][:_MOST_REMEDIES]:
        lines += [f"### {_text(wording.title(each))}: {_code(wording.name(each))}", ""]
        for remedy in each.remedies:
            fence = "````" if "```" in remedy.text else "```"
            lines += [
                f"{_text(remedy.what)}:",
                "",
                f"{fence}{'sh' if remedy.language == 'shell' else 'hcl'}",
                remedy.text,
                fence,
                "",
            ]
    return ["## What to do", "", "Commands to review first; nothing was run.", "", *lines] if lines else []


def _rest(comparison: Comparison) -> list[str]:
    quiet, many = not_counted(comparison)
    one_by_one = [f"{wording.title(each)}: {wording.name(each)}: {_reason(each)}" for each in quiet]
    lists = (
        ("Not counted", [*one_by_one, *many]),
        ("Undecided", [f"{each.group} {each.what}: {each.reason}" for each in comparison.undecided]),
        ("In the code and not applied", [f"{each.address} {each.what}: {each.detail}" for each in comparison.pending]),
        ("Notes", [f"{each.group} {each.text}" for each in comparison.notes]),
        ("Ignore file", list(comparison.ignored)),
        ("Suppressions", remarks(comparison)),
    )
    lines: list[str] = []
    for heading, items in lists:
        if items:
            lines += [f"## {heading}", "", *(f"- {_text(item.strip())}" for item in items[:_MOST])]
            lines += [f"- and {len(items) - _MOST} more"] if len(items) > _MOST else []
            lines.append("")
    return lines


def _reason(each: Difference) -> str:
    if each.suppressed is not None:
        return f"{each.suppressed.by}: {each.suppressed.reason}"
    return each.service or "information"
