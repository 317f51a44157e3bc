"""Places in code for the instances of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Unknown
from sgwarden.sources.plan.addresses import block_of
from sgwarden.sources.resources import monitoring


def locate(from_plan: Iterable[ResourceInstance], from_code: Iterable[ResourceInstance]) -> list[ResourceInstance]:
    """Return the instances of a plan with the places in code that an evaluation of the code found.

    By exact address first; else the place of the resource block, whatever the keys (the code may not
    have them). Instances without code keep the plan as their place.
    """
    exact: dict[str, ResourceInstance] = {}
    blocks: dict[str, ResourceInstance] = {}
    for instance in from_code:
        exact.setdefault(instance.address, instance)
        blocks.setdefault(block_of(instance.address), instance)
    located = []
    for instance in from_plan:
        code = exact.get(instance.address)
        if code is not None:
            located.append(
                replace(
                    instance,
                    location=code.location,
                    origins=code.origins,
                    ignore_changes=code.ignore_changes,
                    attributes=_with_references(instance, code),
                )
            )
            continue
        block = blocks.get(block_of(instance.address))
        located.append(instance if block is None else replace(instance, location=block.location))
    return located


def _with_references(planned: ResourceInstance, code: ResourceInstance) -> Mapping[str, object]:
    """Return the attributes of a plan, with what the code says of values that are unknown in the plan.

    Policies of the monitoring chain hold ARNs of resources that do not exist yet; all else in them is
    written in code.
    """
    if planned.type not in monitoring.TYPES:
        return planned.attributes
    return {name: _with_written(value, code.attributes.get(name)) for name, value in planned.attributes.items()}


def _with_written(planned: object, written: object) -> object:
    """Return a value of a plan, with what the code says of its unknown parts."""
    if isinstance(planned, Unknown):
        is_traced = isinstance(written, Unknown) and (bool(written.parts) or written.address is not None)
        return written if planned.address is None and (is_traced or isinstance(written, tuple)) else planned
    if isinstance(planned, tuple) and isinstance(written, tuple) and len(planned) == len(written):
        return tuple(_with_written(one, other) for one, other in zip(planned, written, strict=True))
    if isinstance(planned, dict) and isinstance(written, dict):
        return {name: _with_written(value, written.get(name)) for name, value in planned.items()}
    return planned
