"""Sensitive marks inside values."""

from __future__ import annotations

from sgwarden.model.values import Sensitive
from sgwarden.terraform.types.values import TfList, TfMap, TfSet, Value

CONTAINERS = frozenset({dict, tuple, TfMap, TfList, TfSet})


def strip_sensitive(value: Value) -> Value:
    """``value`` without any sensitive mark inside, for putting one mark around all of it."""
    return _stripped(value, {}) if isinstance(value, (tuple, dict, Sensitive)) else value


def _stripped(value: Value, done: dict[int, Value]) -> Value:
    """``done`` has the results for containers by identity: values can share their parts any number of times."""
    kind = type(value)
    if kind is Sensitive:
        return _stripped(value.value, done)
    if kind not in CONTAINERS:
        return value
    if id(value) in done:
        return done[id(value)]
    result: Value
    if kind is dict:
        result = {name: _stripped(item, done) for name, item in value.items()}
    elif kind is TfMap:
        result = TfMap({name: _stripped(item, done) for name, item in value.items()}, value.element_type)
    elif kind is tuple:
        result = tuple([_stripped(item, done) for item in value])
    else:
        result = kind([_stripped(item, done) for item in value], value.element_type)
    done[id(value)] = result
    return result
