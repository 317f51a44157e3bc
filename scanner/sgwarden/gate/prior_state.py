"""Write the states that a plan starts from, which Terraform keeps in the plan as JSON.

``prior_state`` is the state after the refresh: what was changed by hand is in it. ``resource_drift`` has each resource
that differs from the state as the last apply left it.
https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from sgwarden.errors import InputError, UsageError
from sgwarden.gate.by_hand import WrittenBlocks


class WrittenStates(Struct, frozen=True):
    """State files in a mirror of the file system."""

    directory: Path
    """Stands for the working directory."""
    paths: tuple[str, ...]
    """Relative to it: what is found there must not tell where it was written for the time being."""


class PriorStates(Struct, frozen=True):
    """The states that some plans start from."""

    applied: WrittenStates
    """As the last apply left them."""
    refreshed: WrittenStates | None
    """With what was changed by hand since; None when nothing was."""
    written: Mapping[str, WrittenBlocks]
    """Inline blocks of groups that the configuration spells out, by plan."""


@contextmanager
def prior_states(paths: Sequence[str]) -> Iterator[PriorStates]:
    """Write the prior states of each plan to mirrors.

    A plan that creates everything has no prior state.

    Raises UsageError for stdin, and InputError for a file that is no plan.
    """
    temporary = Path(tempfile.mkdtemp(prefix="sgwarden-prior-")).resolve()
    try:
        applied: dict[str, object] = {}
        refreshed: dict[str, object] = {}
        written: dict[str, WrittenBlocks] = {}
        drifted = False
        for path in paths:
            plan = _plan(path)
            state = plan.get("prior_state")
            drift = [each for each in _list(plan.get("resource_drift")) if isinstance(each, dict)]
            if isinstance(state, dict) and state.get("values"):
                refreshed[path] = state
            elif drift:
                state = {"format_version": "1.0", "values": {"root_module": {}}}
            else:
                continue
            applied[path] = _as_applied(state, drift)
            drifted |= bool(drift)
            configuration = plan.get("configuration")
            if drift and isinstance(configuration, dict):
                written[path] = dict(_written(configuration.get("root_module"), ""))
        yield PriorStates(
            _write(temporary / "applied", applied),
            _write(temporary / "refreshed", refreshed) if drifted else None,
            written,
        )
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write(mirror: Path, states: dict[str, object]) -> WrittenStates:
    found = []
    for path, state in states.items():
        whole = Path(path).resolve()
        target = mirror / whole.relative_to(whole.anchor)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(state), encoding="utf-8")
        found.append(target)
    here = Path.cwd()
    directory = mirror / here.relative_to(here.anchor)
    directory.mkdir(parents=True, exist_ok=True)
    return WrittenStates(directory, tuple(os.path.relpath(target, directory) for target in found))


def _plan(path: str) -> dict[str, Any]:
    if path == "-":
        raise UsageError("--new-only reads a plan twice, and - can be read once", next_step="give the plan as a file")
    try:
        plan = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "--new-only needs a plan as JSON", path, "give `terraform show -json PLANFILE` output"
        ) from error
    return plan if isinstance(plan, dict) else {}


def _as_applied(state: dict[str, Any], drift: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a shown state with every resource that drifted as it was before."""
    before: dict[str, dict[str, Any]] = {}
    for each in drift:
        change = each.get("change")
        if isinstance(change, dict) and not each.get("deposed") and each.get("mode", "managed") == "managed":
            before[str(each.get("address"))] = {
                **{name: each[name] for name in ("address", "mode", "type", "name", "index", "provider_name") if name in each},
                "values": change.get("before"),
                "sensitive_values": change.get("before_sensitive") or {},
            }  # fmt: skip
    if not before:
        return state
    met: set[str] = set()
    values = state["values"] if isinstance(state["values"], dict) else {}
    root = _module_as_applied(values.get("root_module"), before, met)
    # What was deleted by hand is in the refreshed state no more; a resource's own address says which module it is of.
    gone = [row for address, row in before.items() if address not in met and row["values"] is not None]
    root["resources"] = [*_list(root.get("resources")), *gone]
    return {**state, "values": {**values, "root_module": root}}


def _module_as_applied(module: object, before: dict[str, dict[str, Any]], met: set[str]) -> dict[str, Any]:
    if not isinstance(module, dict):
        return {}
    resources = []
    for resource in _list(module.get("resources")):
        address = resource.get("address") if isinstance(resource, dict) else None
        if not isinstance(address, str) or address not in before or resource.get("deposed_key"):
            resources.append(resource)
            continue
        met.add(address)
        row = before[address]
        if row["values"] is not None:
            resources.append({**resource, "values": row["values"], "sensitive_values": row["sensitive_values"]})
    children = [_module_as_applied(child, before, met) for child in _list(module.get("child_modules"))]
    return {**module, "resources": resources, "child_modules": children}


def _written(module: object, prefix: str) -> Iterator[tuple[tuple[str, str], list[Any] | None]]:
    """Yield the inline blocks of each group, None for what is not constant, by address without keys and direction."""
    if not isinstance(module, dict):
        return
    for resource in _list(module.get("resources")):
        expressions = resource.get("expressions") if isinstance(resource, dict) else None
        for direction in ("ingress", "egress"):
            if isinstance(expressions, dict) and direction in expressions:
                expression = expressions[direction]
                value = expression.get("constant_value") if isinstance(expression, dict) else None
                yield (f"{prefix}{resource.get('address')}", direction), value if isinstance(value, list) else None
    calls = module.get("module_calls")
    for name, call in calls.items() if isinstance(calls, dict) else ():
        if isinstance(call, dict):
            yield from _written(call.get("module"), f"{prefix}module.{name}.")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
