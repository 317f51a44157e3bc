"""The checks that Checkov runs, one for each policy. Imported by ``sgwarden_policies/checkov_checks`` alone, in Checkov's
process: the standard library, Checkov, and those parts of ours that need nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

from sgwarden.checkov.catalogue import Described, load
from sgwarden.checkov.evaluator import Evaluator, Outcome, Root
from sgwarden.checkov.names import COMPLETE, check_id
from sgwarden.checkov.subjects import Assignment, Resource, at, resources_of, scanned_directory

LOG = logging.getLogger("sgwarden")
_COMPLAINTS: set[str] = set()
"""What was logged already; every check at every resource would say it again."""


def register(*, undecided_fails: bool, environ: Mapping[str, str], arguments: Sequence[str]) -> None:
    """Make one check for each policy, and one that fails when not everything was read.

    ``arguments`` are those of Checkov: its ``--var-file`` are handed on.
    """
    catalogue = load()
    evaluator = Evaluator([policy.id for policy in catalogue.policies], environ, var_files(arguments))
    bridge = Bridge(evaluator, catalogue.resource_types)
    for policy in catalogue.policies:
        PolicyCheck(policy, bridge, undecided_fails)
    CompleteCheck(bridge)


def var_files(arguments: Sequence[str]) -> list[str]:
    """Return the ``--var-file`` options among the arguments of Checkov, as ours."""
    found = []
    for number, argument in enumerate(arguments):
        if argument == "--var-file" and number + 1 < len(arguments):
            found += ["--var-file", arguments[number + 1]]
        elif argument.startswith("--var-file="):
            found += ["--var-file", argument.partition("=")[2]]
    return found


class Bridge:
    """From a resource that Checkov asks about to the outcomes of its root."""

    def __init__(self, evaluator: Evaluator, types: Sequence[str]) -> None:
        self._evaluator = evaluator
        self.types = types
        """The resource types that the checks are about."""
        self._graphs: dict[int, tuple[object, list[Resource]]] = {}
        self._assignments: dict[tuple[int, str], tuple[Root, Assignment]] = {}

    def roots(self, graph: object, conf: Mapping[str, Any], scanned: str) -> list[tuple[Root, Assignment]]:
        """Return the roots that the resource ``conf`` may belong to: one, but for oddly nested directories.

        ``scanned`` is the path that Checkov shows. Raises EvaluatorError, and LookupError when Checkov's graph does
        not hold the resource.
        """
        resources = self._resources(graph)
        address, start = conf["__address__"], conf.get("__start_line__")
        found = at(resources, address, scanned, start)
        if not found:
            raise LookupError(f"{address} of {scanned} is not in Checkov's graph")
        return [self._root(graph, resource, scanned) for resource in found]

    def _root(self, graph: Any, resource: Resource, scanned: str) -> tuple[Root, Assignment]:
        key = (id(graph), resource.root)
        if key not in self._assignments:
            root = self._evaluator.root(Path(resource.root), self._scanned(graph, resource, scanned))
            own = [each for each in self._resources(graph) if each.root == resource.root and each.type in self.types]
            self._assignments[key] = root, Assignment(root, own)
        return self._assignments[key]

    def _scanned(self, graph: object, resource: Resource, scanned: str) -> list[Path]:
        if resource.root == resource.file:
            return [Path(plan) for plan in sorted({each.root for each in self._resources(graph)})]
        directory = scanned_directory(resource, scanned)
        return [] if directory is None else [directory]

    def _resources(self, graph: object) -> list[Resource]:
        if id(graph) not in self._graphs:
            self._graphs[id(graph)] = graph, resources_of(_vertices(graph))
        return self._graphs[id(graph)][1]


def _vertices(graph: Any) -> Iterable[Mapping[str, object]]:
    """Return the attributes of every vertex; Checkov keeps graphs of rustworkx, or of networkx when asked."""
    if graph is None:
        raise LookupError("Checkov gave the check no graph")
    nodes = graph.nodes() if hasattr(graph, "node_indices") else graph.nodes(data=True)
    return [node[1] if isinstance(node, tuple) else node for node in nodes]


class _Check(BaseResourceCheck):  # type: ignore[misc]
    """What both kinds share: an exception fails."""

    bridge: Bridge

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: object,
    ) -> object:
        """Return the result for one resource; Checkov calls this."""
        if skip_info:
            return super().run(scanned_file, entity_configuration, entity_name, entity_type, skip_info)
        self.details = []
        self.evaluated_keys: list[str] = []
        try:
            roots = self.bridge.roots(self.graph, entity_configuration, scanned_file)
            result = self.judge(roots, entity_configuration["__address__"])
        except Exception as error:  # noqa: BLE001 - Checkov would drop the check without a word
            self._complain(error)
            self.details.append(f"not judged: {error}")
            result = {"result": CheckResult.FAILED}
        return {"evaluated_keys": [], **result}

    def _complain(self, error: Exception) -> None:
        line = f"{type(error).__name__}: {error}"
        if line not in _COMPLAINTS:
            _COMPLAINTS.add(line)
            LOG.error("not judged, and failed: %s", line)

    def judge(self, roots: Sequence[tuple[Root, Assignment]], address: str) -> dict[str, object]:
        """Return Checkov's result for the resource at ``address`` of ``roots``."""
        raise NotImplementedError

    def scan_resource_conf(self, conf: dict[str, object]) -> object:
        """Do nothing: ``run`` does not judge what Checkov evaluated."""
        raise NotImplementedError


class PolicyCheck(_Check):
    """One policy."""

    def __init__(self, policy: Described, bridge: Bridge, undecided_fails: bool) -> None:
        self.policy = policy
        self.bridge = bridge
        self.undecided_fails = undecided_fails
        super().__init__(
            name=policy.title,
            id=check_id(policy.id),
            categories=[CheckCategories.LOGGING if policy.category == "monitoring" else CheckCategories.NETWORKING],
            supported_resources=list(bridge.types),
            guideline=policy.guideline,
        )
        self.severity = Severities[policy.severity.upper()]

    def judge(self, roots: Sequence[tuple[Root, Assignment]], address: str) -> dict[str, object]:
        """Return FAILED, PASSED or SKIPPED; UNKNOWN when the policy is undecided or has no result."""
        outcomes = [each for _, assignment in roots for each in assignment.outcomes(self.policy.id, address)]
        by_verdict: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            by_verdict.setdefault(outcome.verdict, []).append(outcome)
        for root, assignment in roots:
            if self.policy.id in root.broken and assignment.is_first(address):
                self.details.append(f"the policy broke: {root.broken[self.policy.id]}")
                return {"result": CheckResult.FAILED}
        if "fail" in by_verdict:
            self.details += [_told(each, address) for each in by_verdict["fail"]]
            return {"result": CheckResult.FAILED}
        if "undecided" in by_verdict:
            for each in by_verdict["undecided"]:
                self.details.append(f"undecided: {_told(each, address)}")
                LOG.warning("%s undecided at %s in %s: %s", self.id, address, roots[0][0].path, each.message)
            return {"result": CheckResult.FAILED if self.undecided_fails else CheckResult.UNKNOWN}
        if "suppressed" in by_verdict:
            return {"result": CheckResult.SKIPPED, "suppress_comment": by_verdict["suppressed"][0].message}
        return {"result": CheckResult.PASSED if "pass" in by_verdict else CheckResult.UNKNOWN}


def _told(outcome: Outcome, address: str) -> str:
    """Return the message; with its address when Checkov does not know the resource under that."""
    return outcome.message if outcome.address == address else f"{outcome.address}: {outcome.message}"


class CompleteCheck(_Check):
    """Fails at the first resource of a root of which something was not read, as exit code 3 does."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        super().__init__(
            name="Everything that sgwarden's policies rest on was read",
            id=COMPLETE,
            categories=[CheckCategories.NETWORKING],
            supported_resources=list(bridge.types),
        )

    def judge(self, roots: Sequence[tuple[Root, Assignment]], address: str) -> dict[str, object]:
        """Return FAILED with what was not read; UNKNOWN at all resources but the first."""
        result = CheckResult.UNKNOWN
        for root, assignment in roots:
            if not assignment.is_first(address):
                continue
            self.details += root.incomplete
            result = CheckResult.FAILED if self.details else CheckResult.PASSED
        return {"result": result}
