"""Plan JSON: what ``terraform show -json PLANFILE`` writes, of Terraform and OpenTofu, format 1.x.

The document is decoded in one pass into raw slices, and only the slices of resource types that
matter are decoded further, so that time and memory follow those and not the file.
https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TypeVar

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.places import ACCESS_ARGUMENTS
from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import Reading, utf8
from sgwarden.sources.documents.tolerant import decode_tolerant
from sgwarden.sources.plan.addresses import deposed_address, key_text, module_chain, module_of, without_key
from sgwarden.sources.plan.json_types import ConfigModule, Plan, ResourceChange, ShownResource
from sgwarden.sources.plan.references import Module, Tracer, references, split_module
from sgwarden.sources.plan.unknowns import Configured, UnknownAttributes, UnknownValues
from sgwarden.sources.plan.values import (
    MODES,
    decode_marks,
    decode_values,
    is_null,
    mark_sensitive,
    shown_resources,
    tuples,
)
from sgwarden.sources.resources import ADDING_TYPES, TYPES

_Entry = TypeVar("_Entry", ResourceChange, ShownResource)
_GOING = frozenset({"delete", "forget"})
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
        self.plan, self.losses = decode_tolerant(utf8(document, path), Plan, path, "plan")
        version: str = self.plan.format_version
        if not version.startswith("1."):
            raise InputError(f'plan format version "{version or "none"}" is not known (1.x is)', path, _hint(version))
        self.location = Location(path, 1, 1)
        self.provider_access: dict[str, Mapping[str, object]] = {}
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
        removed: list[ResourceInstance] = []
        seen: set[str] = set()
        count = 0
        for change in changes:
            gone = is_null(change.change.after)
            if gone and not _GOING.intersection(change.change.actions) and change.type in self.types:
                self._lose(change.address, f"the plan does not say what is planned ({_words(change.change.actions)})")
                continue
            if not change.deposed:
                seen.add(change.address)
            count += not gone
            if not self._is_mode_known(change):
                continue
            if change.type in ADDING_TYPES and _takes_away(change):
                removed.append(self._deleted(change))
            if change.type not in self.types or (changed_only and tuple(change.change.actions) in _NO_CHANGE):
                continue
            if gone:
                deleted.append(self._deleted(change))
            else:
                instances += self._read(self._changed, change)
        for shown in self._shown(seen):
            count += 1
            if shown.type in self.types and not changed_only and self._is_mode_known(shown):
                instances += self._read(self._unchanged, shown)
        forgotten = tuple(change.address for change in changes if "forget" in change.change.actions)
        return Reading(
            instances,
            [*self.losses, *self._skipped(), *self._left_out(seen)],
            count,
            tuple(deleted),
            tuple(removed),
            forgotten,
        )

    def _read(self, read: Callable[[_Entry], ResourceInstance], entry: _Entry) -> Iterator[ResourceInstance]:
        """Yield the instance; note an entry whose values have a shape that no resource has."""
        try:
            yield read(entry)
        except InputError as error:
            self._lose(entry.address, error.what)

    def _is_mode_known(self, entry: ResourceChange | ShownResource) -> bool:
        if entry.mode in MODES or entry.type not in self.types:
            return True
        self._lose(entry.address, f'its mode "{entry.mode[:20]}" is not known')
        return False

    def _lose(self, address: str, reason: str) -> None:
        self.losses.append(Skipped(address, reason, self.location))

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
        after = decode_values(change.change.after, self.path, "plan")
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
            provider_access=self._access(module, plain),
            actions=tuple(change.change.actions),
            status="deposed" if change.deposed else "",
            declared=None if expressions is None else self._declared(expressions, known_lists if creates else set()),
        )

    def _unchanged(self, shown: ShownResource) -> ResourceInstance:
        values = tuples(decode_values(shown.values, self.path, "plan"))
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
            provider_access=self._access(module, plain),
            actions=("no-op",),
            declared=None if expressions is None else self._declared(expressions, set()),
        )

    def _deleted(self, change: ResourceChange) -> ResourceInstance:
        attributes: object = {}
        with suppress(InputError):
            sensitive = decode_marks(change.change.before_sensitive, self.path)
            attributes = mark_sensitive(tuples(decode_values(change.change.before, self.path, "plan")), sensitive)
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

    def _access(self, module: Module | None, plain: str) -> Mapping[str, object]:
        """Return the arguments of the provider configuration that choose the account."""
        key = module.providers.get(plain, "") if module is not None else ""
        found = self.provider_access.get(key)
        if found is None:
            provider = self.plan.configuration.provider_config.get(key)
            expressions = provider.expressions if provider is not None else {}
            values = {name: self._constant(expressions[name], key) for name in ACCESS_ARGUMENTS if name in expressions}
            found = self.provider_access[key] = {name: value for name, value in values.items() if value is not None}
        return found

    def _constant(self, expression: object, key: str) -> object:
        """Return the value of an argument, or of nested blocks, of a provider configuration; None if unknown."""
        if isinstance(expression, list):
            return tuple(self._constant(block, key) for block in expression)
        if not isinstance(expression, dict):
            return None
        if "constant_value" in expression or "references" in expression:
            value = expression.get("constant_value")
            names = references(expression)
            if value is None and len(names) == 1 and names[0].startswith("var.") and ":" not in key:
                variable = self.plan.variables.get(names[0][4:])
                value = variable.value if variable is not None else None
            return tuples(value)
        return {name: self._constant(each, key) for name, each in expression.items()}

    def _provider_region(self, key: str) -> str | None:
        provider = self.plan.configuration.provider_config.get(key)
        expression = provider.expressions.get("region") if provider is not None else None
        if not isinstance(expression, dict):
            return None
        value = self._constant(expression, key)
        return value if isinstance(value, str) else None

    def _skipped(self) -> list[Skipped]:
        return [
            Skipped(item.resource_change.address, f"Terraform put it off: {item.reason}", self.location)
            for item in self.plan.deferred_changes
        ]

    def _left_out(self, seen: set[str]) -> Iterator[Skipped]:
        """Yield what says that the plan is not all of the configuration."""
        if self.plan.errored:
            reason = "Terraform ended with an error while it made this plan: parts of the code are not in it"
            yield Skipped(self.path, f"{reason}; mend the error and plan again", self.location)
        elif self.plan.complete is False:
            reason = (
                "this plan is partial (made with -target, or with changes put off): parts of the code are not in it"
            )
            yield Skipped(self.path, f"{reason}; plan without -target", self.location)
        elif self.plan.complete is None:
            # OpenTofu, and Terraform before 1.8, do not say: a resource without any instance does.
            for address in sorted(certain_resources(self.plan.configuration.root_module, self.types) - seen):
                yield Skipped(
                    address,
                    f"the code has it, and this plan ({self.path}) has no instance of it, as after -target or -exclude; "
                    "plan without them",
                    self.location,
                )


def certain_resources(module: ConfigModule, types: Collection[str], prefix: str = "") -> set[str]:
    """Return the addresses of managed resources of ``types`` that have exactly one instance in every whole plan."""
    found = {
        f"{prefix}{resource.address}"
        for resource in module.resources
        if resource.mode == "managed" and resource.type in types and not resource.is_repeated
    }
    for name, call in module.module_calls.items():
        if not call.is_repeated:
            found |= certain_resources(call.module, types, f"{prefix}module.{name}.")
    return found


def _words(actions: Iterable[str]) -> str:
    return ", ".join(actions)[:60] or "no action"


def _takes_away(change: ResourceChange) -> bool:
    """Return True if what the instance was before is gone after the apply; what is merely forgotten stays."""
    actions = change.change.actions
    return ("delete" in actions or "update" in actions) and not is_null(change.change.before)


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
