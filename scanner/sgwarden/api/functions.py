"""The functions of the public API: each builds the options of a run and returns what its user asks."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from sgwarden.api.inventory import Inventory
from sgwarden.api.plan_diff import PlanSides
from sgwarden.api.results import Drift, Result
from sgwarden.errors import InputError, UsageError
from sgwarden.gate.run import Against
from sgwarden.run.scan import Thresholds
from sgwarden.run.subsume import subsume
from sgwarden.settings import Settings

if TYPE_CHECKING:
    from sgwarden.config.effective import Config
    from sgwarden.custom_policies.load import Loaded
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.run.options import Given
    from sgwarden_policies.policy import Policy

Where = Union[str, "os.PathLike[str]"]


def scan(
    path: Where | Sequence[Where] = ".",
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    config: Where | bool = True,
    policies: Sequence[Policy | str] | None = None,
    settings: Settings | None = None,
    diff_base: str | None = None,
    new_only: bool = False,
    baseline: Where | None = None,
    use_cache: bool = True,
) -> Result:
    """What ``sgwarden scan`` finds in directories of Terraform code, plans as JSON, states and snapshots.

    ``variables`` are values of root variables, as Python values (one that is declared without a type takes them as text,
    as with ``-var`` of Terraform). ``config`` True is the project's own configuration, found as the command finds it;
    a path names one; False is none, nor the variables ``SGWARDEN_*``. ``policies`` are asked instead of those that the
    configuration chooses, ``settings`` hold instead of its own. ``diff_base``, ``new_only`` and ``baseline`` are the
    options of the same names. Raises SgwardenError for what cannot be read, and for a configuration that is wrong.
    """
    from sgwarden.run.scan import Scan

    asked = None if policies is None else tuple(_policy(each) for each in policies)
    paths = _paths(path)
    chosen = _config(config, paths, [] if asked is None else [policy.id for policy in asked])
    if diff_base is None and not new_only:
        diff_base = chosen.diff_base(paths)
    against = Against(diff_base, new_only, chosen.baseline() if baseline is None else os.fspath(baseline))
    # Conclusions of policies that are objects of the caller cannot be told apart from one run to the next.
    given = _given(variables, var_files, workspace, use_cache, recall=asked is None)
    own = _own_policies(chosen, paths)
    run = Scan(
        chosen,
        _chosen_policies(chosen, own) if asked is None else asked,
        chosen.settings() if settings is None else settings,
        wanted=() if asked is None else tuple(policy.id for policy in asked),
        identity=own.identity,
    )
    if against:
        from sgwarden.gate.run import compared

        report, inputs = compared(against, paths, given, run.run)
    else:
        report, inputs = run.run(paths, given)
    return Result(subsume(report), inputs.directory, tuple(inputs.warnings), _configured(chosen, chosen["fail_on"]))


def inventory(
    path: Where | Sequence[Where] = ".",
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    config: Where | bool = True,
    use_cache: bool = True,
) -> Inventory:
    """The evaluated model of the same inputs: a tuple with one infrastructure for each root module or document.

    Of the configuration it takes what counts as the internet.
    """
    from sgwarden.run.load import read_all
    from sgwarden.run.options import Silence

    paths = _paths(path)
    settings = _config(config, paths, []).settings()
    read = read_all(paths, _given(variables, var_files, workspace, use_cache), Silence())
    return Inventory(read.infrastructures, settings, read.all_tags)


def plan(path: Where) -> PlanSides:
    """Both sides of a plan as JSON: the state that it starts from, and what it leads to. Raises SgwardenError."""
    import msgspec

    from sgwarden.sources.documents import detect

    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(file), "check the path") from error
    if detect.detect(data, str(file)) is not detect.Kind.PLAN:
        raise InputError("this is no plan", str(file), "give `terraform show -json PLANFILE` output")
    raw: dict[str, msgspec.Raw] = detect.decode(detect.utf8(data, str(file)), dict[str, msgspec.Raw], str(file))
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
    config: Where | bool = True,
    ignore_tags: Sequence[str] = (),
    ignore_file: Where | None = None,
    include: Sequence[str] = (),
    use_cache: bool = True,
) -> Drift:
    """What ``sgwarden drift`` finds between what code, plans and states declare and what is live.

    ``live`` is a snapshot, a folder of what the AWS CLI printed, or an inventory; nothing here calls AWS.
    ``ignore_tags``, ``ignore_file`` and ``include`` are the options ``--ignore-tag``, ``--ignore-file`` and
    ``--include``; ``config`` is as for ``scan``. Raises SgwardenError.
    """
    from sgwarden.run import drift as drifting
    from sgwarden.run.load_declared import read_declared
    from sgwarden.run.options import Silence
    from sgwarden.sources.documents.live_files import read_path
    from sgwarden.suppressions.load import today

    paths = _paths(declared)
    chosen = _config(config, paths, [])
    entries = drifting.read_entries(None if ignore_file is None else os.fspath(ignore_file))
    inputs = read_declared(paths, _given(variables, var_files, workspace, use_cache), Silence())
    side = read_path(os.fspath(live)) if isinstance(live, str | os.PathLike) else tuple(live)
    found = drifting.assess(inputs, side, chosen, ignore_tags=ignore_tags, include=include)
    day = today(os.environ)
    found = drifting.suppressed(found, inputs.sources, chosen, day, paths=paths, workspace=workspace, entries=entries)
    return Drift(found, _configured(chosen, drifting.fail_on(chosen)))


def load_policies(directory: Where) -> tuple[Policy, ...]:
    """The policies of a directory (``.toml``, ``.py``), whose Python files are executed. Raises SgwardenError."""
    from sgwarden.custom_policies.load import load
    from sgwarden_policies.registry import POLICIES

    return load([os.fspath(directory)], taken=[policy.id for policy in POLICIES], trusted=True).policies


def _state(data: bytes, path: str) -> Infrastructure:
    from sgwarden.model.sources import Source
    from sgwarden.sources.resources import build
    from sgwarden.sources.state import read_state

    reading = read_state(data, path)
    return build(reading.instances, Source("state", path), reading.skipped, reading.resources_seen)


def _paths(path: Where | Sequence[Where]) -> list[str]:
    names = [os.fspath(path)] if isinstance(path, str | os.PathLike) else [os.fspath(each) for each in path]
    return [f"./{name}" if name == "-" else name for name in names]


def _given(
    variables: Mapping[str, Any] | None,
    var_files: Sequence[Where],
    workspace: str | None,
    use_cache: bool = True,
    recall: bool = True,
) -> Given:
    from sgwarden.run.options import Given

    return Given(
        variables=tuple(f"{name}={_spelled(value)}" for name, value in (variables or {}).items()),
        var_files=tuple(os.fspath(file) for file in var_files),
        workspace=workspace,
        use_cache=use_cache,
        recall=recall,
    )


def _config(config: Where | bool, paths: Sequence[str], others: Sequence[str]) -> Config:
    """The configuration; ``others`` are ids of policies that are not ours."""
    from sgwarden.config import effective
    from sgwarden_policies.registry import POLICIES

    if config is False:
        return effective.effective(None, {}, {})

    def known(chosen: Config) -> list[str]:
        return [*(policy.id for policy in (*POLICIES, *_own_policies(chosen, paths).policies)), *others]

    return effective.load(paths, known, os.environ, {}, None if config is True else os.fspath(config))


def _own_policies(config: Config, paths: Sequence[str]) -> Loaded:
    """The policies that the configuration names; Python in the repository under scan is not executed."""
    from sgwarden.custom_policies.load import Loaded, load
    from sgwarden_policies.registry import POLICIES

    directories = config.policy_directories()
    if not directories:
        return Loaded()
    taken = [policy.id for policy in POLICIES]
    found = config.document is not None and config.document.found
    return load([], taken=taken, scanned=paths, configured=directories, configuration=config.file, found=found)


def _policy(given: Policy | str) -> Policy:
    """A policy, or ours of that id. Raises UsageError."""
    if not isinstance(given, str):
        return given
    from sgwarden.config.effective import suggestion_of
    from sgwarden_policies.registry import POLICIES

    for policy in POLICIES:
        if policy.id == given:
            return policy
    next_step = suggestion_of(given, [policy.id for policy in POLICIES])
    raise UsageError(f"there is no policy {given!r}", next_step=next_step)


def _chosen_policies(config: Config, own: Loaded) -> tuple[Policy, ...]:
    from sgwarden.config.policy_rules import is_enabled
    from sgwarden_policies.registry import POLICIES

    return tuple(policy for policy in (*POLICIES, *own.policies) if is_enabled(config, policy.id))


def _configured(config: Config, fail_on: str) -> Thresholds:
    return Thresholds(fail_on, config["fail_on_undecided"], config["allow_incomplete"])


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
