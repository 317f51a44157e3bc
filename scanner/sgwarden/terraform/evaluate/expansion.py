"""count and for_each: the keys of a resource's or module's instances.

Sources: https://developer.hashicorp.com/terraform/language/meta-arguments/count and .../for_each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.compile import evaluate, iterate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import to_number
from sgwarden.terraform.types.values import TfSet, Value

MAX_INSTANCES = 20_000
"""Instances of one block that are evaluated; more make them unknown."""


class Expansion(Struct, frozen=True):
    """The instances of one block."""

    kind: str
    """``single``, ``count``, ``for_each`` or ``unknown``."""
    instances: tuple[tuple[int | str | Unknown | None, Mapping[str, Value]], ...]
    """Key and local names (``count`` or ``each``) of every instance; one with an Unknown key when
    it is not known which exist."""

    @property
    def reason(self) -> Unknown | None:
        """Why the instances are not known."""
        key = self.instances[0][0] if self.kind == "unknown" else None
        return key if isinstance(key, Unknown) else None


def expand(count: ast.Attribute | None, for_each: ast.Attribute | None, scope: Scope) -> Expansion:
    """Return the instances of a block with these arguments; raises EvaluationError."""
    if count is not None:
        return _count(evaluate(count.expression, scope))
    if for_each is not None:
        return _for_each(evaluate(for_each.expression, scope))
    return Expansion("single", ((None, {}),))


def unknown_expansion(reason: Unknown) -> Expansion:
    """Return one instance with an unknown key, in place of all that may exist."""
    part = Unknown(reason.reason, undeclared=reason.undeclared)
    names = {"count": {"index": part}, "each": {"key": part, "value": part}}
    return Expansion("unknown", ((Unknown(reason.reason, not_null=True), names),))


def _count(value: Value) -> Expansion:
    if type(value) is Sensitive:
        raise EvaluationError("Invalid count argument: sensitive values cannot be used.")
    if value is None:
        raise EvaluationError('Invalid count argument: the given "count" argument value is null.')
    number = to_number(value)
    if type(number) is Unknown:
        return unknown_expansion(number)
    if isinstance(number, Fraction) or number < 0:
        raise EvaluationError('Invalid count argument: the given "count" value must be a whole number, not negative.')
    if number > MAX_INSTANCES:
        return unknown_expansion(Unknown(f"count is {number}, more than the {MAX_INSTANCES} that are evaluated"))
    return Expansion("count", tuple((i, {"count": {"index": i}}) for i in range(number)))


def _for_each(value: Value) -> Expansion:
    if type(value) is Sensitive:
        raise EvaluationError("Invalid for_each argument: sensitive values cannot be used.")
    if type(value) is Unknown:
        return unknown_expansion(value)
    if value is None:
        raise EvaluationError('Invalid for_each argument: the given "for_each" argument value is null.')
    if not isinstance(value, dict) and type(value) is not TfSet:
        raise EvaluationError('Invalid for_each argument: the "for_each" argument must be a map, or set of strings.')
    if len(value) > MAX_INSTANCES:
        return unknown_expansion(
            Unknown(f"for_each has {len(value)} elements, more than the {MAX_INSTANCES} that are evaluated")
        )
    unknown = _unknown_element(value)
    return Expansion("for_each", tuple(_elements(value))) if unknown is None else unknown_expansion(unknown)


def _unknown_element(value: Value) -> Unknown | None:
    if type(value) is not TfSet:
        return None
    return next((item for item in value if type(item) is Unknown), None)


def _elements(value: Value) -> Iterator[tuple[str, Mapping[str, Value]]]:
    for key, item in iterate(value):
        if type(key) is not str:
            raise EvaluationError(
                'Invalid for_each set argument: "for_each" supports maps and sets of strings, but you have provided '
                "a set containing another type."
            )
        yield key, {"each": {"key": key, "value": item}}


def suffix(key: int | str | Unknown | None) -> str:
    """Return what an instance key adds to an address: ``[0]``, ``["a"]``, ``[?]`` or nothing."""
    if key is None:
        return ""
    if isinstance(key, Unknown):
        return "[?]"
    if isinstance(key, int):
        return f"[{key}]"
    escaped = (
        key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    escaped = escaped.replace("${", "$${").replace("%{", "%%{")
    return f'["{escaped}"]'
