"""Redact sensitive values of the chain from what is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import overload

from msgspec import Struct

from sgwarden.model.monitoring import Declared, Monitoring
from sgwarden.model.values import Unknown

HIDDEN = "(sensitive)"
_FIELDS = {
    "event_selector": "event_selectors",
    "advanced_event_selector": "advanced_event_selectors",
    "metric_query": "metric_queries",
    "evaluation_criteria": "promql_query",
    "mute_targets": "alarm_names",
    "arn": "target",
}
"""Fields of the model by the argument, where their names differ."""


def sensitive_texts(monitoring: Monitoring) -> tuple[str, ...]:
    """Return every known text of a sensitive argument, the longest first."""
    found: set[str] = set()
    for entry in monitoring.__struct_fields__:
        items = getattr(monitoring, entry)
        for item in items if isinstance(items, tuple) else ():
            for name in item.sensitive if isinstance(item, Declared) else ():
                for field in (name, _FIELDS.get(name, name)):
                    found.update(_texts(getattr(item, field, None)))
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, (int, float)):
        yield f"{value:g}"
    elif isinstance(value, Unknown):
        yield from (part.strip() for part in value.parts if isinstance(part, str))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Struct):
        for entry in value.__struct_fields__:
            yield from _texts(getattr(value, entry))


@overload
def redact(value: str, texts: tuple[str, ...]) -> str: ...
@overload
def redact(value: object, texts: tuple[str, ...]) -> object: ...
def redact(value: object, texts: tuple[str, ...]) -> object:
    """Return ``value`` with every sensitive text in it replaced, also in lists and objects."""
    if not texts:
        return value
    if isinstance(value, str):
        for text in texts:
            if text:
                value = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", HIDDEN, value)
        return value
    if isinstance(value, dict):
        return {key: redact(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [redact(item, texts) for item in value]
    return value
