"""Trace unknown values of a plan to the resources that they stand for.

A plan says only *that* a value is known after apply. Its ``configuration`` lists the references of each
argument, without the expression around them and without the module's locals. A value is traced
to a resource only when that is certain; https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from msgspec import Struct, field

from sgwarden.model.values import Unknown

_MODULE_STEP = re.compile(r'module\.([^.\[\]]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?')
_RESOURCE = re.compile(r'((?:data\.)?[a-zA-Z_][\w-]*\.[\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?(?:\.([\w-]+))?')
_KNOWN_ROOTS = ("count", "path", "terraform", "self")
_DEPTH = 32
_STEPS = 2000
"""References followed for one value; more is no configuration that anybody wrote."""
_GROUP_TYPES = ("aws_security_group", "aws_default_security_group")

ModulePath = tuple[tuple[str, str], ...]
"""Steps of ``(name, key as written between brackets or "")``, outermost first."""


class Module(Struct):
    """One module of the plan's configuration; shared by all its instances."""

    expressions: dict[str, dict[str, object]] = field(default_factory=dict)
    """Arguments by resource address inside the module: ``aws_security_group.web``."""
    for_each: dict[str, object] = field(default_factory=dict)
    """The for_each expression by resource address inside the module."""
    providers: dict[str, str] = field(default_factory=dict)
    """provider_config_key by resource address inside the module."""
    outputs: dict[str, object] = field(default_factory=dict)
    arguments: dict[str, dict[str, object]] = field(default_factory=dict)
    """Arguments by module call."""
    calls: dict[str, Module] = field(default_factory=dict)


class Target(Struct, frozen=True):
    """What a value comes from: an attribute of a resource, or (address empty) something untraceable."""

    address: str
    attribute: str = ""
    text: str = ""
    """The reference, for people."""


@lru_cache(maxsize=4096)
def split_module(address: str) -> ModulePath:
    """Return ``(("a", '"x"'), ("b", "0"))`` for ``module.a["x"].module.b[0]``."""
    return tuple((name, key or "") for name, key in _MODULE_STEP.findall(address)) if address else ()


@lru_cache(maxsize=4096)
def join_module(path: ModulePath) -> str:
    """Return the inverse of ``split_module``, with a dot at the end; empty for the root module."""
    return "".join(f"module.{name}[{key}]." if key else f"module.{name}." for name, key in path)


def references(expression: object) -> list[str]:
    """Return the references of an expression and of blocks inside; each only in full.

    The plan lists ``aws_vpc.a.id`` together with its prefix ``aws_vpc.a``; the prefixes are left out.
    """
    found: dict[str, None] = {}
    _gather(expression, found)
    names = list(found)
    return [
        name
        for name in names
        if not any(other != name and other.startswith(name) and other[len(name)] in ".[" for other in names)
    ]


def _gather(expression: object, found: dict[str, None], depth: int = 0) -> None:
    if depth > _DEPTH:
        return
    if isinstance(expression, list):
        for item in expression:
            _gather(item, found, depth + 1)
    elif isinstance(expression, dict):
        listed = expression.get("references")
        if isinstance(listed, list):
            found.update(dict.fromkeys(name for name in listed if isinstance(name, str)))
        elif "constant_value" not in expression:
            for item in expression.values():
                _gather(item, found, depth + 1)


def at_path(expression: object, path: tuple[str | int, ...]) -> object:
    """Return the part of an expression that makes the value at ``path``, else the nearest one around it."""
    for step in path:
        if isinstance(expression, dict) and "references" not in expression and step in expression:
            expression = expression[step]
        elif isinstance(expression, list) and isinstance(step, int):
            # Blocks of a set are sorted in values and not in the configuration: only one block is certain.
            expression = expression[0] if len(expression) == 1 else expression
        elif isinstance(expression, list) and isinstance(step, str):
            expression = [item[step] for item in expression if isinstance(item, dict) and step in item]
    return expression


class Tracer:
    """Finds targets of references across modules."""

    def __init__(
        self, root: Module, instances: dict[str, dict[str, str]], is_unknown: Callable[[str, str], bool]
    ) -> None:
        """``instances`` gives the full address by key (as written, "" for none) for every
        resource address without its key; ``is_unknown`` tells whether an attribute of a full
        address is unknown in this plan."""
        self._root = root
        self._instances = instances
        self._is_unknown = is_unknown
        self._modules: dict[tuple[str, ...], Module | None] = {}
        self._references: dict[int, tuple[object, list[str]]] = {}
        self._steps = 0

    def module(self, path: ModulePath) -> Module | None:
        """Return the configuration of a module instance."""
        names = tuple(name for name, _ in path)
        if names not in self._modules:
            module: Module | None = self._root
            for name in names:
                module = module.calls.get(name) if module is not None else None
            self._modules[names] = module
        return self._modules[names]

    def _names(self, expression: object) -> list[str]:
        """Return ``references``, once per expression; the expression is kept so that its id stays its own."""
        held = self._references.get(id(expression))
        if held is None:
            held = self._references[id(expression)] = expression, references(expression)
        return held[1]

    def unknowns(self, path: ModulePath, resource: str, key: str, expression: object, many: bool) -> list[Unknown]:
        """Return the Unknowns that an unknown argument of ``resource[key]`` stands for.

        One Unknown for a single value; for a list of ids (``many``) one for each that is certain to be in
        it. Ids written as constants beside them are not in the plan and so not in the result.
        """
        self._steps = 0
        names = self._names(expression)
        targets: dict[Target, None] = {}
        chooser = False
        for name in names:
            own_targets = list(self._targets(path, resource, key, name, names, 0))
            chooser = chooser or not own_targets
            targets.update(dict.fromkeys(own_targets))
        found = list(targets)
        if len(found) == 1 and not found[0].address and _is_local(found[0].text):
            own = self._only_group(path)
            found = [Target(own, "id", own)] if own else found
        shown = ", ".join(sorted({target.text for target in found} or set(names))[:4])
        verb = "are" if "," in shown else "is"
        plain = Unknown(f"{shown} {verb} known after apply" if shown else "known after apply")
        certain = [target for target in found if target.address]
        if not certain or len(certain) < len(found):
            return [plain]
        # Several candidates are all in a list only when nothing could have chosen between them.
        if len(certain) > 1 and (chooser or not many):
            return [plain]
        return [
            Unknown(f"{target.text} is known after apply", target.address, target.attribute, not_null=True)
            for target in certain
        ]

    def _targets(
        self, path: ModulePath, resource: str, key: str, name: str, context: list[str], depth: int
    ) -> Iterator[Target]:
        """Yield what can make ``name`` unknown; nothing when it is known."""
        first = _first(name)
        self._steps += 1
        if depth > _DEPTH or self._steps > _STEPS:
            yield Target("", text=name)
        elif first in _KNOWN_ROOTS or name == "each.key":
            return
        elif first == "var":
            yield from self._variable(path, name, depth)
        elif first == "each":
            yield from self._each_value(path, resource, key, name, depth)
        elif first == "module":
            yield from self._output(path, key, name, context, depth)
        elif first == "local":
            yield Target("", text=name)
        else:
            yield from self._resource(path, key, name, context)

    def _variable(self, path: ModulePath, name: str, depth: int) -> Iterator[Target]:
        if not path:
            return  # A root variable always has a value when a plan is made.
        parent = self.module(path[:-1])
        call, call_key = path[-1]
        variable = _first(name[4:])
        expression = parent.arguments.get(call, {}).get(variable) if parent is not None else None
        names = self._names(expression)
        for inner in names:
            yield from self._targets(path[:-1], f"module.{call}", call_key, inner, names, depth + 1)

    def _each_value(self, path: ModulePath, resource: str, key: str, name: str, depth: int) -> Iterator[Target]:
        module = self.module(path)
        names = self._names(module.for_each.get(resource)) if module is not None else []
        attribute = name.removeprefix("each.value").lstrip(".") or "id"
        if len(names) == 1 and attribute.isidentifier():
            chained = self._instances.get(join_module(path) + names[0], {}).get(key)
            if chained is not None:
                if self._is_unknown(chained, attribute):
                    yield Target(chained, attribute, f"{chained}.{attribute}")
                return
        candidates = [
            target for inner in names for target in self._targets(path, resource, key, inner, names, depth + 1)
        ]
        if len(candidates) == 1:
            yield candidates[0]
        elif candidates or not names:
            yield Target("", text=name)

    def _output(self, path: ModulePath, key: str, name: str, context: list[str], depth: int) -> Iterator[Target]:
        step = _MODULE_STEP.match(name)
        rest = name[step.end() :].lstrip(".") if step is not None else ""
        if step is None or not rest:
            yield Target("", text=name)
            return
        call, call_key = step.group(1), step.group(2) or ""
        child_path = (*path, (call, call_key))
        child = self.module(child_path)
        output = _first(rest)
        expression = child.outputs.get(output) if child is not None else None
        if expression is None:
            yield Target("", text=name)
            return
        names = self._names(expression)
        for inner in names:
            for target in self._targets(child_path, "", "", inner, names, depth + 1):
                own = self._only_group(child_path) if not target.address and _is_local(target.text) else None
                yield Target(own, "id", own) if own else target

    def _resource(self, path: ModulePath, key: str, name: str, context: list[str]) -> Iterator[Target]:
        parts = _resource_parts(name)
        if parts is None:
            yield Target("", text=name)
            return
        resource, index, attribute = parts
        prefix = join_module(path)
        instances = self._instances.get(prefix + resource, {})
        if index is not None or "" in instances:
            address = instances.get(index or "")
            if address is None:
                if index is None or resource.startswith("data."):
                    yield Target("", text=prefix + name)
                return
            wanted = attribute or "id"
            if self._is_unknown(address, wanted):
                yield Target(address, wanted, f"{address}.{wanted}")
            return
        # An index that is computed is lost in the plan, and with it the attribute.
        wanted = attribute or "id"
        if ("each.key" in context or "count.index" in context) and key in instances:
            if self._is_unknown(instances[key], wanted):
                yield Target(instances[key], wanted, f"{instances[key]}.{wanted}")
        elif len(instances) == 1:
            (address,) = instances.values()
            if self._is_unknown(address, wanted):
                yield Target(address, wanted, f"{address}.{wanted}")
        elif instances or resource.startswith("data."):
            yield Target("", text=prefix + name)

    def _only_group(self, path: ModulePath) -> str | None:
        """Return the group that a module's local must stand for: the one of unknown id that the module makes.

        None when the module could know another one: from a resource or module of its own, or from a caller.
        """
        module = self.module(path)
        if module is None or module.calls:
            return None
        prefix = join_module(path)
        groups: list[str] = []
        for resource in module.expressions:
            kind = resource.split(".", 1)[0]
            if kind in _GROUP_TYPES:
                groups += [a for a in self._instances.get(prefix + resource, {}).values() if self._is_unknown(a, "id")]
            elif kind in _MAKES_GROUPS or resource.startswith("data."):
                return None
        return groups[0] if len(groups) == 1 and not self._given_groups(path) else None

    def _given_groups(self, path: ModulePath) -> bool:
        """Return True if a caller hands in something that may be an unknown group."""
        if not path:
            return False
        parent = self.module(path[:-1])
        call, call_key = path[-1]
        for expression in (parent.arguments.get(call, {}) if parent is not None else {}).values():
            names = self._names(expression)
            for name in names:
                for target in self._targets(path[:-1], f"module.{call}", call_key, name, names, 1):
                    if not target.address or _may_be_group(target):
                        return True
        return False


def _may_be_group(target: Target) -> bool:
    """Return True if the attribute can hold the id of a security group."""
    kind = target.address.rsplit(".", 2)[-2] if target.address.count(".") else ""
    return kind in _GROUP_TYPES or "security_group" in target.attribute or target.attribute in ("output", "outputs")


_MAKES_GROUPS = (
    "aws_vpc", "aws_default_vpc", "aws_eks_cluster", "aws_elb", "aws_directory_service_directory",
    "aws_cloudhsm_v2_cluster", "aws_workspaces_directory", "aws_cloudformation_stack", "aws_sagemaker_domain",
    "aws_emr_cluster", "terraform_data", "null_resource",
)  # fmt: skip
"""Types with a computed attribute that can be the id of a group."""


@lru_cache(maxsize=4096)
def _first(name: str) -> str:
    """Return what comes before the first dot or bracket."""
    return re.split(r"[.\[]", name, maxsplit=1)[0]


@lru_cache(maxsize=4096)
def _resource_parts(name: str) -> tuple[str, str | None, str | None] | None:
    """Return address without key, key as written, and attribute of a reference to a resource."""
    match = _RESOURCE.match(name)
    return None if match is None else (match[1], match[2], match[3])


def _is_local(text: str) -> bool:
    return text.startswith("local.")
