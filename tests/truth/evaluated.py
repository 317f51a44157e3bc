"""A case of the truth fixtures through static evaluation."""

from __future__ import annotations

from scanner.model.infrastructure import Infrastructure, Source
from scanner.model.instances import ResourceInstance
from scanner.sources import resources
from scanner.sources.hcl import Reader
from scanner.terraform.inputs import Options
from scanner.terraform.run import Trouble
from tests.truth.real_terraform import Case


def evaluate(case: Case) -> tuple[tuple[ResourceInstance, ...], tuple[Trouble, ...]]:
    """Every resource instance of the case, and what could not be read or evaluated."""
    options = Options(
        variables=tuple(case.vars.items()),
        var_files=tuple(case.path / name for name in case.var_files),
        environment=case.env,
        workspace=case.workspace,
    )
    reader = Reader(case.directory, options, base=case.directory)
    run, evaluated = reader.evaluate(case.path, wanted=lambda *_: True)
    return tuple(evaluated.instances), tuple(run.troubles)


def model(instances: tuple[ResourceInstance, ...]) -> Infrastructure:
    """The model of evaluated instances."""
    return resources.build(instances, Source("hcl", "."))
