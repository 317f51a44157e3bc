"""The ignore file of drift, ``.sgwardenignore``: suppressions of differences alone.

The file is TOML, one table for each entry; all its conditions must hold::

    [[ignore]]
    group = "sg-0a1b2c3d"            # id of the group (or prefix list)
    address = "module.edge.*"        # address of a resource that differs, or of its group
    name = "k8s-*"                   # name of the group
    tag = "owner=platform"           # tag of the live group: KEY or KEY=VALUE
    kind = "rule_added"              # or a list of kinds
    description = "elbv2.k8s.aws/*"  # description of the live rule
    direction = "ingress"
    account = "111122223333"
    region = "eu-west-1"
    fingerprint = "5f0c..."
    reason = "the load balancer controller writes these rules"
    until = 2027-03-31               # the last day; without it the entry holds for good

``*``, ``?`` and ``[...]`` match as in a shell; in an address brackets mean themselves, and it covers what
``exemptions`` of the configuration cover. ``reason`` is required, and at least one condition.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path

from sgwarden.config.configuration import DIFFERENCE_KINDS, DRIFT
from sgwarden.errors import UsageError
from sgwarden.model.locations import Location
from sgwarden.suppressions.exemptions import SuppressionEntry
from sgwarden.suppressions.suppression import Suppression

FILE_NAME = ".sgwardenignore"
_TEXTS = ("group", "address", "name", "tag", "description", "direction", "account", "region", "fingerprint")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*ignore[ \t]*\]\]", re.MULTILINE)


def parse(text: str, path: str) -> tuple[SuppressionEntry, ...]:
    """Return the entries of an ignore file. Raises UsageError that names the entry and its mistake."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is no TOML: {error}", path, "write [[ignore]] tables") from error
    entries = content.get("ignore", [])
    if content.keys() - {"ignore"} or not isinstance(entries, list):
        raise UsageError("only [[ignore]] tables are known here", path, "write [[ignore]] before each entry")
    lines = [text.count("\n", 0, found.start()) + 1 for found in _HEADER.finditer(text)]
    lines = lines if len(lines) == len(entries) else [1] * len(entries)  # written as one list, or with a text like it
    return tuple(
        _entry(raw, number, path, line) for number, (raw, line) in enumerate(zip(entries, lines, strict=True), 1)
    )


def _entry(raw: object, number: int, path: str, line: int) -> SuppressionEntry:
    where = f"{path}, entry {number}"
    if not isinstance(raw, dict):
        raise UsageError("an entry is a table", where)
    unknown = sorted(raw.keys() - {*_TEXTS, "kind", "reason", "until"})
    if unknown:
        raise UsageError(f"{', '.join(unknown)} is no condition", where, f"use one of {', '.join((*_TEXTS, 'kind'))}")
    reason = raw.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise UsageError("it lacks a reason", where, 'write reason = "..."')
    kinds = raw.get("kind", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or any(kind not in DIFFERENCE_KINDS for kind in kinds):
        raise UsageError(f"kind is none of {', '.join(DIFFERENCE_KINDS)}", where)
    conditions = {name: raw[name] for name in _TEXTS if name in raw}
    if not all(isinstance(value, str) for value in conditions.values()):
        raise UsageError("conditions are texts", where)
    if not conditions and not kinds:
        raise UsageError("it has no condition, and would ignore everything", where)
    named = {"id" if name == "group" else name: (pattern,) for name, pattern in conditions.items()}
    suppression = Suppression(
        "ignore file", (DRIFT,), Location(path, line, line), f"entry {number} ({reason.strip()})",
        _date(raw.get("until"), where), reason.strip(),
    )  # fmt: skip
    criteria = {"policy": (DRIFT,), **named, **({"kind": tuple(kinds)} if kinds else {})}
    return SuppressionEntry(criteria, suppression, Path(path).parent, as_shell=True)


def _date(value: object, where: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"until = {value!r} is no date", where, "write until = 2027-03-31") from None
