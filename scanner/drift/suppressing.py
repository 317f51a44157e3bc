"""What does not count: ``lifecycle.ignore_changes`` of the code, and the entries of an ignore file.

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

``*``, ``?`` and ``[...]`` match as in a shell. ``reason`` is required, and at least one condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any

from scanner.drift.differences import KINDS, Comparison, Difference, Suppression
from scanner.errors import UsageError

FILE_NAME = ".sgwardenignore"
_TEXTS = ("group", "address", "name", "tag", "description", "direction", "account", "region", "fingerprint")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an ignore file."""

    conditions: Mapping[str, str]
    kinds: tuple[str, ...]
    reason: str
    until: date | None
    number: int
    """Of the entry in its file, from 1."""

    def holds(self, difference: Difference) -> bool:
        """Whether the difference is of this entry; the date aside."""
        if self.kinds and difference.kind not in self.kinds:
            return False
        return all(_matches(name, pattern, difference) for name, pattern in self.conditions.items())


def parse(text: str, path: str) -> tuple[Entry, ...]:
    """The entries of an ignore file. Raises UsageError that names the entry and what is wrong with it."""
    import tomllib

    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"this is no TOML: {error}", path, "write [[ignore]] tables") from error
    entries = content.get("ignore", [])
    if content.keys() - {"ignore"} or not isinstance(entries, list):
        raise UsageError("only [[ignore]] tables are known here", path, "write [[ignore]] before each entry")
    return tuple(_entry(raw, number, path) for number, raw in enumerate(entries, 1))


def _entry(raw: Any, number: int, path: str) -> Entry:
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
    if not isinstance(kinds, list) or not set(kinds) <= set(KINDS):
        raise UsageError(f"kind is none of {', '.join(KINDS)}", where)
    conditions = {name: raw[name] for name in _TEXTS if name in raw}
    if not all(isinstance(value, str) for value in conditions.values()):
        raise UsageError("conditions are texts", where)
    if not conditions and not kinds:
        raise UsageError("it has no condition, and would ignore everything", where)
    return Entry(conditions, tuple(kinds), reason.strip(), _date(raw.get("until"), where), number)


def _date(value: Any, where: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"until = {value!r} is no date", where, "write until = 2027-03-31") from None


def _matches(name: str, pattern: str, each: Difference) -> bool:
    if name == "tag":
        key, equals, value = pattern.partition("=")
        group = each.group_live or each.group_declared
        return group is not None and any(
            fnmatchcase(own, key) and (not equals or (isinstance(content, str) and fnmatchcase(content, value)))
            for own, content in group.tags.items()
        )
    values: Iterable[str | None]
    if name == "address":
        values = (each.address, *each.addresses)
    elif name == "description":
        rule = each.rule_live or each.rule_declared
        values = (rule.description if rule is not None and isinstance(rule.description, str) else None,)
    else:
        values = (
            {
                "group": each.group_id, "name": each.group_name, "direction": each.direction, "account": each.account,
                "region": each.region, "fingerprint": each.fingerprint,
            }[name],
        )  # fmt: skip
    # An address holds brackets that mean themselves: first as it is, then as a pattern.
    return any(
        value is not None and (value == pattern or fnmatchcase(value, _brackets(pattern, name))) for value in values
    )


def _brackets(pattern: str, name: str) -> str:
    return re.sub(r"\[", "[[]", pattern) if name == "address" else pattern


def suppressed(comparison: Comparison, entries: Sequence[Entry], today: date) -> Comparison:
    """The comparison with ``suppressed`` of every difference set, and remarks on entries that do nothing."""
    used: set[int] = set()
    expired: dict[int, int] = {}
    differences = []
    for each in comparison.differences:
        found = by_lifecycle(each)
        for entry in entries:
            if not entry.holds(each):
                continue
            if entry.until is not None and entry.until < today:
                expired[entry.number] = expired.get(entry.number, 0) + 1
                continue
            used.add(entry.number)
            until = entry.until.isoformat() if entry.until is not None else None
            found = found or Suppression("ignore file", entry.reason, until)
        differences.append(replace(each, suppressed=found) if found is not None else each)
    remarks = []
    for entry in entries:
        if entry.number in expired:
            remarks.append(
                f"entry {entry.number} ({entry.reason}) expired on {entry.until}: {expired[entry.number]} back"
            )
        elif entry.number not in used:
            late = f"; it expired on {entry.until}" if entry.until is not None and entry.until < today else ""
            remarks.append(f"entry {entry.number} ({entry.reason}) ignores nothing{late}")
    return replace(comparison, differences=tuple(differences), ignored=tuple(remarks))


def by_lifecycle(each: Difference) -> Suppression | None:
    """Whether the code asks Terraform to leave this be."""
    paths = each.ignore_changes
    if not paths or each.kind in ("group_missing", "group_unmanaged", "rule_recreated"):
        return None
    shown = ", ".join(paths)
    found = Suppression("lifecycle.ignore_changes", f"ignore_changes = [{shown}]")
    own_rule = each.rule_declared is not None and each.rule_declared.style != "inline"
    if own_rule:
        # Terraform makes a rule again that is gone, whatever it ignores about it.
        return None if each.kind == "rule_removed" else _of_rule(each, paths, found)
    if "all" in paths:
        return found
    if each.direction is not None:
        return found if any(_root(path) == each.direction for path in paths) else None
    if each.attribute == "tags":
        return found if _tags_ignored(each, paths) else None
    return found if any(_root(path) == each.attribute for path in paths) else None


_RULE_FIELDS = ("protocol", "from_port", "to_port", "peer", "description")
_ARGUMENTS = {
    "ip_protocol": "protocol", "cidr_ipv4": "peer", "cidr_ipv6": "peer", "cidr_blocks": "peer", "self": "peer",
    "ipv6_cidr_blocks": "peer", "prefix_list_ids": "peer", "prefix_list_id": "peer",
    "referenced_security_group_id": "peer", "source_security_group_id": "peer",
}  # fmt: skip


def _of_rule(each: Difference, paths: Sequence[str], found: Suppression) -> Suppression | None:
    """A changed rule resource: everything that changed must be ignored."""
    if "all" in paths:
        return found
    left, right = each.rule_declared, each.rule_live
    if left is None or right is None:
        return None
    changed = {name for name in _RULE_FIELDS if getattr(left, name) != getattr(right, name)}
    ignored = {_ARGUMENTS.get(_root(path), _root(path)) for path in paths}
    return found if changed <= ignored else None


def _tags_ignored(each: Difference, paths: Sequence[str]) -> bool:
    if any(path in ("tags", "tags_all") for path in paths):
        return True
    own, other = (each.declared or {}).get("tags", {}), (each.live or {}).get("tags", {})
    keys = {key for key in {*own, *other} if own.get(key) != other.get(key)}
    ignored = {found[1] for path in paths if (found := re.fullmatch(r'tags(?:_all)?(?:\["|\.)([^"\]]+)(?:"\])?', path))}
    return keys <= ignored


def _root(path: str) -> str:
    return re.split(r"[.\[]", path, maxsplit=1)[0]
