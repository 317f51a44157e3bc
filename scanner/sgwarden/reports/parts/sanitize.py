"""Text from elsewhere made fit to be shown: names, descriptions and tags are written by whoever opens a pull request.

Nothing in it may steer a terminal, forge a line, hide text or speak to the CI server whose log it lands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

Whole = TypeVar("Whole")

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Controls, and what turns the direction of writing around (https://www.unicode.org/reports/tr9/)."""
_STEERING = re.compile(f"(?:{_UNSEEN.pattern})(?<!\n)(?<!\x1b)|\x1b(?!\\[[0-9]{{1,2}}m)")
"""The same, but for line breaks and the colours of ``style``."""
_COMMAND = re.compile(r"(?m)^((?:\x1b\[[0-9]{1,2}m|[^\S\n])*:):|(##)(?=(?:vso)?\[)")
"""How GitHub (``::name``, ``##[name]``) and Azure (``##vso[name]``) are spoken to from a log:
https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions and
https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands"""
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_KEPT = frozenset({"policies", "sources", "roots", "facts", "identity", "fingerprint", "remedies"})
"""Fields that are not shown, or have several lines."""


def visible(text: str) -> str:
    r"""One line with every control spelled out, as Terraform spells it: ``\n``, ``\u001b``."""
    return text if text.isprintable() else _UNSEEN.sub(_spelled, text)


def visible_lines(text: str) -> str:
    """The same of text that may have several lines."""
    return text if text.isprintable() else "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def for_a_log(text: str) -> str:
    """A whole report for people: colours and lines are its own, and no line is a command to a CI server."""
    return _COMMAND.sub(
        lambda found: f"{found[1] or found[2]} {':' if found[1] else ''}", _STEERING.sub(_spelled, text)
    )


def legible(value: Whole) -> Whole:
    """A report or comparison whose every text is one line and visible; the same object when it is so already."""
    found: Any = _legible(value)
    return found  # type: ignore[no-any-return]


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else visible(value)
    if isinstance(value, tuple | list):
        items = [_legible(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else type(value)(items)
    if isinstance(value, Mapping):
        pairs = {_legible(key): _legible(item) for key, item in value.items()}
        same = all(new is old and pairs[new] is value[old] for new, old in zip(pairs, value, strict=False))
        return value if same and len(pairs) == len(value) else pairs
    names = getattr(value, "__struct_fields__", None) or getattr(value, "__dataclass_fields__", None)
    if names is None:
        return value
    old = {name: getattr(value, name) for name in names}
    new = {name: item if name in _KEPT else _legible(item) for name, item in old.items()}
    return value if all(new[name] is old[name] for name in names) else type(value)(**new)


def _spelled(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"
