"""One instance of a resource or data block, evaluated on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError, undeclared_resource
from sgwarden.terraform.evaluate.blocks import MAY_EXIST, Places, attribute_value, evaluate_body
from sgwarden.terraform.evaluate.evaluation import EnclosingModule
from sgwarden.terraform.evaluate.expansion import suffix
from sgwarden.terraform.evaluate.provider import ProviderConfiguration
from sgwarden.terraform.evaluate.scope import LazyObject, Scope
from sgwarden.terraform.modules.module import Declaration, location
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import convert
from sgwarden.terraform.types.types import Type, without_optional
from sgwarden.terraform.types.values import Value

_NEVER_NULL = frozenset({"id", "arn"})
_META = frozenset({"count", "for_each", "provider", "depends_on"})


class Resource:
    """One instance of a resource or data block: its attributes as a plan would know them."""

    def __init__(
        self,
        module: EnclosingModule,
        declaration: Declaration,
        mode: str,
        type_: str,
        name: str,
        key: int | str | Unknown | None,
        names: Mapping[str, Value],
        existence: Unknown | None,
    ) -> None:
        self.module = module
        self.declaration = declaration
        self.mode = mode
        self.type = type_
        self.name = name
        self.key = key
        self.existence = existence or Unknown("")
        self.may_exist = existence or module.may_exist
        self.scope = Scope(module, names) if names else module.scope
        middle = f"data.{type_}.{name}" if mode == "data" else f"{type_}.{name}"
        self.address = f"{module.prefix}{middle}{suffix(key)}"
        self._busy: set[str] = set()
        self._data: Mapping[str, Value] | None = None
        self._data_known = False
        self._object: LazyObject | None = None

    @property
    def object(self) -> LazyObject:
        """Its value as other expressions see it."""
        if self._object is None:
            body = self.declaration.body
            names = set(body.attributes) - _META
            names.update(b.labels[0] if b.type == "dynamic" and b.labels else b.type for b in body.blocks)
            names.add("id")
            reason = self._reason()
            self._object = LazyObject(names, self.attribute, open=True, reference=Unknown(reason, address=self.address))
        return self._object

    def _reason(self, attribute: str = "") -> str:
        full = f"{self.address}.{attribute}" if attribute else self.address
        return f"{full} is read from AWS" if self.mode == "data" else f"{full} is known only after apply"

    @property
    def provider(self) -> ProviderConfiguration:
        """The provider configuration that manages it."""
        return self.module.provider(self.declaration.body, self.type)

    def attribute(self, name: str) -> Value:
        """Return the value of one attribute, as a plan would know it."""
        if name in self._busy:
            raise EvaluationError(f"Circular reference: {self.address}.{name} refers to itself.")
        self._busy.add(name)
        try:
            return self._attribute(name)
        finally:
            self._busy.discard(name)

    def _attribute(self, name: str) -> Value:
        body = self.declaration.body
        written = body.attributes.get(name) if name not in _META else None
        if self.mode == "data":
            return self._data_attribute(name, written)
        if written is not None:
            value = attribute_value(written, self.scope, self.on_error)
            if value is not None:
                return self._typed(name, value)
        elif any(name in (b.type, *b.labels[:1]) for b in body.blocks):
            value = evaluate_body(body, self.scope, self.on_error, {}, only=name).get(name)
            if value is not None:
                return self._typed(name, _certain(value))
        facts = self.module.run.facts
        known = facts.absent(self.type, name)
        if known is None:
            known = facts.planned(self.type, _Arguments(self), name, self.provider)
        return known[0] if known is not None else self._unknown(name)

    def _typed(self, name: str, value: Value) -> Value:
        """Return what is written converted to the attribute's type, which completes nested blocks."""
        type_ = self.module.run.facts.attribute_type(self.type, name)
        return value if type_ is None else convert(value, type_)

    def _unknown(self, name: str) -> Unknown:
        type_: Type | None = "string" if name == "id" else self.module.run.facts.attribute_type(self.type, name)
        known_type = None if type_ is None else without_optional(type_)
        return Unknown(self._reason(name), self.address, name, type=known_type, not_null=name in _NEVER_NULL)

    def _data_attribute(self, name: str, written: ast.Attribute | None) -> Value:
        if not self._data_known:
            self._data_known = True
            arguments = evaluate_body(self.declaration.body, self.scope, self.on_error, {})
            self._data = self.module.run.facts.data(self.type, arguments, self.provider)
        if self._data is not None and name in self._data:
            return self._data[name]
        if written is not None:
            # A data source repeats its arguments among its attributes.
            value = attribute_value(written, self.scope, self.on_error)
            if isinstance(value, (str, bool, int)):
                return value
        return self._unknown(name)

    def on_error(self, node: ast.Attribute | ast.Block, error: EvaluationError) -> Unknown:
        """Remember an attribute that Terraform would refuse; its value is unknown."""
        name = node.name if isinstance(node, ast.Attribute) else node.type
        file = self.module.file(self.declaration.file_of(node))
        place = location(file, node.span, self.module.path)
        self.module.run.trouble(f"{self.address}: {name}", str(error), place)
        return Unknown(f"{name} cannot be evaluated: {error}", undeclared=undeclared_resource(error))

    def evaluate(self) -> tuple[dict[str, Value], Places]:
        """Return all attributes and nested blocks, and where each was written."""
        places: Places = {}
        return evaluate_body(self.declaration.body, self.scope, self.on_error, places), places


def _certain(blocks: Value) -> Value:
    """Return nested blocks; an Unknown while it is not known which there are."""
    for block in blocks if isinstance(blocks, tuple) else ():
        if isinstance(block, dict) and MAY_EXIST in block:
            return Unknown(block[MAY_EXIST].reason)
    return blocks


class _Arguments(Mapping[str, Value]):
    """The written arguments of a resource, evaluated on first use."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def __getitem__(self, name: str) -> Value:
        attribute = self._resource.declaration.body.attributes[name]
        return attribute_value(attribute, self._resource.scope, self._resource.on_error)

    def __contains__(self, name: object) -> bool:
        return name in self._resource.declaration.body.attributes

    def __iter__(self) -> Iterator[str]:
        return iter(self._resource.declaration.body.attributes)

    def __len__(self) -> int:
        return len(self._resource.declaration.body.attributes)
