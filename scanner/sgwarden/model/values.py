"""Values that are not plainly known: what is unknown, and why, and what is sensitive."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Unknown(Struct, frozen=True):
    """A value that cannot be known from the input alone; never equal to any known value.

    Two unknowns compare equal only as Python objects (same reason, same origin): nothing may
    conclude from that that the values they stand for are equal, except through ``address``.
    """

    reason: str
    """Why it is unknown, as a noun phrase a user understands: ``variable "vpc_id" has no value``."""
    address: str | None = None
    """Full address of the resource instance whose attribute the value stands for, if it is one."""
    attribute: str | None = None
    """The attribute of ``address`` that the value stands for: ``id``, ``arn``, ``name`` ..."""
    type: Any = None
    """Terraform type constraint known to hold (see ``sgwarden.terraform.types.types``); None means any."""
    not_null: bool = False
    """True when the value, once known, is certainly neither null nor an empty string."""
    parts: tuple[str | Unknown, ...] = ()
    """For a text that is known in part: the texts and unknown values it is put together from, in order.

    ``"${aws_cloudwatch_log_group.a.arn}:*"`` has the parts ``(Unknown(..., "aws_cloudwatch_log_group.a", "arn"), ":*")``.
    For a list or set that is unknown as a whole: elements that are certainly in it.
    Empty when nothing is known of the text or list; see `sgwarden.model.refinements`."""
    undeclared: str | None = None
    """``aws_security_group.gone``: the resource that the expression refers to and no code of its module declares."""


class Sensitive(Struct, frozen=True):
    """A value that must never be shown; wraps the outermost value that is marked, never nested."""

    value: Any


def is_known(value: Any) -> bool:
    """Return whether ``value`` itself is known (parts inside a collection may still be unknown)."""
    if type(value) is Sensitive:
        value = value.value
    return type(value) is not Unknown


def reveal(value: Any) -> Any:
    """Return ``value`` without its sensitive mark: to check it, never to show it."""
    return value.value if type(value) is Sensitive else value
