"""Words for differences in one line, for all reports."""

from __future__ import annotations

from sgwarden.drift.differences import Difference
from sgwarden.model.rules import rule_text


def title(each: Difference) -> str:
    """Return what differs, without sensitive values: ``extra rule: ingress tcp 22 from 0.0.0.0/0``."""
    hidden = each.rule_declared.sensitive if each.rule_declared is not None else frozenset()
    rule = each.rule_live if each.rule_live is not None else each.rule_declared
    text = rule_text(rule, hidden) if rule is not None else ""
    if each.kind == "rule_added":
        return f"extra rule: {text}"
    if each.kind == "rule_removed":
        return f"rule gone: {text}"
    if each.kind == "rule_changed":
        return f"rule changed: {'; '.join(each.change)}" if each.attribute is None else f"description changed: {text}"
    if each.kind == "rule_recreated":
        return f"rule made again under another id: {text}"
    if each.kind == "group_missing":
        return "security group gone"
    if each.kind == "group_unmanaged":
        return "security group that Terraform does not know"
    if each.kind == "prefix_list_changed":
        return "entries of the prefix list changed"
    return f"{each.attribute} changed"


def name(each: Difference) -> str:
    """Return the group by id and name."""
    text = f" ({each.group_name})" if each.group_name else ""
    return f"{each.group_id}{text}"


def place(each: Difference) -> str:
    """Return account and region: ``111122223333/eu-west-1``."""
    return "/".join(filter(None, (each.account, each.region))) or "place unknown"


def effect(each: Difference) -> str:
    """Return what the next apply does about it, and what a refresh did."""
    if each.kind in ("group_unmanaged", "rule_recreated"):
        return ""
    text = "the next apply undoes it" if each.exclusive else "no apply undoes it"
    if each.ownership is not None and each.ownership.inferred:
        text += " (ownership inferred from the state alone)"
    if each.swallowed:
        text += "; a refresh has written it to the state, so plans are silent about it"
    return text


def quoted(value: object) -> str:
    """Return a text in quotes, ``(none)`` for None."""
    return "(none)" if value is None else f'"{value}"'
