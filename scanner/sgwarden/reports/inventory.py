"""The model itself as a document or as text; ``scanner/sgwarden/schemas/inventory.schema.json`` describes the former."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sgwarden.model import jsonable
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.monitoring import Monitoring
from sgwarden.model.rules import rule_text_with_reasons
from sgwarden.model.security_groups import Rule, SecurityGroup
from sgwarden.model.values import Unknown
from sgwarden.reports.parts import monitoring
from sgwarden.reports.parts.json import skipped_document, to_json
from sgwarden.reports.parts.sanitize import escape_controls, safe_for_log
from sgwarden.reports.parts.style import Style
from sgwarden.reports.parts.text import pluralize, unread


def render_json(infrastructures: Sequence[Infrastructure], paths: Sequence[str]) -> str:
    """Return the inventory as one JSON document; with several roots every item names the one it comes from."""
    several = len(infrastructures) > 1

    def items(kind: str, convert: Callable[[Any], dict[str, object]]) -> list[dict[str, object]]:
        return [
            ({"root": each.source.path} if several else {}) | convert(item)
            for each in infrastructures
            for item in getattr(each, kind)
        ]

    document = {
        "schema_version": "1",
        "source": {"kind": _kind(infrastructures), "path": ", ".join(paths)},
        "sources": [{"kind": each.source.kind, "path": each.source.path} for each in infrastructures],
        "security_groups": items("security_groups", _group),
        "rules": items("rules", _rule),
        "monitoring": _monitoring(infrastructures, several),
        "resources_seen": sum(each.resources_seen for each in infrastructures),
        "skipped": items("skipped", skipped_document),
    }
    return to_json(document)


def _monitoring(infrastructures: Sequence[Infrastructure], several: bool) -> dict[str, list[dict[str, object]]]:
    """Return the resources of the monitoring chain by kind; with several roots each names the one it comes from."""
    joined: dict[str, list[dict[str, object]]] = monitoring.documents(Monitoring())
    for each in infrastructures:
        for kind, items in monitoring.documents(each.monitoring).items():
            joined[kind] += [({"root": each.source.path} if several else {}) | item for item in items]
    return joined


def _group(group: SecurityGroup) -> dict[str, object]:
    def shown(name: str) -> object:
        return {"sensitive": True} if name in group.sensitive else jsonable.value(getattr(group, name))

    return {
        "address": group.address,
        "id": group.id,
        "name": shown("name"),
        "name_prefix": shown("name_prefix"),
        "description": shown("description"),
        "vpc_id": shown("vpc_id"),
        "account": shown("account"),
        "region": shown("region"),
        "default": group.default,
        "tags": {"sensitive": True} if "tags" in group.sensitive else _tags(group.tags),
        "rules_managed": group.rules_managed,
        "location": jsonable.location(group.location),
        "may_exist": jsonable.value(group.may_exist),
    }


def _rule(rule: Rule) -> dict[str, object]:
    description = {"sensitive": True} if "description" in rule.sensitive else jsonable.value(rule.description)
    return {
        "security_group": jsonable.value(rule.security_group),
        "address": rule.address,
        "id": rule.id,
        **jsonable.rule_traffic(rule),
        "description": description,
        "tags": _tags(rule.tags),
        "location": jsonable.location(rule.location),
        "may_exist": jsonable.value(rule.may_exist),
    }


def render_text(infrastructures: Sequence[Infrastructure], style: Style) -> str:
    """Return groups with their rules, for people."""
    lines: list[str] = []
    for each in infrastructures:
        if len(infrastructures) > 1:
            lines += [style.dim(f"# {escape_controls(each.source.path)}"), ""]
        rules: dict[str | None, list[Rule]] = {}
        for rule in each.rules:
            key = None if isinstance(rule.security_group, Unknown) else rule.security_group
            rules.setdefault(key, []).append(rule)
        for group in each.security_groups:
            lines += [
                style.bold(escape_controls(group.address)) + _extras(group),
                *_rule_lines(rules.pop(group.address, [])),
                "",
            ]
        for declared, others in rules.items():
            heading = (
                "rules of groups that are unknown"
                if declared is None
                else f"{escape_controls(declared)} (declared elsewhere)"
            )
            lines += [style.bold(heading), *_rule_lines(others), ""]
        resources = monitoring.lines(each.monitoring)
        lines += [style.bold("monitoring"), *map(escape_controls, resources), ""] if resources else []
        missing = [f"{skipped.what}: {skipped.reason}" for skipped in unread(each.skipped)]
        lines += [f"not read: {escape_controls(text)}" for text in missing]
    groups = sum(len(each.security_groups) for each in infrastructures)
    count = sum(len(each.rules) for each in infrastructures)
    seen = sum(each.resources_seen for each in infrastructures)
    count_missing = sum(len(unread(each.skipped)) for each in infrastructures)
    whole = f"{count_missing} not read" if count_missing else "everything read"
    lines.append(
        f"{pluralize(groups, 'security group')}, {pluralize(count, 'rule')}, {pluralize(seen, 'resource')} seen; {whole}"
    )
    return safe_for_log("\n".join(lines) + "\n")


def _rule_lines(rules: Iterable[Rule]) -> list[str]:
    return [f"  {escape_controls(_rule_line(rule))}" for rule in rules] or ["  no rules"]


def _rule_line(rule: Rule) -> str:
    condition = f"  if it exists: {rule.may_exist.reason}" if rule.may_exist else ""
    return rule_text_with_reasons(rule) + condition


def _extras(group: SecurityGroup) -> str:
    name = group.name if isinstance(group.name, str) and "name" not in group.sensitive else None
    parts = [name, group.id, "default group" if group.default else None, "may exist" if group.may_exist else None]
    text = ", ".join(part for part in parts if part)
    return escape_controls(f"  ({text})") if text else ""


def _tags(tags: Mapping[str, object]) -> dict[str, object]:
    return {name: jsonable.value(tags[name]) for name in sorted(tags)}


def _kind(infrastructures: Sequence[Infrastructure]) -> str:
    kinds = {each.source.kind for each in infrastructures}
    return kinds.pop() if len(kinds) == 1 else "mixed"
