"""State files: ``terraform.tfstate`` of version 4, and ``terraform show -json`` of a state.

A state holds what was applied and last refreshed: every value is known, and nothing tells
which arguments were written in code. https://developer.hashicorp.com/terraform/internals/json-format
(for the shown form; the file itself is Terraform's internal/states/statefile/version4.go).
"""

from __future__ import annotations

import gc
from collections.abc import Collection
from typing import Any

from sgwarden.errors import InputError
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import Kind, Reading, decode, detect, utf8
from sgwarden.sources.plan.addresses import deposed_address, key_text, module_chain, module_of
from sgwarden.sources.plan.json_types import ShownResource, ShownState, State, StateInstance, StateResource
from sgwarden.sources.plan.references import split_module
from sgwarden.sources.plan.values import mark_sensitive, shown_resources, tuples
from sgwarden.sources.resources import TYPES


def read_state(document: bytes, path: str, *, types: Collection[str] | None = None) -> Reading:
    """Return the instances of a state, in either form; ``types`` as for ``read_plan``.

    Deposed objects are instances of their own (``ADDRESS (deposed KEY)``). Raises InputError for
    broken JSON, for other versions and for what is no state.
    """
    kind = detect(document, path)
    wanted = TYPES if types is None else frozenset(types)
    collecting = gc.isenabled()
    gc.disable()
    try:
        if kind is Kind.STATE:
            return _read_file(utf8(document, path), path, wanted)
        if kind is Kind.SHOWN_STATE:
            return _read_shown(utf8(document, path), path, wanted)
    except RecursionError as error:
        raise InputError("the JSON is nested too deeply", path) from error
    finally:
        if collecting:
            gc.enable()
    raise InputError(f"this is not a Terraform state but: {kind}", path)


def _read_file(document: bytes, path: str, types: Collection[str]) -> Reading:
    state: State = decode(document, State, path, "state")
    location = Location(path, 1, 1)
    instances: list[ResourceInstance] = []
    count = 0
    for resource in state.resources or ():
        count += len(resource.instances)
        if resource.type in types:
            instances += [_instance(resource, instance, location) for instance in resource.instances]
    return Reading(instances, [], [], count)


def _instance(resource: StateResource, instance: StateInstance, location: Location) -> ResourceInstance:
    plain = f"data.{resource.type}.{resource.name}" if resource.mode == "data" else f"{resource.type}.{resource.name}"
    address = f"{resource.module}.{plain}" if resource.module else plain
    if instance.index_key is not None:
        address += f"[{key_text(instance.index_key)}]"
    attributes: object = decode(instance.attributes, Any, location.file, "state")
    values = tuples(attributes) if isinstance(attributes, dict) else {}
    sensitive: Any = decode(instance.sensitive_attributes, Any, location.file, "state")
    for steps in sensitive or ():
        values = _hide(values, steps)
    return ResourceInstance(
        address=deposed_address(address, instance.deposed),
        mode=resource.mode,
        type=resource.type,
        name=resource.name,
        key=instance.index_key,
        attributes=values,
        location=location,
        module_path=module_chain(split_module(resource.module)),
        provider=_provider(resource.provider),
        region=_region(values),
        status="deposed" if instance.deposed else instance.status,
    )


def _read_shown(document: bytes, path: str, types: Collection[str]) -> Reading:
    state: ShownState = decode(document, ShownState, path, "state")
    if not state.format_version.startswith(("0.", "1.")):
        raise InputError(f'state format version "{state.format_version}" is not known (1.x is)', path)
    location = Location(path, 1, 1)
    instances: list[ResourceInstance] = []
    count = 0
    for resource in shown_resources(state.values.root_module):
        count += 1
        if resource.type in types:
            instances.append(_shown_instance(resource, location))
    return Reading(instances, [], [], count)


def _shown_instance(resource: ShownResource, location: Location) -> ResourceInstance:
    values: Any = tuples(decode(resource.values, Any, location.file, "state")) or {}
    sensitive: Any = decode(resource.sensitive_values, Any, location.file, "state")
    values = mark_sensitive(values, sensitive) if isinstance(sensitive, dict) else values
    module_address = module_of(resource.address, resource.type, resource.name, resource.mode)
    return ResourceInstance(
        address=deposed_address(resource.address, resource.deposed_key),
        mode=resource.mode,
        type=resource.type,
        name=resource.name,
        key=resource.index,
        attributes=values,
        location=location,
        module_path=module_chain(split_module(module_address)),
        provider=resource.provider_name.rsplit("/", 1)[-1],
        region=_region(values),
        status="deposed" if resource.deposed_key else "tainted" if resource.tainted else "",
    )


def _region(values: dict[str, Any]) -> str | None:
    """Return the region that AWS provider 6 and later keep with each resource."""
    region = values.get("region")
    return region if isinstance(region, str) and region else None


def _provider(text: str) -> str:
    """Return ``aws.west`` for ``provider["registry.terraform.io/hashicorp/aws"].west``."""
    name = text.rsplit('"]', 1)[0].rsplit("/", 1)[-1]
    alias = text.rsplit('"]', 1)[-1].lstrip(".") if '"]' in text else ""
    return f"{name}.{alias}" if alias else name


def _hide(value: Any, steps: object) -> object:
    """Return ``value`` with the part at ``steps`` (an entry of sensitive_attributes) marked sensitive."""
    if not isinstance(steps, list) or not steps:
        return value if isinstance(value, Sensitive) or not isinstance(steps, list) else Sensitive(value)
    step = steps[0].get("value") if isinstance(steps[0], dict) else None
    if isinstance(step, dict):
        step = step.get("value")
    if isinstance(value, dict) and step in value:
        return {**value, step: _hide(value[step], steps[1:])}
    if isinstance(value, tuple) and isinstance(step, int) and 0 <= step < len(value):
        return (*value[:step], _hide(value[step], steps[1:]), *value[step + 1 :])
    return value
