"""A root module and everything below it, evaluated to resource instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.provenance import place_text
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import ignored_changes
from sgwarden.terraform.evaluate.evaluation import Run
from sgwarden.terraform.evaluate.module_instance import ModuleInstance
from sgwarden.terraform.evaluate.resource import Resource
from sgwarden.terraform.evaluate.scope import LazyObject
from sgwarden.terraform.modules.module import Module, location
from sgwarden.terraform.modules.variables import Given, given_values, workspace
from sgwarden.terraform.provenance.origins import Origins
from sgwarden.terraform.types.values import Value

Wanted = Callable[[str, str], bool]
"""Whether instances of a mode and resource type are asked for."""


class Evaluated(Struct, frozen=True):
    """A root module's resource instances."""

    instances: tuple[ResourceInstance, ...]
    resources_seen: int
    """Instances given, plus one for every block of a type that nobody asked for."""


def evaluate_root(
    run: Run,
    wanted: Wanted = lambda mode, type_: mode == "managed",
    wanted_of: Callable[[frozenset[str]], Wanted] | None = None,
) -> Evaluated:
    """Evaluate the module in ``run.root`` and all modules it calls; troubles are left in ``run``.

    ``wanted_of`` says what is wanted once it is known which types the modules declare, and wins over ``wanted``.
    Raises OSError when the directory cannot be listed.
    """
    module = run.loader.load(run.root)
    run.workspace = workspace(run.root, run.options)
    given, unread = given_values(run.root, run.options, run.loader.allowed_root, run.show, run.note, run.loader.cache)
    for problem in unread:
        place = location(run.show(problem.file), (problem.line, problem.column, problem.line, problem.column))
        run.trouble(run.show(problem.file), problem.message, place)
    arguments = {name: _argument(value) for name, value in given.items() if name in module.variables}
    _check_names(run, module, given)
    root = ModuleInstance(run, module, arguments, {})
    instances: list[ResourceInstance] = []
    seen = 0
    walked = list(_walk(root))
    if wanted_of is not None:
        wanted = wanted_of(frozenset(key[1] for instance in walked for key in instance.module.resources))
    for instance in walked:
        run.directories.add(instance.module.directory)
        for key in instance.module.resources:
            if key[0] == "ephemeral":
                continue
            if not wanted(key[0], key[1]):
                seen += key[0] == "managed"
                continue
            made = [resource_instance(resource) for resource in instance.expand_leniently(*key)]
            instances.extend(made)
            seen += len(made) if key[0] == "managed" else 0
    _report_unread(run)
    return Evaluated(tuple(instances), seen)


def _argument(given: Given) -> Argument:
    def expression(type_: Any) -> Any:
        try:
            return given.expression_for(type_)
        except ValueError as error:
            raise EvaluationError(f"the value given by {place_text(given.source)} is no expression: {error}") from None

    return Argument(expression, None, given.source)


def _check_names(run: Run, module: Module, given: Mapping[str, Given]) -> None:
    """A ``--var`` for a variable that no root module declares is told by the caller, who knows all roots."""
    for name in given:
        if name in module.variables:
            run.used_names.add(name)


def _walk(instance: ModuleInstance) -> Iterator[ModuleInstance]:
    yield instance
    for name in instance.module.calls:
        for child in instance.children.instances(name):
            yield from _walk(child)


def _report_unread(run: Run) -> None:
    for module in run.loader.loaded():
        if module.directory not in run.directories:
            continue
        for problem in module.problems():
            place = location(run.show(problem.file), (problem.line, problem.column, problem.line, problem.column))
            run.trouble(run.show(problem.file), problem.message, place)


def resource_instance(resource: Resource) -> ResourceInstance:
    """A resource with all its attributes evaluated."""
    attributes, places = resource.evaluate()
    declaration = resource.declaration
    module = resource.module
    provider = resource.provider
    attributes = {name: plain(value) for name, value in attributes.items()}
    _with_planned_tags(resource, attributes)
    return ResourceInstance(
        address=resource.address,
        mode=resource.mode,
        type=resource.type,
        name=resource.name,
        key=resource.key,
        attributes=attributes,
        location=location(
            module.file(declaration.file), (declaration.stub.line, 1, declaration.stub.end_line, 1), module.path
        ),
        module_path=module.path,
        origins=Origins(module, declaration, places, attributes),
        provider=provider.name,
        region=_text(attributes.get("region")) or _text(provider.arguments.get("region")),
        may_exist=resource.may_exist,
        ignore_changes=ignored_changes(declaration.body),
        declared=frozenset(name for name in attributes if name != "tags_all"),
        provider_ignore_tags=provider.arguments.get("ignore_tags"),
    )


def _with_planned_tags(resource: Resource, attributes: dict[str, Value]) -> None:
    if resource.mode == "managed" and "tags_all" not in attributes:
        planned = resource.module.run.facts.planned(resource.type, attributes, "tags_all", resource.provider)
        if planned is not None:
            attributes["tags_all"] = plain(planned[0])


def _text(value: Value) -> str | Unknown | None:
    if isinstance(value, Sensitive):
        value = value.value
    return value if isinstance(value, (str, Unknown)) else None


def plain(value: Value) -> Value:
    """``value`` with objects that are computed on demand made plain."""
    if isinstance(value, LazyObject):
        if value.open:
            return value.reference
        return {name: plain(value.attribute(name)) for name in value.names}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple) and any(isinstance(item, (dict, tuple)) for item in value):
        return tuple(plain(item) for item in value)
    return value
