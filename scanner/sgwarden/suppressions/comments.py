"""Comments that suppress findings: the words inside them.

``# sgwarden:ignore=POLICY[,POLICY] [until=YYYY-MM-DD] [reason="..."]``; whatever does not follow this form does not
apply, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from msgspec import Struct

MARK = "sgwarden:ignore"
MARKERS = re.compile(
    rb"(?i:sgwarden[ \t]*[:=._-]?[ \t]*(?:ignore|skip|disable))|(?:checkov|bridgecrew|cortex):skip|tfsec:|trivy:"
)
"""What any comment of interest holds; files without it are not read again."""
MARKERS_IN_TEXT = re.compile(MARKERS.pattern.decode())
_OWN = re.compile(rf"(?<![\w:-]){MARK}")
_NEAR = re.compile(r"\s*sgwarden\s*[:=._-]?\s*(?:ignore|skip|disable)\b", re.IGNORECASE)
"""What was meant for us and is written in another way; only at the beginning of a comment, for the sake of prose."""
_OPTION = re.compile(r"""\s+(?:(\w+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)))(?=\s|$)""")
_POLICIES = re.compile(r"=((?:\*|[a-z0-9-]+)(?:,(?:\*|[a-z0-9-]+))*)(?=\s|$)")
_LEADING = re.compile(r"^\s*\*+(?=\s|$)")
"""How some begin every line of a long comment."""
_FORM = f'write {MARK}=POLICY until=2027-01-31 reason="..."'


class OwnComment(Struct, frozen=True):
    """One suppression that a comment spells."""

    policies: tuple[str, ...] = ()
    until: date | None = None
    reason: str | None = None
    invalid: str = ""


def read_comment(comment: str, known: Collection[str]) -> Iterator[OwnComment]:
    """Yield every suppression in one comment, markers included; ``known`` are the ids of policies."""
    text = without_markers(comment)
    starts = [found.start() for found in _OWN.finditer(text)]
    if not starts and _NEAR.match(text):
        yield OwnComment(invalid=f"it is not spelled {MARK}; {_FORM}")
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        yield _parse_words(text[start + len(MARK) : end].rstrip(), known)


def without_markers(comment: str) -> str:
    """Return a comment without its markers, on one line."""
    if not comment.startswith("/*"):
        return comment.lstrip("#/")
    return " ".join(_LEADING.sub("", line) for line in comment[2:-2].split("\n"))


def _parse_words(text: str, known: Collection[str]) -> OwnComment:
    found = _POLICIES.match(text)
    if found is None:
        return OwnComment(invalid=f"it names no policy; {_FORM}")
    policies = tuple(dict.fromkeys(found[1].split(",")))
    unknown = [name for name in policies if name != "*" and name not in known]
    if unknown:
        from sgwarden.config.effective import suggestion_of  # imported late: for mistakes alone

        return OwnComment(
            policies, invalid=f'there is no policy "{unknown[0]}"; {suggestion_of(unknown[0], sorted(known))}'
        )
    options: dict[str, str] = {}
    position = found.end()
    while position < len(text):
        option = _OPTION.match(text, position)
        if option is None or option[1] not in ("until", "reason") or option[1] in options:
            return OwnComment(policies, invalid=f'"{text[position:].strip()}" is not understood; {_FORM}')
        options[option[1]] = option[3] or option[4] or "" if option[2] is None else re.sub(r"\\(.)", r"\1", option[2])
        position = option.end()
    until = parse_date(options["until"]) if "until" in options else None
    if "until" in options and until is None:
        return OwnComment(policies, invalid=f"until={options['until']} is no date; write until=2027-01-31")
    return OwnComment(policies, until, options.get("reason", "").strip() or None)


def parse_date(text: str) -> date | None:
    """Return the date that a text spells as YYYY-MM-DD; None when it is none."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
