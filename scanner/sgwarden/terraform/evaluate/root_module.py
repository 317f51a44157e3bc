"""A root module and everything below it, evaluated to resource instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from sgwarden.model.instances import Origin, ResourceInstance
from sgwarden.model.provenance import place_text
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import Places, ignored_changes, may_destroy, reference_text
from sgwarden.terraform.evaluate.evaluation import Evaluation
from sgwarden.terraform.evaluate.expressions import function_context
from sgwarden.terraform.evaluate.module_calls import call_digest
from sgwarden.terraform.evaluate.module_instance import ModuleInstance
from sgwarden.terraform.evaluate.resource import Resource
from sgwarden.terraform.evaluate.scope import LazyObject
from sgwarden.terraform.modules.module import Declaration, location
from sgwarden.terraform.modules.variables import VariableValue, variable_values, workspace
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import Value

InstanceFilter = Callable[[str, str], bool]
"""Returns True for a mode and a resource type whose instances are to be evaluated."""
MakeOrigins = Callable[
    [ModuleInstance, Declaration, Places, Mapping[str, Value]], Mapping[tuple[str | int, ...], Origin]
]
"""Makes the origins of a resource's attributes, by path."""


class Evaluated(Struct, frozen=True):
    """A root module's resource instances."""

    instances: tuple[ResourceInstance, ...]
    resources_seen: int
    """Number of ``instances`` that are managed, plus one for every managed block that the filter left out."""
    forgotten: tuple[str, ...] = ()
    """Addresses of resources and modules that leave the state and stay where they are."""
    unread_calls: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """A digest of the arguments of each call of a module that could not be read, by what and why."""


def evaluate_root(
    run: Evaluation,
    make_origins: MakeOrigins,
    includes: InstanceFilter = lambda mode, type_: mode == "managed",
    includes_for: Callable[[frozenset[str]], InstanceFilter] | None = None,
) -> Evaluated:
    """Evaluate the module in ``run.root`` and all modules it calls; troubles are left in ``run``.

    ``includes_for`` gives the filter for the types that the modules declare, and wins over ``includes``.
    Raises OSError when the directory cannot be listed.
    """
    run.functions = function_context(run.root, run.loader.allowed_root, run.note)
    module = run.loader.load(run.root)
    run.workspace = workspace(run.root, run.options)
    values, unread = variable_values(
        run.root, run.options, run.loader.allowed_root, run.show, run.note, run.loader.cache
    )
    for problem in unread:
        place = location(run.show(problem.file), (problem.line, problem.column, problem.line, problem.column))
        run.trouble(run.show(problem.file), problem.message, place)
    arguments = {name: _argument(value) for name, value in values.items() if name in module.variables}
    run.used_names.update(name for name in values if name in module.variables)
    root = ModuleInstance(run, module, arguments, {})
    instances: list[ResourceInstance] = []
    seen = 0
    walked = list(_walk(root))
    if includes_for is not None:
        includes = includes_for(frozenset(key[1] for instance in walked for key in instance.module.resources))
    for instance in walked:
        run.directories.add(instance.module.directory)
        for key in instance.module.resources:
            if key[0] == "ephemeral":
                continue
            if not includes(key[0], key[1]):
                seen += key[0] == "managed"
                continue
            made = [
                _resource_instance(instance, resource, make_origins) for resource in instance.expand_leniently(*key)
            ]
            instances.extend(made)
            seen += len(made) if key[0] == "managed" else 0
    _report_unread(run)
    forgotten = tuple(address for instance in walked for address in _forgotten(instance))
    digests = {key: call_digest(*call) for key, call in list(run.unread_calls.items())}
    return Evaluated(tuple(instances), seen, forgotten, digests)


def _forgotten(module: ModuleInstance) -> Iterator[str]:
    """Yield what the ``removed`` blocks of a module forget, which Terraform destroys by default and OpenTofu never does.

    https://developer.hashicorp.com/terraform/language/block/removed
    https://opentofu.org/docs/language/resources/syntax/#removing-resources
    """
    for declaration in module.module.removed:
        default = ".tofu" not in declaration.file.suffixes
        origin = declaration.body.attributes.get("from")
        address = reference_text(origin.expression) if origin is not None else ""
        if address and not may_destroy(declaration.body, default):
            yield f"{module.prefix}{address}"


def _argument(value: VariableValue) -> Argument:
    def expression(type_: Type | None) -> ast.Expression:
        try:
            return value.expression_for(type_)
        except ValueError as error:
            raise EvaluationError(f"the value given by {place_text(value.source)} is no expression: {error}") from None

    return Argument(expression, None, value.source)


def _walk(instance: ModuleInstance) -> Iterator[ModuleInstance]:
    yield instance
    for name in instance.module.calls:
        for child in instance.children.instances(name):
            yield from _walk(child)


def _report_unread(run: Evaluation) -> None:
    for module in run.loader.loaded_modules():
        if module.directory not in run.directories:
            continue
        for problem in module.problems():
            place = location(run.show(problem.file), (problem.line, problem.column, problem.line, problem.column))
            run.trouble(run.show(problem.file), problem.message, place)


def _resource_instance(module: ModuleInstance, resource: Resource, make_origins: MakeOrigins) -> ResourceInstance:
    """Return a resource with all its attributes evaluated."""
    attributes, places = resource.evaluate()
    declaration = resource.declaration
    provider = resource.provider
    attributes = {name: _plain(value) for name, value in attributes.items()}
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
        origins=make_origins(module, declaration, places, attributes),
        provider=provider.name,
        region=_text(attributes.get("region")) or _text(provider.arguments.get("region")),
        may_exist=resource.may_exist,
        ignore_changes=ignored_changes(declaration.body),
        never_destroyed=not may_destroy(declaration.body),
        declared=frozenset(name for name in attributes if name != "tags_all"),
        provider_access=provider.access,
        provider_ignore_tags=provider.arguments.get("ignore_tags"),
    )


def _with_planned_tags(resource: Resource, attributes: dict[str, Value]) -> None:
    if resource.mode == "managed" and "tags_all" not in attributes:
        planned = resource.module.run.facts.planned(resource.type, attributes, "tags_all", resource.provider)
        if planned is not None:
            attributes["tags_all"] = _plain(planned[0])


def _text(value: Value) -> str | Unknown | None:
    if isinstance(value, Sensitive):
        value = value.value
    return value if isinstance(value, (str, Unknown)) else None


def _plain(value: Value) -> Value:
    """Return ``value`` with objects that are computed on demand made plain."""
    if isinstance(value, LazyObject):
        if value.open:
            return value.reference
        return {name: _plain(value.attribute(name)) for name in value.names}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple) and any(isinstance(item, (dict, tuple)) for item in value):
        return tuple(_plain(item) for item in value)
    return value
