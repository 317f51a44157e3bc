"""What a change alters of how it is assessed: the configuration, suppressions, the baseline, and what they hide.

A pull request can bring the rule and its excuse together. Excuses count, since people review them; a gate says that
they came with the change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from sgwarden.findings import Finding, Report

MAX_LINES = 50
_WITHOUT_EFFECT = ("format",)
_LISTS = ("paths", "exemptions")


class Rules(Struct, frozen=True):
    """What one side of a comparison is assessed by."""

    values: Mapping[str, tuple[object, str]]
    """Value and origin by key of the configuration."""
    policies: tuple[str, ...] = ()
    """Name and digest of every file with policies of the user's own: ``a.toml:0123...``."""
    failure: str = ""
    """Why it is not known, instead of all that."""


def changed(before: Rules, now: Rules) -> list[str]:
    """Return what differs, one line each."""
    if before.failure:
        return [f"the configuration of the base is not understood: {before.failure}"]
    lines: list[str] = []
    for key, (value, origin) in now.values.items():
        old, place = before.values[key]
        if key not in _WITHOUT_EFFECT and old != value:
            lines += _differences(key, old, value, origin if origin != "default" else place)
    names = [{name.rpartition(":")[0] for name in side} for side in (before.policies, now.policies)]
    other = {name.rpartition(":")[0] for name in {*before.policies} ^ {*now.policies}}
    lines += [f"policies of your own: {name} {_happened(name, *names)}" for name in sorted(other)]
    return lines


def _happened(name: str, before: set[str], now: set[str]) -> str:
    return "changed" if name in before and name in now else "added" if name in now else "removed"


def _differences(key: str, old: object, new: object, place: str) -> Iterator[str]:
    if key in _LISTS and isinstance(old, list) and isinstance(new, list):
        gone, come = ([one for one in side if one not in other] for side, other in ((old, new), (new, old)))
        yield from (f"{place}: {key}: removed {_shown(one)}" for one in gone)
        yield from (f"{place}: {key}: added {_shown(one)}" for one in come)
    elif isinstance(old, dict) or isinstance(new, dict):
        sides = [side if isinstance(side, dict) else {} for side in (old, new)]
        for name in sorted({*sides[0], *sides[1]}):
            was, now = (side.get(name) for side in sides)
            if was != now:
                yield from _differences(f"{key}.{name}", was, now, place)
    else:
        yield f"{place}: {key}: {_shown(old)} -> {_shown(new)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def hidden(report: Report, otherwise: Report) -> list[str]:
    """Return findings that are new by the rules of the base (``otherwise``) and do not count as such in ``report``."""
    now = {_key(finding): finding for finding in report.findings}
    lines = []
    for finding in otherwise.findings:
        if finding.status != "new":
            continue
        here = now.get(_key(finding))
        if here is None:
            lines.append(f"{described(finding)}: not found by the changed configuration")
        elif here.status == "suppressed":
            lines.append(f"{described(finding)}: suppressed by {here.suppressed_by}")
        elif here.severity < finding.severity:
            lines.append(f"{described(finding)}: {here.severity}, which was {finding.severity}")
    return lines


def newly_suppressed(before: Mapping[str, tuple[str, ...]], now: Report) -> list[str]:
    """Return findings that a comment suppresses which is not among those of the base: neither there nor elsewhere."""
    known = {place: (place.rpartition(":")[0], mark) for place, mark in before.items()}
    same = Counter(known.values())
    left = []
    for place, mark in now.comments.items():
        key = (place.rpartition(":")[0], mark)
        if same[key]:
            same[key] -= 1
        else:
            left.append((place, mark))
    moved: Counter[tuple[str, ...]] = Counter()
    for (_, mark), number in same.items():
        moved[mark] += number
    new = set()
    for place, mark in left:
        if moved[mark]:
            moved[mark] -= 1
        else:
            new.add(place)
    return [
        f"{described(finding)}: suppressed by {finding.suppressed_by}"
        for finding in now.findings
        if finding.status == "suppressed" and (finding.suppressed_by or "").rpartition(" at ")[2] in new
    ]


def newly_known(without: Report, report: Report, file: str) -> list[str]:
    """Return findings that are new by the baseline of the base and existing by that of the change."""
    now = {_key(finding): finding.status for finding in report.findings}
    return [
        f"{described(finding)}: an entry of {file}"
        for finding in without.findings
        if finding.status == "new" and now.get(_key(finding)) == "existing"
    ]


def described(finding: Finding) -> str:
    """Return one finding in one line."""
    place = f"{finding.location.file}:{finding.location.line}" if finding.location else finding.address
    return f"{place}: {finding.inline_message} [{finding.policy}]"


def shortened(lines: Iterable[str]) -> tuple[str, ...]:
    """Return each line once, and no more than MAX_LINES."""
    every = tuple(dict.fromkeys(lines))
    more = len(every) - MAX_LINES
    return every if more <= 0 else (*every[:MAX_LINES], f"{more} more")


def there(path: str, here: Path, mirror: Path) -> str:
    """Return the place of a file or directory in a mirror of the base; its own where the mirror has none.

    ``here`` is the directory that it is relative to.
    """
    whole = (here / path).resolve()
    place = mirror / whole.relative_to(whole.anchor)
    return str(place if place.exists() else whole)


def nearest(path: str, here: Path, mirror: Path) -> str:
    """Return the place of a path in a mirror of the base, or of the nearest directory above it that the mirror has."""
    whole = (here / path).resolve()
    place = mirror / whole.relative_to(whole.anchor)
    while not place.exists():
        place = place.parent
    return str(place)


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.root, finding.policy, finding.address, finding.fingerprint
