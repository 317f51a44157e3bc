"""A case of the truth fixtures through static evaluation."""

from __future__ import annotations

from collections.abc import Iterable

from sgwarden.model.infrastructure import Infrastructure, Source, SourceKind
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.security_groups import Rule
from sgwarden.sources import resources
from sgwarden.sources.hcl import Reader
from sgwarden.terraform.evaluate.evaluation import Trouble
from sgwarden.terraform.modules.variables import VariableOptions
from tests.truth.real_terraform import Case


def evaluate(case: Case) -> tuple[tuple[ResourceInstance, ...], tuple[Trouble, ...]]:
    """Every resource instance of the case, and what could not be read or evaluated."""
    options = VariableOptions(
        variables=tuple(case.vars.items()),
        var_files=tuple(case.path / name for name in case.var_files),
        environment=case.env,
        workspace=case.workspace,
    )
    reader = Reader(case.directory, options, base=case.directory)
    run, evaluated = reader.evaluate(case.path, wanted=lambda *_: True)
    return tuple(evaluated.instances), tuple(run.troubles)


def model(instances: Iterable[ResourceInstance]) -> Infrastructure:
    """The model of instances evaluated from code."""
    return model_of("hcl", instances)


def model_of(kind: SourceKind, instances: Iterable[ResourceInstance]) -> Infrastructure:
    """The model of instances of any source."""
    return resources.build(instances, Source(kind, "."))


def declared_rules(code: Infrastructure, state: Infrastructure) -> list[Rule]:
    """The rules of a state that code declares: a state also holds, inline, what a group has without being told to."""
    declared = {(rule.address, rule.direction) for rule in code.rules}
    return [rule for rule in state.rules if (rule.address, rule.direction) in declared]
