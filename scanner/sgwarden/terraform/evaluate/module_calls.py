"""Module calls: where a called module lies, its instances, and their value.

Sources: https://developer.hashicorp.com/terraform/language/modules/sources (local paths) and the
manifest that ``terraform init`` writes, ``.terraform/modules/modules.json``. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference, undeclared_resource
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import reference_text
from sgwarden.terraform.evaluate.compile import evaluate
from sgwarden.terraform.evaluate.evaluation import EnclosingModule
from sgwarden.terraform.evaluate.expansion import Expansion, expand, suffix, unknown_expansion
from sgwarden.terraform.evaluate.provider import ProviderConfiguration
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.modules.files import is_local, local_directory, refusal
from sgwarden.terraform.modules.manifest import MANIFEST, InstalledModule, read_manifest
from sgwarden.terraform.modules.module import Declaration, Module, call_source, literal_parts, literal_version
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.values import Value

_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
_MAX_DEPTH = 32


class CalledModule(Protocol):
    """An instance of a called module."""

    def as_object(self) -> LazyObject:
        """Return the value of ``module.this``: an object of the outputs."""


Instance = TypeVar("Instance", bound=CalledModule, covariant=True)


class MakeInstance(Protocol[Instance]):
    """Makes a module instance: ``ModuleInstance`` with its evaluation."""

    def __call__(
        self,
        module: Module,
        arguments: Mapping[str, Argument],
        providers: Mapping[str, ProviderConfiguration],
        path: tuple[str, ...],
        may_exist: Unknown | None,
        call_names: tuple[str, ...],
        call: Declaration,
    ) -> Instance:
        """Return the instance."""


class ChildModules(Generic[Instance]):
    """The module calls of one module instance; ``make`` makes the instances of the modules it calls."""

    def __init__(self, parent: EnclosingModule, make: MakeInstance[Instance]) -> None:
        self.parent = parent
        self.make = make
        self._instances: dict[str, list[Instance]] = {}
        self._kinds: dict[str, Expansion] = {}
        self._absent: dict[str, str] = {}

    def relative_directory(self, directory: Path) -> str:
        """Return ``path.module`` of a child: relative to the root module, forward slashes."""
        return os.path.relpath(directory, self.parent.run.root).replace(os.sep, "/")

    def value(self, name: str) -> Value:
        """Return ``module.name``; raises EvaluationError when it is not declared."""
        if name not in self.parent.module.calls:
            raise UndeclaredReference(f'Reference to undeclared module: no module call named "{name}" is declared.')
        instances = self.instances(name)
        if name in self._absent:
            return Unknown(f"{self.parent.prefix}module.{name} {self._absent[name]}")
        expansion = self._kinds[name]
        if expansion.kind == "unknown":
            return Unknown(
                expansion.reason.reason if expansion.reason else "it is not known whether the module is used"
            )
        if expansion.kind == "disabled":
            return None
        if expansion.kind == "truncated":
            return Unknown(f"{self.parent.prefix}module.{name} has too many instances to evaluate")
        objects = [instance.as_object() for instance in instances]
        if expansion.kind == "single":
            return objects[0]
        if expansion.kind == "count":
            return tuple(objects)
        return {key: value for (key, _), value in zip(expansion.instances, objects, strict=True)}

    def instances(self, name: str) -> list[Instance]:
        """Return the module instances of one call; none when the module cannot be read."""
        if name not in self._instances:
            declaration = self.parent.module.calls[name]
            module = self._load(name, declaration)
            self._instances[name] = [] if module is None else self._expand(name, declaration, module)
        return self._instances[name]

    def _load(self, name: str, declaration: Declaration) -> Module | None:
        directory, problem = self._directory(name, declaration)
        if directory is not None:
            chain = len(self.parent.path)
            if chain >= _MAX_DEPTH:
                problem = f"is nested deeper than {_MAX_DEPTH} modules (does it call itself?)"
            else:
                try:
                    return self.parent.run.loader.load(directory)
                except OSError as error:
                    problem = f"cannot be read: {error.strerror}"
        self._absent[name] = problem
        what = f"{self.parent.prefix}module.{name}"
        self.parent.run.unread_calls[what, problem] = (self.parent, declaration)
        self.parent.run.trouble(what, problem, self.parent.place(declaration))
        return None

    def _directory(self, name: str, declaration: Declaration) -> tuple[Path | None, str]:
        """Return where the module lies, or None and why not."""
        run = self.parent.run
        source = call_source(declaration)
        entry = read_manifest(run.root, run.loader.allowed_root).get(".".join(self._key(name)))
        if source is None:
            attribute = declaration.body.attributes.get("source")
            if attribute is None:
                return None, "has no source that could be read"
            try:
                # OpenTofu 1.8 and Terraform 1.15 take what is known before anything runs.
                value = evaluate(attribute.expression, self.parent.scope)
            except EvaluationError as error:
                return None, f"has a source that cannot be evaluated: {error}"
            if not isinstance(value, str):
                if entry is None or not entry.may_answer(literal_parts(attribute.expression)):
                    return None, "has a source that is not known before anything runs"
                return self._installed(entry)
            source = value
        if is_local(source):
            directory = local_directory(source, self.parent.module.directory)
            if refusal(directory, run.loader.allowed_root) is not None:
                return None, f'lies outside {run.loader.allowed_root.name} (source "{source}")'
            if not directory.is_dir():
                run.reads.add(directory)
                return None, f'is not on disk: there is no directory "{source}"'
            return directory, ""
        if entry is None:
            return None, f'is not on disk (source "{source}"): run "terraform init -backend=false" to have it read'
        if not entry.answers(source, literal_version(declaration)):
            found = f'"{entry.source}" {entry.version or ""}'.rstrip()
            return (
                None,
                f'is not on disk (source "{source}"): {MANIFEST.as_posix()} has {found}; run "terraform init -backend=false"',
            )
        return self._installed(entry)

    def _installed(self, entry: InstalledModule) -> tuple[Path | None, str]:
        """Return where an entry of the manifest leads, or None and why it cannot be read."""
        run = self.parent.run
        directory = run.root / entry.directory
        if refusal(directory, run.loader.allowed_root) is not None or not directory.is_dir():
            return None, f'is not on disk: "{entry.directory}" of .terraform/modules/modules.json cannot be read'
        return directory, ""

    def _key(self, name: str) -> list[str]:
        """Return the call's key in the manifest: names of the calls without instance keys."""
        return [*self.parent.call_names, name]

    def _expand(self, name: str, declaration: Declaration, module: Module) -> list[Instance]:
        try:
            expansion = expand(declaration, self.parent.scope)
        except (EvaluationError, RecursionError) as error:
            what = f"{self.parent.prefix}module.{name}"
            self.parent.run.trouble(what, str(error), self.parent.place(declaration))
            expansion = unknown_expansion(Unknown(f"{what}: {error}", undeclared=undeclared_resource(error)))
        if expansion.left_out:
            self.parent.run.trouble(
                f"{self.parent.prefix}module.{name}", expansion.left_out, self.parent.place(declaration)
            )
        self._kinds[name] = expansion
        result = []
        for key, names in expansion.instances:
            scope = Scope(self.parent, names) if names else self.parent.scope
            address = f"{self.parent.prefix}module.{name}{suffix(key)}"
            child = self.make(
                module,
                self._arguments(declaration, scope),
                self._providers(declaration),
                (*self.parent.path, address),
                expansion.reason or self.parent.may_exist,
                (*self.parent.call_names, name),
                declaration,
            )
            result.append(child)
        return result

    def _arguments(self, declaration: Declaration, scope: Scope) -> Mapping[str, Argument]:
        arguments = {}
        for name, attribute in declaration.body.attributes.items():
            if name not in _META:
                line = attribute.span[0]
                place = Location(self.parent.file(declaration.file_of(attribute)), line, line)
                arguments[name] = Argument(partial(_expression, attribute), scope, place, attribute.expression)
        return arguments

    def _providers(self, declaration: Declaration) -> Mapping[str, ProviderConfiguration]:
        attribute = declaration.body.attributes.get("providers")
        own = self.parent.providers()
        inherited = {name: value for name, value in own.items() if "." not in name}
        if attribute is None or not isinstance(attribute.expression, ast.ObjectCons):
            return inherited
        for key, value in attribute.expression.items:
            name = reference_text(key)
            given = reference_text(value)
            inherited[name] = own.get(given) or ProviderConfiguration(given, {})
        return inherited


def _expression(attribute: ast.Attribute, type_: object) -> ast.Expression:
    return attribute.expression


def call_digest(parent: EnclosingModule, declaration: Declaration) -> str:
    """Return a digest of what a call gives to a module that could not be read: equal for equal arguments."""
    parts: list[object] = []
    try:
        expansion = expand(declaration, parent.scope)
        scopes = [Scope(parent, names) if names else parent.scope for _, names in expansion.instances]
    except (EvaluationError, RecursionError):
        scopes = [parent.scope]
    for name, attribute in sorted(declaration.body.attributes.items()):
        for scope in (parent.scope,) if name in _META else scopes:
            try:
                value: object = _plain(evaluate(attribute.expression, scope))
            except (EvaluationError, RecursionError) as error:
                value = (str(error), _text(attribute.expression))
            parts.append((name, value))
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, LazyObject):
        names = sorted(value.names)
        return value.reference if value.open else [(name, _plain(value.attribute(name))) for name in names]
    if isinstance(value, Mapping):
        return [(name, _plain(item)) for name, item in sorted(value.items())]
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _text(expression: object) -> str:
    """Return an expression as it is read, without its place."""
    return re.sub(r"span=\([^)]*\)", "", repr(expression))
