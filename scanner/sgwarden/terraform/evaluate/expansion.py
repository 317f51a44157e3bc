"""count and for_each: the keys of a resource's or module's instances.

Sources: https://developer.hashicorp.com/terraform/language/meta-arguments/count and .../for_each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from msgspec import Struct

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.compile import evaluate, iterate
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.modules.module import Declaration
from sgwarden.terraform.types.convert import to_bool, to_number
from sgwarden.terraform.types.values import TfSet, Value

MAX_INSTANCES = 20_000
"""Instances of one block that are evaluated one by one."""
FIRST_INSTANCES = 100
"""Of more instances than that, those that are evaluated; one more stands for all others."""


class Expansion(Struct, frozen=True):
    """The instances of one block."""

    kind: str
    """``single``, ``count``, ``for_each``, ``disabled``, ``unknown``, or ``truncated``: the last instance stands for many."""
    instances: tuple[tuple[int | str | Unknown | None, Mapping[str, Value]], ...]
    """Key and local names (``count`` or ``each``) of every instance; one with an Unknown key when
    it is not known which exist."""
    left_out: str = ""
    """How many instances are not evaluated one by one, as shown to the user; empty when there are none."""

    @property
    def reason(self) -> Unknown | None:
        """Why the instances are not known."""
        key = self.instances[0][0] if self.kind == "unknown" else None
        return key if isinstance(key, Unknown) else None


def expand(declaration: Declaration, scope: Scope) -> Expansion:
    """Return the instances of a resource or module block; raises EvaluationError."""
    enabled = declaration.lifecycle_argument("enabled")
    if enabled is not None:
        switch = evaluate(enabled.expression, scope)
        if type(switch) is Sensitive or switch is None:
            raise EvaluationError("Invalid enabled argument: it must be true or false, and neither sensitive nor null.")
        switch = to_bool(switch)
        if type(switch) is Unknown:
            return unknown_expansion(switch)
        return Expansion("single", ((None, {}),)) if switch else Expansion("disabled", ())
    count, for_each = declaration.argument("count"), declaration.argument("for_each")
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
        instances = [(i, {"count": {"index": i}}) for i in range(FIRST_INSTANCES)]
        return _truncated(instances, f"count is {number}", number, lambda part: {"count": {"index": part}})
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
    unknown = _unknown_element(value)
    if len(value) > MAX_INSTANCES and unknown is None:
        return _truncated(
            list(islice(_elements(value), FIRST_INSTANCES)),
            f"for_each has {len(value)} elements",
            len(value),
            lambda part: {"each": {"key": part, "value": part}},
        )
    return Expansion("for_each", tuple(_elements(value))) if unknown is None else unknown_expansion(unknown)


def _truncated(
    first: Sequence[tuple[int | str, Mapping[str, Value]]],
    what: str,
    number: int,
    names: Callable[[Unknown], Mapping[str, Value]],
) -> Expansion:
    """Return the first instances, and one with an unknown key for the others, which exist as well."""
    others = f"{what}: the {number - len(first)} after the first {len(first)} are judged as one"
    instances = (*first, (Unknown(others, not_null=True), names(Unknown(others))))
    return Expansion("truncated", instances, others)


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
