"""How the expressions behind a value and its way through variables are named in messages; sensitive values never are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sgwarden.model.locations import Location

if TYPE_CHECKING:
    from sgwarden.model.instances import Origin
    from sgwarden.model.security_groups import Rule

_PLACE = re.compile(r"^[^`\s]+:\d+$")
_AT = re.compile(r"(?:.*\bat )?([^`]+):(\d+)$")
_STEP = re.compile(r"^([^\s,]+)(,? .*)$")
_REFERENCE = re.compile(r'^[\w.\-\[\]*"]+$')
_LITERAL = re.compile(r'^[\[\]"\s\d./:,a-f-]*$|^(true|false|null)$', re.IGNORECASE)
_LONGEST_EXPRESSION = 80
_MOST_STEPS = 3


def made_by(subject: Rule, attribute: str = "peer") -> str:
    """`` (`var.admin_cidrs`, set in terraform.tfvars:3)``: the expression behind an attribute and its
    trail; empty when the value is written out where it is used.

    Of a peer that is written out the port is told instead, which then is what was given from elsewhere.
    """
    name, text, _ = _maker(subject, attribute)
    return f" ({text})" if text and name == attribute else f" (port {text})" if text else ""


def given_at(subject: Rule, attribute: str = "peer") -> tuple[Location, ...]:
    """The place that ``made_by`` tells last, where the value comes from; none when it tells of no place."""
    _, _, origin = _maker(subject, attribute)
    found = _AT.match(origin.trail[-1]) if origin is not None and origin.trail else None
    if found is None:
        return ()
    line = int(found[2])
    here = subject.location
    return () if here is not None and (here.file, here.line) == (found[1], line) else (Location(found[1], line, line),)


def _maker(subject: Rule, attribute: str) -> tuple[str, str, Origin | None]:
    """The attribute that was given from elsewhere, what is told of that, and its origin."""
    for name in (attribute, "from_port", "to_port") if attribute == "peer" else (attribute,):
        origin = subject.origins.get(name)
        text = trail(origin, name in subject.sensitive) if origin is not None else ""
        if text:
            return name, text, origin
    return attribute, "", None


def trail(origin: Origin, sensitive: bool = False) -> str:
    """An expression and how its value came there, nearest first.

    ``local.a`` with the steps ``local.a at main.tf:3`` and ``var.b, set at terraform.tfvars:1`` reads
    "`local.a` at main.tf:3, from `var.b`, set at terraform.tfvars:1". What is written out where it is
    used says nothing, and of a sensitive value only references are told.
    """
    told: list[str] = []
    expression = " ".join(origin.expression.split())
    if expression and not _LITERAL.match(expression) and (not sensitive or _REFERENCE.match(expression)):
        told.append(f"`{_shortened(expression)}`")
    for step in dict.fromkeys(origin.trail[:_MOST_STEPS]):
        name, place = _split_step(step)
        if name and told == [f"`{name}`"]:
            told[0] += place
        elif name:
            told.append(f"{'from ' if told else ''}`{name}`{place}")
        else:
            told.append(place)
    return ", ".join(told)


def _split_step(step: str) -> tuple[str, str]:
    """The name of one step of a trail and the words on its place."""
    if _PLACE.match(step):
        return "", f"set in {step}"
    found = _STEP.match(step)
    return (found[1], found[2]) if found else (step, "")


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_EXPRESSION else text[: _LONGEST_EXPRESSION - 3] + "..."
