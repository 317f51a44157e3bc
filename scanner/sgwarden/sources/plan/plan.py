"""Plan JSON: what ``terraform show -json PLANFILE`` writes, of Terraform and OpenTofu, format 1.x.

The document is decoded in one pass into raw slices, and only the slices of resource types that
matter are decoded further, so that time and memory follow those and not the file.
https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import gc
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.documents.detect import Reading, decode, utf8
from sgwarden.sources.plan.addresses import block_of, deposed_address, key_text, module_chain, module_of, without_key
from sgwarden.sources.plan.references import Module, Tracer, at_path, references, split_module
from sgwarden.sources.resources import TYPES, monitoring

if TYPE_CHECKING:
    from sgwarden.sources.plan.json_types import ConfigModule, Plan, ResourceChange, ShownModule, ShownResource

_NO_CHANGE = frozenset({("no-op",), ("read",)})


def read_plan(
    document: bytes, path: str, *, changed_only: bool = False, types: Collection[str] | None = None
) -> Reading:
    """The instances that a plan leaves behind, with their planned attributes.

    ``types`` are the resource types wanted (default: those that the model is built from).
    ``changed_only`` leaves out what the plan neither creates nor changes.
    Raises InputError for broken JSON and for other format versions.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Reader(document, path, TYPES if types is None else frozenset(types)).read(changed_only)
    except RecursionError as error:
        raise InputError("the JSON is nested too deeply", path) from error
    finally:
        if collecting:
            gc.enable()


class _Reader:
    """Reads one plan."""

    def __init__(self, document: bytes, path: str, types: Collection[str]) -> None:
        from sgwarden.sources.plan.json_types import Plan

        self.path = path
        self.types = types
        self.plan: Plan = decode(utf8(document, path), Plan, path, "plan")
        version: str = self.plan.format_version
        if not version.startswith("1."):
            raise InputError(
                f'plan format version "{version or "none"}" is not known (1.x is)', path, "use Terraform 1.1 or newer"
            )
        self.location = Location(path, 1, 1)
        self.provider_regions: dict[str, str | None] = {}
        self.expressions: dict[tuple[int, tuple[str | int, ...]], Any] = {}
        self.declared_names: dict[tuple[int, frozenset[str]], frozenset[str]] = {}

    def read(self, changed_only: bool) -> Reading:
        """All of it."""
        changes = self.plan.resource_changes
        root = _configuration(self.plan.configuration.root_module)
        self.tracer = Tracer(root, _keys(changes), _Unknowns(changes, self.path))
        instances: list[ResourceInstance] = []
        deleted: list[ResourceInstance] = []
        seen: set[str] = set()
        count = 0
        for change in changes:
            gone = _is_null(change.change.after)
            if not change.deposed:
                seen.add(change.address)
            count += not gone
            if change.type not in self.types or (changed_only and tuple(change.change.actions) in _NO_CHANGE):
                continue
            if gone:
                deleted.append(self._deleted(change))
            else:
                instances.append(self._changed(change))
        for shown in self._shown(seen):
            count += 1
            if shown.type in self.types and not changed_only:
                instances.append(self._unchanged(shown))
        return Reading(instances, self._skipped(), self._warnings(), count, tuple(deleted))

    def _shown(self, seen: set[str]) -> Iterator[ShownResource]:
        """Resources without a change: left out by -target, and data sources that were read already."""
        for shown in shown_resources(self.plan.planned_values.root_module):
            if shown.address not in seen:
                seen.add(shown.address)
                yield shown
        for shown in shown_resources(self.plan.prior_state.values.root_module):
            if shown.mode == "data" and shown.address not in seen:
                seen.add(shown.address)
                yield shown

    def _changed(self, change: ResourceChange) -> ResourceInstance:
        module_path = split_module(change.module_address)
        plain = without_key(change.address, change.module_address, change.index)
        module = self.tracer.module(module_path)
        expressions = module.expressions.get(plain) if module is not None else None
        after: Any = decode(change.change.after, Any, self.path, "plan")
        if not isinstance(after, dict):
            raise InputError(f"the planned values of {change.address} are no object", self.path)
        unknown = _marks(change.change.after_unknown, self.path)
        sensitive = _marks(change.change.after_sensitive, self.path)
        attributes: dict[str, Any] = {}
        known_lists: set[str] = set()
        if sensitive is True:
            sensitive = dict.fromkeys(after, True)
        for name, value in after.items():
            mark = unknown.get(name) if isinstance(unknown, dict) else None
            if value is None and not mark:
                continue
            if type(value) is list and value:
                known_lists.add(name)
            result = tuples(value)
            if mark:
                result = self._merge(result, mark, (name,), module_path, plain, change.index, expressions)
            marked = sensitive.get(name) if isinstance(sensitive, dict) else None
            attributes[name] = mark_sensitive(result, marked) if marked else result
        if isinstance(unknown, dict):
            for name, mark in unknown.items():
                # What the provider computes by itself was not written: absent, as in code.
                if name not in after and mark is True and (expressions is None or name in expressions):
                    value = self._unknown((name,), module_path, plain, change.index, expressions)
                    marked = sensitive.get(name) if isinstance(sensitive, dict) else None
                    attributes[name] = Sensitive(value) if marked is True else value
        creates = "create" in change.change.actions
        return ResourceInstance(
            address=deposed_address(change.address, change.deposed), mode=change.mode, type=change.type, name=change.name,
            key=change.index, attributes=attributes, location=self.location,
            module_path=module_chain(module_path),
            provider=_provider(change.provider_name, module, plain),
            region=self._region(attributes, module, plain),
            actions=tuple(change.change.actions), status="deposed" if change.deposed else "",
            declared=None if expressions is None else self._declared(expressions, known_lists if creates else set()),
        )  # fmt: skip

    def _unchanged(self, shown: ShownResource) -> ResourceInstance:
        values = tuples(decode(shown.values, Any, self.path, "plan") or {})
        sensitive = _marks(shown.sensitive_values, self.path)
        module_address = module_of(shown.address, shown.type, shown.name, shown.mode)
        module_path = split_module(module_address)
        plain = without_key(shown.address, module_address, shown.index)
        module = self.tracer.module(module_path)
        expressions = module.expressions.get(plain) if module is not None else None
        attributes = {
            name: mark_sensitive(value, sensitive.get(name))
            if isinstance(sensitive, dict) and sensitive.get(name)
            else value
            for name, value in values.items()
            if value is not None
        }
        return ResourceInstance(
            address=shown.address, mode=shown.mode, type=shown.type, name=shown.name, key=shown.index,
            attributes=attributes, location=self.location, module_path=module_chain(module_path),
            provider=_provider(shown.provider_name, module, plain),
            region=self._region(attributes, module, plain), actions=("no-op",),
            declared=None if expressions is None else self._declared(expressions, set()),
        )  # fmt: skip

    def _deleted(self, change: ResourceChange) -> ResourceInstance:
        before: Any = decode(change.change.before, Any, self.path, "plan")
        sensitive = _marks(change.change.before_sensitive, self.path)
        attributes = mark_sensitive(tuples(before), sensitive) if sensitive else tuples(before)
        return ResourceInstance(
            address=deposed_address(change.address, change.deposed), mode=change.mode, type=change.type, name=change.name,
            key=change.index, attributes=attributes if isinstance(attributes, dict) else {}, location=self.location,
            module_path=module_chain(split_module(change.module_address)),
            actions=tuple(change.change.actions), status="deposed" if change.deposed else "",
        )  # fmt: skip

    def _declared(self, expressions: dict[str, Any], extra: set[str]) -> frozenset[str]:
        """Names written in code. The configuration leaves out dynamic blocks: a list that is known before the
        resource exists was written all the same."""
        key = (id(expressions), frozenset(extra))
        names = self.declared_names.get(key)
        if names is None:
            names = self.declared_names[key] = frozenset(expressions) | key[1]
        return names

    def _merge(
        self, value: Any, mark: Any, path: tuple[str | int, ...],
        module_path: Any, plain: str, key: Any, expressions: dict[str, Any] | None,
    ) -> Any:  # fmt: skip
        """``value`` with an Unknown wherever ``mark`` (after_unknown) is true."""
        if mark is True:
            return self._unknown(path, module_path, plain, key, expressions)
        if isinstance(mark, dict) and mark:
            merged = dict(value) if isinstance(value, dict) else {}
            for name, inner in mark.items():
                if inner:
                    merged[name] = self._merge(
                        merged.get(name), inner, (*path, name), module_path, plain, key, expressions
                    )
            return merged
        if isinstance(mark, list) and isinstance(value, tuple):
            return tuple(
                self._merge(item, mark[index], (*path, index), module_path, plain, key, expressions)
                if index < len(mark) and mark[index]
                else item
                for index, item in enumerate(value)
            )
        return value

    def _unknown(
        self, path: tuple[str | int, ...], module_path: Any, plain: str, key: Any, expressions: dict[str, Any] | None
    ) -> Any:
        """The Unknown at ``path``; for a list of ids, a tuple of those that are certain to be in it."""
        if expressions is None or path[0] not in expressions:
            return Unknown("known after apply")
        name = path[-1] if isinstance(path[-1], str) else path[-2] if len(path) > 1 else ""
        expression = self.expressions.get((id(expressions), path))
        if expression is None:
            expression = _of_kind(at_path(expressions[str(path[0])], path[1:]), str(name))
            self.expressions[(id(expressions), path)] = expression
        many = isinstance(path[-1], str) and str(name) in _ID_LISTS
        found = self.tracer.unknowns(module_path, plain, key_text(key), expression, many)
        if not _IDENTITY_ARGUMENT.search(str(name)) or not all(
            _IDENTITY.search(item.attribute or "") for item in found
        ):
            # What was computed from an attribute, such as a port, does not stand for it.
            return Unknown(found[0].reason)
        if many and all(item.address for item in found):
            return tuple(found)
        return found[0] if len(found) == 1 else Unknown("known after apply")

    def _region(self, attributes: dict[str, Any], module: Module | None, plain: str) -> str | None:
        own = attributes.get("region")
        if isinstance(own, str):
            return own
        key = module.providers.get(plain, "") if module is not None else ""
        if key not in self.provider_regions:
            self.provider_regions[key] = self._provider_region(key)
        return self.provider_regions[key]

    def _provider_region(self, key: str) -> str | None:
        provider = self.plan.configuration.provider_config.get(key)
        expression = provider.expressions.get("region") if provider is not None else None
        if not isinstance(expression, dict):
            return None
        value = expression.get("constant_value")
        names = references(expression)
        if value is None and len(names) == 1 and names[0].startswith("var.") and ":" not in key:
            variable = self.plan.variables.get(names[0][4:])
            value = variable.value if variable is not None else None
        return value if isinstance(value, str) else None

    def _skipped(self) -> list[Skipped]:
        return [
            Skipped(item.resource_change.address, f"Terraform put it off: {item.reason}", self.location)
            for item in self.plan.deferred_changes
        ]

    def _warnings(self) -> list[str]:
        warnings = []
        if self.plan.errored:
            warnings.append(
                f"{self.path}: Terraform ended with an error while it made this plan; the plan is incomplete"
            )
        elif self.plan.complete is False:
            warnings.append(f"{self.path}: this plan is partial (made with -target, or with changes put off)")
        return warnings


class _Unknowns:
    """Whether an attribute of an address is unknown in the plan; decoded when first asked."""

    def __init__(self, changes: list[ResourceChange], path: str) -> None:
        self._raw = {change.address: change.change.after_unknown for change in changes if not change.deposed}
        self._decoded: dict[str, Any] = {}
        self._path = path

    def __call__(self, address: str, attribute: str) -> bool:
        marks = self._decoded.get(address)
        if marks is None:
            raw = self._raw.get(address)
            if raw is None:
                return False
            marks = self._decoded[address] = _marks(raw, self._path) or {}
        if not isinstance(marks, dict):
            return marks is True
        mark = marks.get(attribute)
        return bool(mark) and mark != [] and mark != {}


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


def _of_kind(expression: Any, name: str) -> Any:
    """Attributes as blocks give one list of references for all their arguments: leave out those that
    certainly belong to another argument of the block."""
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


def _configuration(module: ConfigModule) -> Module:
    """The configuration tree with its resources by address."""
    result = Module(outputs={name: output.expression for name, output in module.outputs.items()})
    for resource in module.resources:
        result.expressions[resource.address] = resource.expressions
        result.providers[resource.address] = resource.provider_config_key
        if resource.for_each_expression is not None:
            result.for_each[resource.address] = resource.for_each_expression
    for name, call in module.module_calls.items():
        result.arguments[name] = call.expressions
        result.calls[name] = _configuration(call.module)
    return result


def _keys(changes: Iterable[ResourceChange]) -> dict[str, dict[str, str]]:
    """Full addresses by address without key, then by key as written."""
    found: dict[str, dict[str, str]] = {}
    for change in changes:
        if not change.deposed and not _is_null(change.change.after):
            text = key_text(change.index)
            plain = change.address[: -len(text) - 2] if text and change.address.endswith("]") else change.address
            found.setdefault(plain, {})[text] = change.address
    return found


def _provider(full_name: str, module: Module | None, plain: str) -> str:
    """``aws`` or ``aws.west``."""
    key = module.providers.get(plain, "") if module is not None else ""
    return key.rsplit(":", 1)[-1] or full_name.rsplit("/", 1)[-1]


def shown_resources(module: ShownModule) -> Iterator[ShownResource]:
    """Resources of a module and of all below it."""
    waiting = [module]
    while waiting:
        current = waiting.pop()
        yield from current.resources
        waiting += current.child_modules


def _is_null(raw: Any) -> bool:
    return len(memoryview(raw)) <= 4 and bytes(raw) in (b"null", b"")


def _marks(raw: Any, path: str) -> Any:
    """after_unknown and the like; None when nothing in it is true."""
    if b"true" not in bytes(raw):
        return None
    return decode(raw, Any, path, "plan")


def tuples(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if type(value) is list:
        return tuple([tuples(item) if type(item) in _CONTAINERS else item for item in value])
    if type(value) is dict:
        return {
            name: tuples(item) if type(item) in _CONTAINERS else item
            for name, item in value.items()
            if item is not None
        }
    return value


_CONTAINERS = frozenset({list, dict})


def mark_sensitive(value: Any, mark: Any) -> Any:
    """``value`` with Sensitive around whatever ``mark`` (after_sensitive) is true for."""
    if mark is True:
        return Sensitive(value)
    if isinstance(mark, dict) and isinstance(value, dict):
        return {name: mark_sensitive(item, mark[name]) if mark.get(name) else item for name, item in value.items()}
    if isinstance(mark, list) and isinstance(value, tuple):
        return tuple(
            mark_sensitive(item, mark[index]) if index < len(mark) and mark[index] else item
            for index, item in enumerate(value)
        )
    return value


def locate(from_plan: Iterable[ResourceInstance], from_code: Iterable[ResourceInstance]) -> list[ResourceInstance]:
    """The instances of a plan with the places in code that an evaluation of the code found.

    By exact address first; else the place of the resource block, whatever the keys (the code may not
    tell them). Instances without code keep the plan as their place.
    """
    exact: dict[str, ResourceInstance] = {}
    blocks: dict[str, ResourceInstance] = {}
    for instance in from_code:
        exact.setdefault(instance.address, instance)
        blocks.setdefault(block_of(instance.address), instance)
    located = []
    for instance in from_plan:
        code = exact.get(instance.address)
        if code is not None:
            located.append(
                replace(
                    instance,
                    location=code.location,
                    origins=code.origins,
                    ignore_changes=code.ignore_changes,
                    attributes=_with_references(instance, code),
                )
            )
            continue
        block = blocks.get(block_of(instance.address))
        located.append(instance if block is None else replace(instance, location=block.location))
    return located


def _with_references(planned: ResourceInstance, code: ResourceInstance) -> Mapping[str, Any]:
    """The attributes of a plan, with what code tells of values that the plan gives as unknown.

    Policies of the monitoring chain hold ARNs of resources that do not exist yet; all else in them is
    written in code.
    """
    if planned.type not in monitoring.TYPES:
        return planned.attributes
    return {name: _told(value, code.attributes.get(name)) for name, value in planned.attributes.items()}


def _told(planned: Any, written: Any) -> Any:
    """A value of a plan, with what code tells of its unknown parts."""
    if isinstance(planned, Unknown):
        tells = isinstance(written, Unknown) and (bool(written.parts) or written.address is not None)
        return written if planned.address is None and (tells or isinstance(written, tuple)) else planned
    if isinstance(planned, tuple) and isinstance(written, tuple) and len(planned) == len(written):
        return tuple(_told(one, other) for one, other in zip(planned, written, strict=True))
    if isinstance(planned, dict) and isinstance(written, dict):
        return {name: _told(value, written.get(name)) for name, value in planned.items()}
    return planned
