"""Unknown values of a plan, traced to the resources that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.model.values import Unknown
from sgwarden.sources.plan.addresses import key_text
from sgwarden.sources.plan.references import ModulePath, Tracer, at_path
from sgwarden.sources.plan.values import decode_marks

if TYPE_CHECKING:
    from sgwarden.sources.plan.json_types import ResourceChange

Path = tuple[str | int, ...]
_ID_LISTS = frozenset(
    ("security_groups", "security_group_ids", "vpc_security_group_ids", "prefix_list_ids", "ingress_rule_ids",
     "egress_rule_ids", "custom_security_group_ids", "security_group_arns", "security_group_id_list",
     "security_groups_ids", "replication_servers_security_groups_ids")
)  # fmt: skip
_CIDR_LISTS = frozenset(("cidr_blocks", "ipv6_cidr_blocks"))
_IDENTITY = re.compile(r"(^|_)(id|arn|name)$|^$")
"""Attributes that name a resource."""
_IDENTITY_ARGUMENT = re.compile(
    r"(_ids?|_arns?|_id_list|_groups?|_name|_identifier|_interface|_configuration)$|^(id|arn|instances?|elb|load_balancers)$"
)
"""Arguments that take the name of a resource. A list of networks is none of them: it can hold constants beside
an unknown element, and the plan hides those."""
_GROUP_REFERENCE = ("aws_security_group.", "aws_default_security_group.")
_PREFIX_LIST_REFERENCE = "aws_ec2_managed_prefix_list."


class Configured(Struct, frozen=True):
    """One resource instance of a plan and its arguments in the configuration."""

    module_path: ModulePath
    address: str
    """Its address inside the module, without the key."""
    key: int | str | None
    expressions: dict[str, object] | None
    """None when the configuration lacks the resource."""


class UnknownValues:
    """Puts Unknowns where a plan says that a value is known after apply."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._expressions: dict[tuple[int, Path], object] = {}

    def merged(self, value: object, mark: object, path: Path, subject: Configured) -> object:
        """Return ``value`` with an Unknown wherever ``mark`` (``after_unknown``) is true."""
        if mark is True:
            return self.at(path, subject)
        if isinstance(mark, dict) and mark:
            merged: dict[str, object] = dict(value) if isinstance(value, dict) else {}
            for name, inner in mark.items():
                if inner:
                    merged[name] = self.merged(merged.get(name), inner, (*path, name), subject)
            return merged
        if isinstance(mark, list) and isinstance(value, tuple):
            return tuple(
                self.merged(item, mark[index], (*path, index), subject) if index < len(mark) and mark[index] else item
                for index, item in enumerate(value)
            )
        return value

    def at(self, path: Path, subject: Configured) -> Unknown | tuple[Unknown, ...]:
        """Return the Unknown at ``path``; for a list of ids, a tuple of those that are certain to be in it."""
        expressions = subject.expressions
        if expressions is None or path[0] not in expressions:
            return Unknown("known after apply")
        name = path[-1] if isinstance(path[-1], str) else path[-2] if len(path) > 1 else ""
        expression = self._expressions.get((id(expressions), path))
        if expression is None:
            expression = _of_kind(at_path(expressions[str(path[0])], path[1:]), str(name))
            self._expressions[(id(expressions), path)] = expression
        many = isinstance(path[-1], str) and str(name) in _ID_LISTS
        found = self._tracer.unknowns(subject.module_path, subject.address, key_text(subject.key), expression, many)
        if not _IDENTITY_ARGUMENT.search(str(name)) or not all(
            _IDENTITY.search(item.attribute or "") for item in found
        ):
            # What was computed from an attribute, such as a port, does not stand for it.
            return Unknown(found[0].reason)
        if many and all(item.address for item in found):
            return tuple(found)
        return found[0] if len(found) == 1 else Unknown("known after apply")


class UnknownAttributes:
    """Tells whether an attribute of an address is unknown in the plan; decodes its marks on the first call."""

    def __init__(self, changes: Iterable[ResourceChange], path: str) -> None:
        self._raw = {change.address: change.change.after_unknown for change in changes if not change.deposed}
        self._decoded: dict[str, object] = {}
        self._path = path

    def __call__(self, address: str, attribute: str) -> bool:
        marks = self._decoded.get(address)
        if marks is None:
            raw = self._raw.get(address)
            if raw is None:
                return False
            marks = self._decoded[address] = decode_marks(raw, self._path) or {}
        if not isinstance(marks, dict):
            return marks is True
        mark = marks.get(attribute)
        return bool(mark) and mark != [] and mark != {}


def _of_kind(expression: object, name: str) -> object:
    """Return ``expression`` without the references that certainly belong to another argument of its block.

    Attributes as blocks give one list of references for all their arguments.
    """
    if not isinstance(expression, dict) or not isinstance(expression.get("references"), list):
        return expression
    names = expression["references"]
    if name == "prefix_list_ids":
        kept = [item for item in names if not str(item).startswith(_GROUP_REFERENCE)]
    elif name in _ID_LISTS:
        kept = [item for item in names if not str(item).startswith(_PREFIX_LIST_REFERENCE)]
    elif name in _CIDR_LISTS:
        kept = [item for item in names if not str(item).startswith((*_GROUP_REFERENCE, _PREFIX_LIST_REFERENCE))]
    else:
        return expression
    return {"references": kept}
