"""Text from elsewhere, made fit to be shown: whoever opens a pull request writes names, descriptions and tags.

Nothing in it may steer a terminal, forge a line, hide text or speak to the CI server whose log it lands in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

Shown = TypeVar("Shown")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, and those that change the direction of writing (https://www.unicode.org/reports/tr9/)."""
_STEERING = re.compile(f"(?:{_CONTROL.pattern})(?<!\n)(?<!\x1b)|\x1b(?!\\[[0-9]{{1,2}}m)")
"""The same, without line breaks and the colours of ``style``."""
_COMMAND = re.compile(r"(?m)^((?:\x1b\[[0-9]{1,2}m|[^\S\n])*:):|(##)(?=(?:vso)?\[)")
"""How a line of a log gives commands to GitHub (``::name``, ``##[name]``) and Azure (``##vso[name]``):
https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions and
https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands"""
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_KEPT = frozenset({"policies", "sources", "roots", "facts", "identity", "fingerprint", "remedies"})
"""Fields that are not shown, or have several lines."""


def escape_controls(text: str) -> str:
    r"""Return one line with every control character escaped as Terraform escapes it: ``\n``, ``\u001b``."""
    return text if text.isprintable() else _CONTROL.sub(_escaped, text)


def escape_lines(text: str) -> str:
    """Return lines, each with its control characters escaped."""
    return "\n".join(map(escape_controls, text.replace("\r\n", "\n").split("\n")))


def safe_for_log(text: str) -> str:
    """Return a report for people in which only its own colours and line breaks act, and no CI server is commanded."""
    return _COMMAND.sub(
        lambda found: f"{found[1] or found[2]} {':' if found[1] else ''}", _STEERING.sub(_escaped, text)
    )


def escape_texts(value: Shown) -> Shown:
    """Return a report or comparison whose every text is one escaped line; the same object if nothing changes."""
    escaped: Shown = _escape(value)
    return escaped


def _escape(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else escape_controls(value)
    if isinstance(value, tuple | list):
        items = [_escape(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else type(value)(items)
    if isinstance(value, Mapping):
        pairs = {_escape(key): _escape(item) for key, item in value.items()}
        same = all(new is old and pairs[new] is value[old] for new, old in zip(pairs, value, strict=False))
        return value if same and len(pairs) == len(value) else pairs
    names = getattr(value, "__struct_fields__", None) or getattr(value, "__dataclass_fields__", None)
    if names is None:
        return value
    old = {name: getattr(value, name) for name in names}
    new = {name: item if name in _KEPT else _escape(item) for name, item in old.items()}
    return value if all(new[name] is old[name] for name in names) else type(value)(**new)


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}"
