"""Plan JSON: what ``terraform show -json PLANFILE`` writes, of Terraform and OpenTofu, format 1.x.

The document is decoded in one pass into raw slices, and only the slices of resource types that
matter are decoded further, so that time and memory follow those and not the file.
https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import Reading, decode, utf8
from sgwarden.sources.plan.addresses import deposed_address, key_text, module_chain, module_of, without_key
from sgwarden.sources.plan.json_types import ConfigModule, Plan, ResourceChange, ShownResource
from sgwarden.sources.plan.references import Module, Tracer, references, split_module
from sgwarden.sources.plan.unknowns import Configured, UnknownAttributes, UnknownValues
from sgwarden.sources.plan.values import decode_marks, is_null, mark_sensitive, shown_resources, tuples
from sgwarden.sources.resources import TYPES

_NO_CHANGE = frozenset({("no-op",), ("read",)})


def read_plan(
    document: bytes, path: str, *, changed_only: bool = False, types: Collection[str] | None = None
) -> Reading:
    """Return the instances that a plan leaves behind, with their planned attributes.

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


def _hint(version: str) -> str:
    """Return what to do about a plan of another format version: Terraform before 1.1 wrote 0.x."""
    major = version.partition(".")[0]
    newer = major.isdigit() and int(major) > 1
    return "use a release of sgwarden that knows this format" if newer else "use Terraform 1.1 or newer"


class _Reader:
    """Reads one plan."""

    def __init__(self, document: bytes, path: str, types: Collection[str]) -> None:
        self.path = path
        self.types = types
        self.plan: Plan = decode(utf8(document, path), Plan, path, "plan")
        version: str = self.plan.format_version
        if not version.startswith("1."):
            raise InputError(f'plan format version "{version or "none"}" is not known (1.x is)', path, _hint(version))
        self.location = Location(path, 1, 1)
        self.provider_regions: dict[str, str | None] = {}
        self.declared_names: dict[tuple[int, frozenset[str]], frozenset[str]] = {}

    def read(self, changed_only: bool) -> Reading:
        """Return all that the plan holds."""
        changes = self.plan.resource_changes
        root = _configuration(self.plan.configuration.root_module)
        self.tracer = Tracer(root, _keys(changes), UnknownAttributes(changes, self.path))
        self.unknowns = UnknownValues(self.tracer)
        instances: list[ResourceInstance] = []
        deleted: list[ResourceInstance] = []
        seen: set[str] = set()
        count = 0
        for change in changes:
            gone = is_null(change.change.after)
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
        """Yield resources without a change: left out by -target, and data sources that were read already."""
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
        subject = Configured(module_path, plain, change.index, expressions)
        after: object = decode(change.change.after, Any, self.path, "plan")
        if not isinstance(after, dict):
            raise InputError(f"the planned values of {change.address} are no object", self.path)
        unknown = decode_marks(change.change.after_unknown, self.path)
        sensitive = decode_marks(change.change.after_sensitive, self.path)
        attributes: dict[str, object] = {}
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
                result = self.unknowns.merged(result, mark, (name,), subject)
            marked = sensitive.get(name) if isinstance(sensitive, dict) else None
            attributes[name] = mark_sensitive(result, marked) if marked else result
        if isinstance(unknown, dict):
            for name, mark in unknown.items():
                # What the provider computes by itself was not written: absent, as in code.
                if name not in after and mark is True and (expressions is None or name in expressions):
                    value = self.unknowns.at((name,), subject)
                    marked = sensitive.get(name) if isinstance(sensitive, dict) else None
                    attributes[name] = Sensitive(value) if marked is True else value
        creates = "create" in change.change.actions
        return ResourceInstance(
            address=deposed_address(change.address, change.deposed),
            mode=change.mode,
            type=change.type,
            name=change.name,
            key=change.index,
            attributes=attributes,
            location=self.location,
            module_path=module_chain(module_path),
            provider=_provider(change.provider_name, module, plain),
            region=self._region(attributes, module, plain),
            actions=tuple(change.change.actions),
            status="deposed" if change.deposed else "",
            declared=None if expressions is None else self._declared(expressions, known_lists if creates else set()),
        )

    def _unchanged(self, shown: ShownResource) -> ResourceInstance:
        values = tuples(decode(shown.values, Any, self.path, "plan") or {})
        sensitive = decode_marks(shown.sensitive_values, self.path)
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
            address=shown.address,
            mode=shown.mode,
            type=shown.type,
            name=shown.name,
            key=shown.index,
            attributes=attributes,
            location=self.location,
            module_path=module_chain(module_path),
            provider=_provider(shown.provider_name, module, plain),
            region=self._region(attributes, module, plain),
            actions=("no-op",),
            declared=None if expressions is None else self._declared(expressions, set()),
        )

    def _deleted(self, change: ResourceChange) -> ResourceInstance:
        before: object = decode(change.change.before, Any, self.path, "plan")
        sensitive = decode_marks(change.change.before_sensitive, self.path)
        attributes = mark_sensitive(tuples(before), sensitive) if sensitive else tuples(before)
        return ResourceInstance(
            address=deposed_address(change.address, change.deposed),
            mode=change.mode,
            type=change.type,
            name=change.name,
            key=change.index,
            attributes=attributes if isinstance(attributes, dict) else {},
            location=self.location,
            module_path=module_chain(split_module(change.module_address)),
            actions=tuple(change.change.actions),
            status="deposed" if change.deposed else "",
        )

    def _declared(self, expressions: dict[str, object], extra: set[str]) -> frozenset[str]:
        """Return the names of arguments written in code.

        The configuration leaves out dynamic blocks: a list that is known before the resource exists was written
        all the same.
        """
        key = (id(expressions), frozenset(extra))
        names = self.declared_names.get(key)
        if names is None:
            names = self.declared_names[key] = frozenset(expressions) | key[1]
        return names

    def _region(self, attributes: Mapping[str, object], module: Module | None, plain: str) -> str | None:
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


def _configuration(module: ConfigModule) -> Module:
    """Return the configuration tree with its resources by address."""
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
    """Return full addresses by address without key, then by key as written."""
    found: dict[str, dict[str, str]] = {}
    for change in changes:
        if not change.deposed and not is_null(change.change.after):
            text = key_text(change.index)
            plain = change.address[: -len(text) - 2] if text and change.address.endswith("]") else change.address
            found.setdefault(plain, {})[text] = change.address
    return found


def _provider(full_name: str, module: Module | None, plain: str) -> str:
    """Return ``aws`` or ``aws.west``."""
    key = module.providers.get(plain, "") if module is not None else ""
    return key.rsplit(":", 1)[-1] or full_name.rsplit("/", 1)[-1]
