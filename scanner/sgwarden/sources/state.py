"""State files: ``terraform.tfstate`` of version 4, and ``terraform show -json`` of a state.

A state holds what was applied and last refreshed: every value is known, and nothing tells
which arguments were written in code. https://developer.hashicorp.com/terraform/internals/json-format
(for the shown form; the file itself is Terraform's internal/states/statefile/version4.go).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Skipped
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.values import Sensitive
from sgwarden.sources.documents.detect import Kind, Reading, decode, detect, utf8
from sgwarden.sources.documents.tolerant import decode_tolerant
from sgwarden.sources.plan.addresses import deposed_address, key_text, module_chain, module_of
from sgwarden.sources.plan.json_types import ShownResource, ShownState, State, StateInstance, StateResource
from sgwarden.sources.plan.references import split_module
from sgwarden.sources.plan.values import MODES, decode_marks, decode_values, mark_sensitive, shown_resources, tuples
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
    state, losses = decode_tolerant(document, State, path, "state")
    location = Location(path, 1, 1)
    instances: list[ResourceInstance] = []
    count = 0
    for resource in state.resources or ():
        count += len(resource.instances)
        if resource.type in types:
            for instance in resource.instances:
                instances += _read(
                    resource.mode,
                    _address(resource, instance),
                    location,
                    losses,
                    partial(_instance, resource, instance, location, losses),
                )
    return Reading(instances, losses, count)


def _read(
    mode: str, address: str, location: Location, losses: list[Skipped], read: Callable[[], ResourceInstance]
) -> Iterator[ResourceInstance]:
    """Yield the instance; note one of a mode that nobody knows or with values that no resource has."""
    try:
        if mode not in MODES:
            raise InputError(f'its mode "{mode[:20]}" is not known')
        yield read()
    except InputError as error:
        losses.append(Skipped(address, error.what, location))


def _address(resource: StateResource, instance: StateInstance) -> str:
    plain = f"data.{resource.type}.{resource.name}" if resource.mode == "data" else f"{resource.type}.{resource.name}"
    address = f"{resource.module}.{plain}" if resource.module else plain
    if instance.index_key is not None:
        address += f"[{key_text(instance.index_key)}]"
    return deposed_address(address, instance.deposed)


def _instance(
    resource: StateResource, instance: StateInstance, location: Location, losses: list[Skipped]
) -> ResourceInstance:
    address = _address(resource, instance)
    values: Any = tuples(decode_values(instance.attributes, location.file, "state"))
    try:
        values = _marked(values, decode(instance.sensitive_attributes, Any, location.file, "state"))
    except ValueError:
        losses.append(
            Skipped(address, "sensitive_attributes has an unknown form: all values are taken as sensitive", location)
        )
        values = {name: Sensitive(value) for name, value in values.items()}
    return ResourceInstance(
        address=address,
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
    state, losses = decode_tolerant(document, ShownState, path, "state")
    if not state.format_version.startswith(("0.", "1.")):
        raise InputError(f'state format version "{state.format_version}" is not known (1.x is)', path)
    location = Location(path, 1, 1)
    instances: list[ResourceInstance] = []
    count = 0
    for resource in shown_resources(state.values.root_module):
        count += 1
        if resource.type in types:
            address = deposed_address(resource.address, resource.deposed_key)
            instances += _read(resource.mode, address, location, losses, partial(_shown_instance, resource, location))
    return Reading(instances, losses, count)


def _shown_instance(resource: ShownResource, location: Location) -> ResourceInstance:
    values: Any = tuples(decode_values(resource.values, location.file, "state"))
    sensitive = decode_marks(resource.sensitive_values, location.file)
    values = (
        {name: Sensitive(value) for name, value in values.items()}
        if sensitive is True
        else mark_sensitive(values, sensitive)
    )
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


def _marked(values: Any, sensitive: object) -> Any:
    """Return ``values`` with what ``sensitive_attributes`` names marked sensitive. Raises ValueError for other forms."""
    if sensitive is None:
        return values
    if not isinstance(sensitive, list):
        raise ValueError
    for path in sensitive:
        if not isinstance(path, list) or not path or not all(isinstance(step, dict) for step in path):
            raise ValueError
        values = _hide(values, path)
    return values


def _hide(value: Any, steps: list[dict[str, Any]]) -> object:
    """Return ``value`` with the part at ``steps`` (an entry of sensitive_attributes) marked sensitive."""
    if not steps:
        return value if isinstance(value, Sensitive) else Sensitive(value)
    step = steps[0].get("value")
    if isinstance(step, dict):
        step = step.get("value")
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return {**value, step: _hide(value[step], steps[1:])}
    if isinstance(value, tuple) and isinstance(step, int) and 0 <= step < len(value):
        return (*value[:step], _hide(value[step], steps[1:]), *value[step + 1 :])
    return value
