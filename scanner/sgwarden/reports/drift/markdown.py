"""The morning report: for somebody who was not there. What was not read, what changed, since when, how bad, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sgwarden.drift import titles
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.differences import not_counted, reason_not_counted, suppression_messages
from sgwarden.reports.parts.markdown import Section, block, code, page, text
from sgwarden.reports.parts.summary import drift_summary
from sgwarden.reports.parts.text import pluralize, unread

_MOST = 200
_MOST_REMEDIES = 50


def render(comparison: Comparison, context: DriftContext) -> str:
    """Return Markdown that an issue or a comment on GitHub can hold, with what was cut."""
    drift = sorted(comparison.drift, key=lambda each: (not _new(each), -each.severity))
    head = ["# Security group drift", "", f"{text(drift_summary(comparison))}.", ""]
    if context.at:
        of = f" of what was live at {text(context.taken)}" if context.taken and context.taken != context.at else ""
        head += [f"Compared at {text(context.at)}{of}.", ""]
    sections = [_unread(comparison)]
    if context.remembers:
        sections += [
            _table("New since the last run", [each for each in drift if _new(each)], context, 1),
            _table("Still there", [each for each in drift if not _new(each)], context, 2),
            _list("Gone since the last run", [what for _, what in comparison.gone], 5),
        ]
    else:
        sections.append(_table("What changed", drift, context, 1))
    sections += [_what_to_do(drift), *_rest(comparison)]
    return "\n".join(page(head, sections)).rstrip("\n") + "\n"


def _unread(comparison: Comparison) -> Section:
    head = ("## Not read", "", "Nothing below is claimed of these; drift in them stays unseen until they are read.", "")
    items = [f"- {code(each.what)}: {text(each.reason)}" for each in unread(comparison.skipped)]
    items += [f"- a policy broke: {text(failure)}" for failure in comparison.failures]
    return Section(head, items, "- and {} more", 0, 0.15)


def _new(each: Difference) -> bool:
    return each.memory is not None and each.memory.new


def _table(heading: str, differences: Sequence[Difference], context: DriftContext, rank: int) -> Section:
    head = (f"## {heading}", "", "| How bad | Where | What | Since | Effect |", "| --- | --- | --- | --- | --- |")
    return Section(head, [_row(each, context) for each in differences], "\n{} more are not shown.", rank, 0.3, _MOST)


def _list(heading: str, items: Sequence[str], rank: int) -> Section:
    return Section(
        (f"## {heading}", ""), [f"- {text(item.strip())}" for item in items], "- and {} more", rank, 0.02, _MOST
    )


def _row(each: Difference, context: DriftContext) -> str:
    where = [code(titles.name(each)), text(titles.place(each))]
    where += [code(address) for address in each.addresses[:3]]
    if each.location is not None:
        where.append(code(f"{context.uri_of(each.location.file)}:{each.location.line}"))
    what = [
        text(titles.title(each)),
        *(text(line) for line in each.change if each.attribute is not None or each.kind == "group_unmanaged"),
    ]
    since = "unknown"
    if each.memory is not None:
        since = f"{each.memory.first_seen}, {pluralize(each.memory.age_days, 'day')}"
        since += f", came {each.memory.appearances} times" if each.memory.appearances > 1 else ""
    elif each.new_since_previous:
        since = "since the previous snapshot"
    effect = []
    if each.opens_to_internet:
        effect.append("**opens to the internet**")
    if each.risk:
        effect.append(f"now fails {', '.join(code(policy) for policy in each.risk)}")
    if not each.exposure_changes:
        effect.append("admits the same as before")
    effect += [text(note) for note in (titles.effect(each), *each.notes) if note]
    first = text(since) + (f"<br>{code(each.fingerprint[:12])}" if each.memory is not None else "")
    return f"| {each.severity} | {'<br>'.join(where)} | {'<br>'.join(what)} | {first} | {'; '.join(effect)} |"


def _what_to_do(drift: Sequence[Difference]) -> Section:
    """Return remedies, worst first; to be reviewed, not pasted."""
    items = []
    for each in [item for item in drift if item.remedies]:
        lines = [f"### {text(titles.title(each))}: {code(titles.name(each))}", ""]
        for remedy in each.remedies:
            language = "sh" if remedy.language == "shell" else "hcl"
            lines += [f"{text(remedy.what)}:", "", *block(remedy.text, language), ""]
        items.append("\n".join(lines))
    head = ("## What to do", "", "Commands to review first; nothing was run.", "")
    return Section(head, items, "Commands for {} more are not shown.", 3, 0.2, _MOST_REMEDIES, ())


def _rest(comparison: Comparison) -> list[Section]:
    single, many = not_counted(comparison)
    one_by_one = [f"{titles.title(each)}: {titles.name(each)}: {reason_not_counted(each)}" for each in single]
    lists = (
        ("Not counted", [*one_by_one, *many]),
        ("Undecided", [f"{each.group} {each.what}: {each.reason}" for each in comparison.undecided]),
        ("In the code and not applied", [f"{each.address} {each.what}: {each.detail}" for each in comparison.pending]),
        ("Notes", [f"{each.group} {each.text}" for each in comparison.notes]),
        ("Ignore file", list(comparison.ignored)),
        ("Suppressions", suppression_messages(comparison)),
    )
    return [_list(heading, items, rank) for rank, (heading, items) in enumerate(lists, 6)]
