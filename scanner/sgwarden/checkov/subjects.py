"""Which of Checkov's resources an outcome is about, so that no finding is lost on the way.

Addresses are the same on both sides, except where Checkov could not expand ``count`` or ``for_each``, expanded it
otherwise, or did not read the resource. Standard library only: this runs in Checkov's environment.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sgwarden.checkov.evaluator import Outcome, Root

_ORDER = ("fail", "undecided", "suppressed", "pass")
"""The worst comes first."""
_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as Checkov knows it."""

    address: str
    type: str
    file: str
    """Absolute path of the Terraform file, or of the plan."""
    start: int
    end: int
    root: str
    """Absolute path of the directory of its root module, or of the plan; links resolved."""


def resources_of(vertices: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Return the resources among the vertices of Checkov's graph. Raises KeyError for other vertices."""
    found = []
    for vertex in vertices:
        if vertex.get("block_type_") != "resource":
            continue
        file = os.path.abspath(vertex["file_path_"])
        plan = file.endswith(".json")
        root = file if plan else os.path.dirname(_outermost(vertex.get("source_module_object_")) or file)
        found.append(
            Resource(
                address=vertex["__address__"],
                type=vertex["resource_type"],
                file=file,
                start=int(vertex.get("__start_line__") or 0),
                end=int(vertex.get("__end_line__") or 0),
                root=os.path.realpath(root),
            )
        )
    return found


def _outermost(module: Any) -> str | None:
    """Return the file of the root module, which calls the modules that lead to a resource."""
    path = None
    while module is not None:
        path, module = module.path, module.nested_tf_module
    return None if path is None else os.path.abspath(path)


def at(resources: Sequence[Resource], address: str, scanned: str, start: int | None) -> list[Resource]:
    """Return the resources at an address, a path relative to what Checkov scans, and a first line.

    Several only where a directory holds another that is laid out alike.
    """
    tail = Path(scanned.lstrip(os.sep)).parts
    while tail and tail[0] == os.pardir:
        tail = tail[1:]
    fitting = [
        resource
        for resource in resources
        if resource.address == address
        and Path(resource.file).parts[-len(tail) :] == tail
        and (start is None or resource.start == start)
    ]
    if len(fitting) < 2:
        return fitting
    # What Checkov scans lies above all that it read.
    above = os.path.commonpath([os.path.dirname(resource.file) for resource in resources])
    return [resource for resource in fitting if _scanned_directory(resource, scanned) in (above, *_parents(above))]


def _parents(path: str) -> list[str]:
    return [str(parent) for parent in Path(path).parents]


def _scanned_directory(resource: Resource, scanned: str) -> str:
    return resource.file[: -len(scanned)] or os.sep


def scanned_directory(resource: Resource, scanned: str) -> Path | None:
    """Return the directory that Checkov scans; None for a file outside of it."""
    return Path(_scanned_directory(resource, scanned)) if resource.file.endswith(scanned) else None


def plain(address: str) -> str:
    """Return the address of the block: without keys of ``count`` and ``for_each``."""
    return _KEYS.sub("", address)


class Assignment:
    """The outcomes of one root, each given to the resources of Checkov that it is about."""

    def __init__(self, root: Root, resources: Sequence[Resource]) -> None:
        """``resources`` are those of this root, of the types that checks are asked about."""
        self._resources = sorted(resources, key=lambda each: (each.address, each.file, each.start))
        self._given: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
        known = {resource.address for resource in resources}
        blocks: dict[str, set[str]] = defaultdict(set)
        for address in known:
            blocks[plain(address)].add(address)
        for outcome in root.outcomes:
            if outcome.address in known:
                addresses = {outcome.address}
            elif outcome.verdict == "pass":
                addresses = blocks[plain(outcome.address)]
            else:
                addresses = blocks[plain(outcome.address)] or self._nearest(outcome)
            for address in addresses:
                self._given[(outcome.policy, address)].append(outcome)

    def _nearest(self, outcome: Outcome) -> set[str]:
        """Return the resource to show a finding at that Checkov does not know: in its block, else the first."""
        for resource in self._resources:
            if os.path.realpath(resource.file) == outcome.file and resource.start <= outcome.line <= resource.end:
                return {resource.address}
        return {resource.address for resource in self._resources[:1]}

    def outcomes(self, policy: str, address: str) -> list[Outcome]:
        """Return the results of a policy about a resource, the worst first."""
        return sorted(self._given.get((policy, address), []), key=lambda each: _ORDER.index(each.verdict))

    def is_first(self, address: str) -> bool:
        """Return True if this resource stands for the whole root."""
        return bool(self._resources) and self._resources[0].address == address
