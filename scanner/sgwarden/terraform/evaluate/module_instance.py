"""Module instances: the values of ``var.x``, ``local.y``, ``module.z`` and ``aws_vpc.main``.

Everything is evaluated on first use and only once; the use of a value while it is being evaluated is the circular reference that Terraform refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError, UndeclaredReference, undeclared_resource
from sgwarden.terraform.evaluate.arguments import Argument
from sgwarden.terraform.evaluate.blocks import evaluate_body, reference_text
from sgwarden.terraform.evaluate.compile import evaluate
from sgwarden.terraform.evaluate.evaluation import Evaluation
from sgwarden.terraform.evaluate.expansion import Expansion, expand, unknown_expansion
from sgwarden.terraform.evaluate.module_calls import ChildModules
from sgwarden.terraform.evaluate.provider import ProviderConfiguration
from sgwarden.terraform.evaluate.resource import Resource
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.modules.module import Declaration, Module, location
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.type_constraints import parse_type
from sgwarden.terraform.types.types import Type
from sgwarden.terraform.types.values import Value, as_sensitive


class ModuleInstance:
    """One instance of a module: the root module, or one instance of a module call."""

    def __init__(
        self,
        run: Evaluation,
        module: Module,
        arguments: Mapping[str, Argument],
        providers: Mapping[str, ProviderConfiguration],
        path: tuple[str, ...] = (),
        may_exist: Unknown | None = None,
        call_names: tuple[str, ...] = (),
        call: Declaration | None = None,
    ) -> None:
        self.call_names = call_names
        """Names of the module calls that lead here, without instance keys."""
        self.call = call
        """The module block that made it; None for the root."""
        self.run = run
        self.module = module
        self.arguments = arguments
        self.path = path
        """Addresses of the module instances that lead here, this one last; empty for the root."""
        self.may_exist = may_exist
        self.budget = run.budget
        assert run.functions is not None  # set by evaluate_root
        self.functions = run.functions
        self.scope = Scope(self, {})
        self._inherited = providers
        self._memo: dict[tuple[str, ...], Value] = {}
        self._busy: set[tuple[str, ...]] = set()
        self._resources: dict[tuple[str, str, str], list[Resource]] = {}
        self._providers: dict[str, ProviderConfiguration] | None = None
        self.children: ChildModules[ModuleInstance] = ChildModules(self, partial(ModuleInstance, run))

    @property
    def prefix(self) -> str:
        """What the addresses of its resources begin with: ``module.a[0].`` or nothing."""
        return f"{self.path[-1]}." if self.path else ""

    def resolve(self, root: str, steps: tuple[str | None, ...]) -> tuple[Value, int]:
        """See ``scope.Resolver``."""
        name = steps[0] if steps else None
        if root == "var" and name is not None:
            return self.variable(name), 1
        if root == "local" and name is not None:
            return self.local(name), 1
        if root == "module" and name is not None:
            return self.children.value(name), 1
        if root in ("data", "ephemeral"):
            if len(steps) < 2 or name is None or steps[1] is None:
                raise UndeclaredReference(f'The "{root}" object must be followed by a type and a name.')
            return self.resource(root, name, steps[1]), 2
        if root == "path" and name in ("module", "root", "cwd"):
            return self._path(name), 1
        if root in ("terraform", "tofu") and name == "workspace":
            return self.run.workspace, 1
        if root in ("self", "terraform", "tofu"):
            return Unknown(f"{root} is known only while Terraform runs"), 0
        if root in ("var", "local", "module", "path", "each", "count"):
            raise UndeclaredReference(f'Invalid reference: "{root}" cannot be used here, or not in this way.')
        if name is None:
            raise UndeclaredReference(f'Invalid reference: "{root}" must be followed by a resource name.')
        return self.resource("managed", root, name), 1

    def _path(self, name: str) -> Value:
        if name == "cwd":
            return Unknown("path.cwd depends on where Terraform is started", type="string", not_null=True)
        if name == "root" or not self.path:
            return "."
        return self.children.relative_directory(self.module.directory)

    def _once(self, key: tuple[str, ...], compute: Callable[[], Value]) -> Value:
        if key in self._memo:
            return self._memo[key]
        if key in self._busy:
            raise EvaluationError(f"Circular reference: {self.prefix}{'.'.join(key)} refers to itself.")
        self._busy.add(key)
        try:
            value = compute()
        finally:
            self._busy.discard(key)
        self._memo[key] = value
        return value

    def local(self, name: str) -> Value:
        """Return ``local.name``; raises EvaluationError."""

        def compute() -> Value:
            found = self.module.locals.get(name)
            if found is None:
                raise UndeclaredReference(
                    f'Reference to undeclared local value: a local value with the name "{name}" has not been declared.'
                )
            return evaluate(found[1].expression, self.scope)

        return self._once(("local", name), compute)

    def variable(self, name: str) -> Value:
        """Return ``var.name``; raises EvaluationError."""
        return self._once(("var", name), lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        declaration = self.module.variables.get(name)
        if declaration is None:
            raise UndeclaredReference(
                f'Reference to undeclared input variable: an input variable with the name "{name}" has not been declared.'
            )
        body = declaration.body
        type_ = self.variable_type(declaration)
        argument = self.arguments.get(name)
        value: Value = None
        if argument is not None:
            expression = argument.expression(type_)
            value = evaluate(expression, argument.scope or self.scope)
        if argument is None or (value is None and not self._flag(body, "nullable", True)):
            default = body.attributes.get("default")
            if default is None:
                return self._missing(name, declaration, type_)
            value = evaluate(default.expression, self.scope)
        if value is not None and type_ is not None:
            try:
                value = convert(value, type_)
            except EvaluationError as error:
                raise EvaluationError(f'Invalid value for variable "{name}": {error}') from None
        if self._flag(body, "ephemeral", False):
            # A plan never holds it, and the apply may be given another value.
            value = Unknown(f'variable "{name}" is ephemeral', type=type_)
        return as_sensitive(value) if self._flag(body, "sensitive", False) else value

    def declared(self, root: str, name: str) -> Type | ast.Expression | None:
        """Return the type constraint of ``var.name``, the expression of ``local.name``, or None."""
        if root == "var" and name in self.module.variables:
            return self.variable_type(self.module.variables[name])
        if root == "local" and name in self.module.locals:
            return self.module.locals[name][1].expression
        return None

    def variable_type(self, declaration: Declaration) -> Type | None:
        """Return the type constraint of a variable; None when there is none."""
        attribute = declaration.body.attributes.get("type")
        if attribute is None:
            return None
        return parse_type(attribute.expression, lambda expression: evaluate(expression, self.scope))

    def _flag(self, body: ast.Body, name: str, default: bool) -> bool:
        attribute = body.attributes.get(name)
        return (
            bool(attribute.expression.value) if attribute and isinstance(attribute.expression, ast.Literal) else default
        )

    def _missing(self, name: str, declaration: Declaration, type_: Type | None) -> Unknown:
        place = location(
            self.run.show(declaration.file), (declaration.stub.line, 1, declaration.stub.end_line, 1), self.path
        )
        if self.path:
            self.run.trouble(
                f"{self.path[-1]}: var.{name}", "the module call gives no value for this required variable", place
            )
        else:
            self.run.missing.setdefault(name, place)
        return Unknown(f'variable "{name}" has no value', type=type_)

    def output(self, name: str) -> Value:
        """Return ``module.this.name``; raises KeyError when there is no such output, and EvaluationError."""
        declaration = self.module.outputs[name]

        def compute() -> Value:
            attribute = declaration.body.attributes.get("value")
            if attribute is None:
                return Unknown(f"output {self.prefix}{name} could not be read")
            value = evaluate(attribute.expression, self.scope)
            return as_sensitive(value) if self._flag(declaration.body, "sensitive", False) else value

        return self._once(("output", name), compute)

    def as_object(self) -> LazyObject:
        """Return the value of ``module.this``."""
        return LazyObject(self.module.outputs, self.output)

    # Resources

    def resource(self, mode: str, type_: str, name: str) -> Value:
        """Return the value of ``type.name``: an object, or a tuple or object of them; raises EvaluationError."""
        key = (mode, type_, name)
        if key not in self.module.resources:
            full = f"data.{type_}.{name}" if mode == "data" else f"{type_}.{name}"
            raise UndeclaredReference(
                f'Reference to undeclared resource: "{full}" has not been declared in this module.', full
            )

        def compute() -> Value:
            instances = self.instances(mode, type_, name)
            kind = self._memo[("expansion", *key)].kind
            if kind == "unknown":
                return Unknown(instances[0].existence.reason, address=instances[0].address)
            if kind == "disabled":
                return None
            if kind == "truncated":
                return Unknown(f"{instances[0].address} and others are too many to evaluate")
            if kind == "single":
                return instances[0].object
            if kind == "count":
                return tuple(instance.object for instance in instances)
            return {instance.key: instance.object for instance in instances}

        return self._once(("resource", *key), compute)

    def instances(self, mode: str, type_: str, name: str) -> list[Resource]:
        """Return the instances of one resource block; raises EvaluationError when count or for_each is wrong."""
        key = (mode, type_, name)
        if key not in self._resources:
            declaration = self.module.resources[key]
            expansion = self._once(("expansion", *key), lambda: self._expand(declaration))
            self._resources[key] = [
                Resource(self, declaration, mode, type_, name, instance, names, expansion.reason)
                for instance, names in expansion.instances
            ]
        return self._resources[key]

    def _expand(self, declaration: Declaration) -> Expansion:
        expansion = expand(declaration, self.scope)
        if expansion.left_out:
            address = f"{self.prefix}{'.'.join(declaration.stub.labels)}"
            self.run.trouble(address, expansion.left_out, self.place(declaration))
        return expansion

    def expand_leniently(self, mode: str, type_: str, name: str) -> list[Resource]:
        """Like ``instances``, but an error is remembered as trouble and the instances are unknown."""
        try:
            return self.instances(mode, type_, name)
        except (EvaluationError, RecursionError) as error:
            declaration = self.module.resources[(mode, type_, name)]
            reason = str(error) if isinstance(error, EvaluationError) else "it is nested too deeply"
            what = f"{self.prefix}{type_}.{name}"
            self.run.trouble(what, reason, self.place(declaration))
            expansion: Expansion = unknown_expansion(
                Unknown(f"{what}: {reason}", undeclared=undeclared_resource(error))
            )
            key = (mode, type_, name)
            self._memo[("expansion", *key)] = expansion
            return self.instances(*key)

    def place(self, declaration: Declaration) -> Location:
        """Return where a block stands."""
        attribute = declaration.argument("count") or declaration.argument("for_each")
        span = attribute.span if attribute else (declaration.stub.line, 1, declaration.stub.end_line, 1)
        file = declaration.file_of(attribute) if attribute else declaration.file
        return location(self.run.show(file), span, self.path)

    # Providers

    def provider(self, body: ast.Body, type_: str) -> ProviderConfiguration:
        """Return the provider configuration that a resource of ``type_`` uses."""
        attribute = body.attributes.get("provider")
        name = reference_text(attribute.expression) if attribute is not None else type_.split("_", 1)[0]
        return self.providers().get(name) or ProviderConfiguration(name, {})

    def providers(self) -> Mapping[str, ProviderConfiguration]:
        """Return the provider configurations by the name they have in this module."""
        if self._providers is None:
            self._providers = dict(self._inherited)
            for name, configuration in self._own_providers():
                if configuration.arguments or name not in self._providers:
                    self._providers[name] = configuration
        return self._providers

    def _own_providers(self) -> Iterator[tuple[str, ProviderConfiguration]]:
        for declaration in self.module.providers:
            alias = declaration.body.attributes.get("alias")
            name = declaration.stub.labels[0] if declaration.stub.labels else ""
            if alias is not None and isinstance(alias.expression, ast.Literal):
                name = f"{name}.{alias.expression.value}"
            arguments = evaluate_body(declaration.body, self.scope, self._provider_error, {})
            arguments.pop("alias", None)
            yield name, ProviderConfiguration(name, arguments)

    def _provider_error(self, node: ast.Attribute | ast.Block, error: EvaluationError) -> Unknown:
        return Unknown(str(error))

    def file(self, path: Path) -> str:
        """Return ``path`` as shown to the user."""
        return self.run.show(path)
