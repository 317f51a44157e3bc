"""How the expression behind a value, and its way through variables, are named; the only place that words them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sgwarden.model.locations import Location

if TYPE_CHECKING:
    from sgwarden.model.instances import Origin, Step
    from sgwarden.model.security_groups import Rule

_REFERENCE = re.compile(r'^[\w.\-\[\]*"]+$')
_LITERAL = re.compile(r'^[\[\]"\s\d./:,a-f-]*$|^(true|false|null)$', re.IGNORECASE)
_LONGEST_EXPRESSION = 80
_MOST_STEPS = 3
_RELATIONS = {
    "local": " at",
    "output": ", output at",
    "set": ", set at",
    "default": ", default at",
    "no value": ", declared without a value at",
}
"""By kind of step: the words between its name and its place."""


def cause(rule: Rule, attribute: str = "peer") -> str:
    """Return what made an attribute: "`var.admin_cidrs`, set at terraform.tfvars:3"; empty for a literal.

    For a peer that is written out, what made the port is returned, after the word "port".
    """
    name, text, _ = _given_from_elsewhere(rule, attribute)
    return text if name == attribute or not text else f"port {text}"


def cause_location(rule: Rule, attribute: str = "peer") -> tuple[Location, ...]:
    """Return the last place that ``cause`` names, where the value comes from; empty if it is no line of another."""
    _, _, origin = _given_from_elsewhere(rule, attribute)
    place = origin.trail[-1].location if origin is not None and origin.trail else None
    if not isinstance(place, Location):
        return ()
    here = rule.location
    return () if here is not None and (here.file, here.line) == (place.file, place.line) else (place,)


def elements(rule: Rule) -> tuple[Location, ...]:
    """Return the elements of lists and entries of maps that a rule is certainly made of."""
    origin = rule.origins.get("peer")
    return origin.elements() if origin is not None else ()


def common_elements(rules: Iterable[Rule]) -> tuple[Location, ...]:
    """Return the elements that all of some rules are made of."""
    found = [elements(rule) for rule in rules]
    return tuple(place for place in found[0] if all(place in other for other in found[1:])) if found else ()


def _given_from_elsewhere(rule: Rule, attribute: str) -> tuple[str, str, Origin | None]:
    """Return the attribute that is no literal, its origin in words, and its origin."""
    for name in (attribute, "from_port", "to_port") if attribute == "peer" else (attribute,):
        origin = rule.origins.get(name)
        text = origin_text(origin, name in rule.sensitive) if origin is not None else ""
        if text:
            return name, text, origin
    return attribute, "", None


def origin_text(origin: Origin, sensitive: bool = False) -> str:
    """Return an expression and how its value came there, nearest first.

    The expression ``local.a`` with steps to that local and to a variable reads
    "`local.a` at main.tf:3, from `var.b`, set at terraform.tfvars:1". A literal gives an empty text, and of a
    sensitive value only references are named.
    """
    parts: list[str] = []
    expression = " ".join(origin.expression.split())
    if expression and not _LITERAL.match(expression) and (not sensitive or _REFERENCE.match(expression)):
        parts.append(f"`{_shortened(expression)}`")
    for step in dict.fromkeys(origin.trail[:_MOST_STEPS]):
        if parts == [f"`{step.name}`"]:
            parts = [_step_text(step)]
        else:
            parts.append(f"{'from ' if parts else ''}{_step_text(step)}")
    return ", ".join(parts)


def _step_text(step: Step) -> str:
    return f"`{step.name}`{_RELATIONS[step.kind]} {place_text(step.location)}"


def place_text(place: Location | str) -> str:
    """Return "main.tf:3" for a line of a file, and the name of anything else that gives values: "--var"."""
    return f"{place.file}:{place.line}" if isinstance(place, Location) else place


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_EXPRESSION else text[: _LONGEST_EXPRESSION - 3] + "..."
