"""Suppressions by ``lifecycle.ignore_changes`` in the code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sgwarden.drift.differences import Difference, Suppression


def suppression_by_lifecycle(each: Difference) -> Suppression | None:
    """Return the suppression if ``lifecycle.ignore_changes`` covers the difference."""
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
    """Return the suppression of a changed rule resource: everything that changed must be ignored."""
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
