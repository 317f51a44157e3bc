"""The public Python API: the same reading and judging as that of the commands.

>>> from scanner.api import inventory, scan
>>> scan("live/prod").check()
>>> inventory("live/prod").only_open_to_internet("aws_security_group.lb")

Whatever stands here keeps its name and meaning; everything else of the package may change. Errors of use and of input
are ``scanner.errors.SgwardenError``; checks that fail raise ``Violation``, an AssertionError.
"""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from scanner.errors import InputError, SgwardenError, UsageError
from scanner.findings import Finding, Report, Severity, Verdict
from scanner.inventories import Group, Inventory, Opening, PlanSides, Violation, Widening
from scanner.model.addresses import AddressSet, PortSet
from scanner.settings import Settings

if TYPE_CHECKING:
    from policies.policy import Policy
    from scanner.drift.differences import Comparison, Difference
    from scanner.inputs import Given, Inputs, Judge
    from scanner.model.infrastructure import Infrastructure

__all__ = [
    "AddressSet",
    "Drift",
    "Finding",
    "Group",
    "InputError",
    "Inventory",
    "Opening",
    "PlanSides",
    "PortSet",
    "Report",
    "Result",
    "Settings",
    "Severity",
    "SgwardenError",
    "UsageError",
    "Verdict",
    "Violation",
    "Widening",
    "drift",
    "inventory",
    "load_policies",
    "plan",
    "scan",
]

Where = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True, slots=True)
class Result:
    """What a scan found."""

    report: Report
    """Findings sorted, what passed by policy, and what was not read."""
    directory: Path = field(default_factory=Path.cwd)
    """What the files of locations are relative to."""
    warnings: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Failed and undecided ones, sorted."""
        return self.report.findings

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The findings that are certain."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.FAIL)

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """The findings that the input does not decide."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNDECIDED)

    @property
    def complete(self) -> bool:
        """Whether everything was read and every policy ran to its end."""
        return self.report.complete

    def of(self, policy: str) -> tuple[Finding, ...]:
        """The findings of one policy."""
        return tuple(finding for finding in self.findings if finding.policy == policy)

    def text(self) -> str:
        """The report as ``sgwarden scan`` shows it."""
        return _text(self.report, self.directory)

    def check(
        self, fail_on: str = "medium", *, fail_on_undecided: bool = False, allow_incomplete: bool = False
    ) -> None:
        """Raise Violation, with the findings as text, where ``sgwarden scan`` would not end with exit code 0.

        The arguments are its options ``--fail-on``, ``--fail-on-undecided`` and ``--allow-incomplete``.
        """
        from dataclasses import replace

        from scanner.cli.exit_codes import ExitCode
        from scanner.cli.report_output import exit_code

        if fail_on != "never" and fail_on.upper() not in Severity.__members__:
            raise UsageError(f"there is no severity {fail_on!r}", next_step="low, medium, high, critical or never")
        asked = Namespace(fail_on=fail_on, fail_on_undecided=fail_on_undecided, allow_incomplete=allow_incomplete)
        if exit_code(self.report, asked) == ExitCode.OK:
            return
        counted = tuple(
            finding
            for finding in self.findings
            if fail_on != "never"
            and finding.severity >= Severity[fail_on.upper()]
            and (finding.verdict is Verdict.FAIL or fail_on_undecided)
        )
        raise Violation(_text(replace(self.report, findings=counted), self.directory).rstrip())


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs between what is declared and what is live."""

    comparison: Comparison = field(repr=False)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those that count as drift."""
        return self.comparison.drift

    @property
    def complete(self) -> bool:
        """Whether both sides were wholly read."""
        return self.comparison.complete

    def text(self) -> str:
        """The report as ``sgwarden drift`` shows it."""
        from scanner.reports.drift import DriftContext, render_as

        return render_as("text", self.comparison, DriftContext())

    def check(self, fail_on: str = "low", *, fail_on_undecided: bool = False, allow_incomplete: bool = False) -> None:
        """Raise Violation, with the differences as text, where ``sgwarden drift`` would not end with exit code 0."""
        from scanner.cli.drift import exit_code
        from scanner.cli.exit_codes import ExitCode

        asked = Namespace(fail_on=fail_on, fail_on_undecided=fail_on_undecided, allow_incomplete=allow_incomplete)
        if exit_code(self.comparison, asked) != ExitCode.OK:
            raise Violation(self.text().rstrip())


def scan(
    path: Where,
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    policies: Sequence[Policy] | None = None,
    settings: Settings | None = None,
    use_cache: bool = True,
) -> Result:
    """Ask policies about a directory of Terraform code, a plan as JSON, a state or a snapshot.

    ``variables`` are values of root variables, as Python values (one that is declared without a type takes them as text,
    as with ``-var`` of Terraform); ``policies`` all of sgwarden's when None;
    ``settings`` the defaults when None: no configuration file is read, and no suppression applies.
    Raises SgwardenError for a path that cannot be read.
    """
    from policies.registry import POLICIES
    from scanner.assess import assess_one, combine
    from scanner.inputs import Judge

    asked: Sequence[Policy] = POLICIES if policies is None else tuple(policies)
    chosen = Settings() if settings is None else settings
    judge = Judge(lambda infrastructure: assess_one(infrastructure, asked, chosen), ("api", repr(chosen)))
    # Conclusions of policies that are objects of the caller cannot be told apart from one run to the next.
    given = _given(variables, var_files, workspace, use_cache and policies is None)
    inputs = _read(path, given, judge)
    report = combine(inputs.parts, asked, inputs.missing_variables)
    return Result(report, inputs.directory, tuple(inputs.warnings))


def inventory(
    path: Where,
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    use_cache: bool = True,
) -> Inventory:
    """The evaluated model of the same inputs: a tuple with one infrastructure for each root module or document."""
    return Inventory(_read(path, _given(variables, var_files, workspace, use_cache), None).infrastructures)


def plan(path: Where) -> PlanSides:
    """Both sides of a plan as JSON: the state that it starts from, and what it leads to. Raises SgwardenError."""
    import msgspec

    from scanner.sources import documents

    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(file), "check the path") from error
    if documents.detect(data, str(file)) is not documents.Kind.PLAN:
        raise InputError("this is no plan", str(file), "give `terraform show -json PLANFILE` output")
    raw: dict[str, msgspec.Raw] = documents.decode(documents.utf8(data, str(file)), dict[str, msgspec.Raw], str(file))
    prior = bytes(raw.get("prior_state", b""))
    before = () if prior in (b"", b"null") else (_state(prior, f"{file} (prior state)"),)
    return PlanSides(Inventory(before), inventory(file))


def drift(
    declared: Where | Sequence[Where],
    live: Where | Sequence[Infrastructure],
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    ignore_tags: Sequence[str] = (),
    include: Sequence[str] = (),
) -> Drift:
    """Compare what code, plans and states declare with what is live.

    ``live`` is a snapshot, a folder of what the AWS CLI printed, or an inventory; nothing here calls AWS.
    ``ignore_tags`` and ``include`` are the options ``--ignore-tag`` and ``--include``. Raises SgwardenError.
    """
    from scanner.cli import drift as command
    from scanner.drift_inputs import read_declared
    from scanner.inputs import Silence
    from scanner.sources.live_files import read_path

    paths = [os.fspath(declared)] if isinstance(declared, str | os.PathLike) else [os.fspath(path) for path in declared]
    inputs = read_declared(paths, _given(variables, var_files, workspace, True), Silence())
    side = read_path(os.fspath(live)) if isinstance(live, str | os.PathLike) else tuple(live)
    asked = Namespace(ignore_tag=list(ignore_tags), include=list(include))
    return Drift(command.assess(inputs, side, asked, None))


def load_policies(directory: Where) -> tuple[Policy, ...]:
    """The policies of a directory (``.toml``, ``.py``), whose Python files are executed. Raises SgwardenError."""
    from policies.registry import POLICIES
    from scanner.custom_policies.load import load

    return load([os.fspath(directory)], taken=[policy.id for policy in POLICIES], trusted=True).policies


def _state(data: bytes, path: str) -> Infrastructure:
    from scanner.model.sources import Source
    from scanner.sources.resources import build
    from scanner.sources.state import read_state

    reading = read_state(data, path)
    return build(reading.instances, Source("state", path), reading.skipped, reading.resources_seen)


def _read(path: Where, given: Given, judge: Judge | None) -> Inputs:
    from scanner.inputs import STDIN, Silence, read_all

    name = os.fspath(path)
    return read_all([f"./{name}" if name == STDIN else name], given, Silence(), judge)


def _given(
    variables: Mapping[str, Any] | None, var_files: Sequence[Where], workspace: str | None, use_cache: bool
) -> Given:
    from scanner.inputs import Given

    return Given(
        variables=tuple(f"{name}={_spelled(value)}" for name, value in (variables or {}).items()),
        var_files=tuple(os.fspath(file) for file in var_files),
        workspace=workspace,
        use_cache=use_cache,
    )


def _spelled(value: Any) -> str:
    """A value as ``--var`` takes it: a text as it is, anything else as an expression of Terraform's.

    JSON is one, but for the ``${`` and ``%{`` of templates.
    """
    if isinstance(value, str):
        return value
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"a variable cannot hold this value: {error}", next_step="give what JSON can hold") from error
    return text.replace("${", "$${").replace("%{", "%%{")


def _text(report: Report, directory: Path) -> str:
    from scanner.reports import render
    from scanner.reports.context import Context
    from scanner.source_text import SourceText

    text = SourceText(directory)
    return render("text", report, Context(lines_of=text.lines, uri_of=text.repository_path, call_site=text.call_site))
