"""Markdown that renders as text and fits into a comment, a job's summary or an issue.

Text from elsewhere makes no HTML, link, image, heading or mention; a page above the limit says what it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sgwarden.reports.parts.sanitize import escape_controls, escape_lines

LIMIT = 65_000
"""Characters of a page: GitHub refuses a comment or an issue above 65,536 and cuts a job's summary at 1 MiB."""
_LONGEST = 1500
"""Characters of one text."""
_NOTE = 80
"""Characters for the line that says how much is not shown."""

_CODE = re.compile(r"`([^`]+)`")
_ACTIVE = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^(?:[#>+=-]|\d+(?=[.)](?:\s|$)))")
_AUTOMATIC = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
"""Where a mention, reference or link begins, escaped or not: a space without width is put there."""
_SPACE = "&#8203;"


class Section(NamedTuple):
    """A part of a page: a table or a list, the most important items first."""

    head: tuple[str, ...]
    """Lines before the items."""
    items: Sequence[str]
    more: str
    """The line for items that are not shown: ``{} more findings are not shown.``"""
    rank: int
    """Sections of a low rank take what is left of the page first."""
    share: float
    """Part of the page that is reserved for it."""
    most: int = 500
    """Items that are shown at most."""
    foot: tuple[str, ...] = ("",)
    beyond: int = 0
    """How many items there are besides ``items``."""


def page(head: Sequence[str], sections: Sequence[Section], limit: int = LIMIT) -> list[str]:
    """Return the lines of a page within ``limit`` characters; sections without items are left out."""
    filled = [section for section in sections if section.items]
    fixed = sum(_length((*section.head, *section.foot)) + _NOTE for section in filled)
    free = limit - _length(head) - fixed
    shown = [0] * len(filled)
    by_rank = sorted(range(len(filled)), key=lambda place: filled[place].rank)
    for share in (True, False):
        for place in by_rank:
            section = filled[place]
            room = min(free, int(section.share * limit)) if share else free
            for item in section.items[shown[place] : section.most]:
                if len(item) >= room:
                    break
                room -= len(item) + 1
                free -= len(item) + 1
                shown[place] += 1
    lines = [*head]
    for section, number in zip(filled, shown, strict=True):
        lines += [*section.head, *section.items[:number]]
        left_out = len(section.items) - number + section.beyond
        if left_out:
            lines += section.more.format(left_out).split("\n")
        lines += section.foot
    return lines


def text(plain: str) -> str:
    """Return text of one line, also in a table; what stands between backticks stays code."""
    parts = _CODE.split(_flat(plain))
    escaped = "".join(code(part) if place % 2 else _escape(part) for place, part in enumerate(parts))
    return _OPENING.sub(lambda found: f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}", escaped)


def code(plain: str) -> str:
    """Return text of one line as code, also in a table."""
    flat = _flat(plain)
    if not flat:
        return ""
    return f"<code>{_escape(flat)}</code>" if "`" in flat or "|" in flat else f"`{flat}`"


def block(plain: str, language: str) -> list[str]:
    """Return a block of code, whatever its lines hold."""
    whole = escape_lines(plain)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", whole)), default=0))
    return [f"{fence}{language}", whole, fence]


def _flat(plain: str) -> str:
    flat = escape_controls(" ".join(plain.split()))
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}…"


def _escape(flat: str) -> str:
    escaped = _ACTIVE.sub(lambda found: f"\\{found[0]}", _AUTOMATIC.sub("\u200b", flat.replace("\u200b", "")))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace("\u200b", _SPACE)


def _length(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
