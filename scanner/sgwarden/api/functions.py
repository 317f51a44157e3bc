"""The functions of the public API: each makes the options of a run, and returns its result."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import msgspec

from sgwarden.api.inventory import Inventory
from sgwarden.api.plan_diff import PlanSides
from sgwarden.api.results import Drift, Result
from sgwarden.config import effective
from sgwarden.config.effective import Config
from sgwarden.config.policy_rules import is_enabled
from sgwarden.custom_policies import load as custom_policies
from sgwarden.errors import InputError, UsageError
from sgwarden.model.sources import Source
from sgwarden.run.load import load
from sgwarden.run.options import CompareOptions, DriftOptions, LoadOptions, ScanOptions
from sgwarden.run.scan import scan as run_scan
from sgwarden.run.subsume import subsume
from sgwarden.run.thresholds import drift_thresholds, scan_thresholds
from sgwarden.settings import Settings
from sgwarden.sources.documents import detect
from sgwarden_policies.registry import POLICIES

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
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
    """Return what ``sgwarden scan`` finds in directories of Terraform code, plans as JSON, states and snapshots.

    ``variables`` are values of root variables, as Python values (one that is declared without a type takes them as text,
    as with ``-var`` of Terraform). ``config`` True is the project's own configuration, found as the command finds it;
    a path names one; False is none, nor the variables ``SGWARDEN_*``. ``policies`` are asked instead of those that the
    configuration chooses, ``settings`` hold instead of its own. ``diff_base``, ``new_only`` and ``baseline`` are the
    options of the same names. Raises SgwardenError for what cannot be read, and for a configuration that is wrong.
    """
    asked = None if policies is None else tuple(_policy(each) for each in policies)
    paths = _paths(path)
    chosen = _config(config, paths, [] if asked is None else [policy.id for policy in asked])
    if diff_base is None and not new_only:
        diff_base = chosen.diff_base(paths)
    against = CompareOptions(diff_base, new_only, chosen.baseline() if baseline is None else os.fspath(baseline))
    own = _own_policies(chosen, paths)
    options = ScanOptions(
        chosen,
        _chosen_policies(chosen, own) if asked is None else asked,
        chosen.settings() if settings is None else settings,
        load=_load_options(variables, var_files, workspace, use_cache),
        named_policies=() if asked is None else tuple(policy.id for policy in asked),
        known_policies=tuple(policy.id for policy in POLICIES),
        policy_digests=own.identity,
        # Policies that are objects of the caller cannot be told apart from one run to the next.
        use_cached_results=asked is None,
    )
    if against:
        from sgwarden.run.compare import compare  # imported late: most scans compare nothing

        found = compare(paths, options, against)
    else:
        found = run_scan(paths, options)
    return Result(subsume(found.report), found.directory, found.warnings, scan_thresholds(chosen))


def inventory(
    path: Where | Sequence[Where] = ".",
    *,
    variables: Mapping[str, Any] | None = None,
    var_files: Sequence[Where] = (),
    workspace: str | None = None,
    config: Where | bool = True,
    use_cache: bool = True,
) -> Inventory:
    """Return the evaluated model of the same inputs, with one infrastructure for each root module or document.

    Of the configuration it takes what counts as the internet.
    """
    paths = _paths(path)
    settings = _config(config, paths, []).settings()
    loaded = load(paths, _load_options(variables, var_files, workspace, use_cache))
    return Inventory(loaded.infrastructures, settings, loaded.all_tags)


def plan(path: Where) -> PlanSides:
    """Return both sides of a plan as JSON: the state that it starts from, and what it leads to. Raises SgwardenError."""
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
    """Return what ``sgwarden drift`` finds between what code, plans and states declare and what is live.

    ``live`` is a snapshot, a folder of what the AWS CLI printed, or an inventory; nothing here calls AWS.
    ``ignore_tags``, ``ignore_file`` and ``include`` are the options ``--ignore-tag``, ``--ignore-file`` and
    ``--include``; ``config`` is as for ``scan``. Raises SgwardenError.
    """
    # imported late: a scan needs none of it
    from sgwarden.run.drift import find_drift, read_exemptions, suppress
    from sgwarden.run.load_declared import load_declared
    from sgwarden.sources.documents.live_files import read_path
    from sgwarden.suppressions.load import today

    paths = _paths(declared)
    chosen = _config(config, paths, [])
    options = DriftOptions(
        chosen,
        day=today(os.environ),
        load=_load_options(variables, var_files, workspace, use_cache),
        ignored_tags=tuple(ignore_tags),
        counted_services=frozenset(include),
        exemptions=read_exemptions(None if ignore_file is None else os.fspath(ignore_file)),
    )
    sources = load_declared(paths, options.load)
    side = read_path(os.fspath(live)) if isinstance(live, str | os.PathLike) else tuple(live)
    found = suppress(find_drift(sources, side, options), sources.sources, options, paths)
    return Drift(found, drift_thresholds(chosen))


def load_policies(directory: Where) -> tuple[Policy, ...]:
    """Load the policies of a directory (``.toml``, ``.py``); Python files are executed. Raises SgwardenError."""
    return custom_policies.load([os.fspath(directory)], taken=[policy.id for policy in POLICIES], trusted=True).policies


def _state(data: bytes, path: str) -> Infrastructure:
    from sgwarden.sources.resources import build  # imported late: only plan needs it
    from sgwarden.sources.state import read_state  # imported late: only plan needs it

    reading = read_state(data, path)
    return build(reading.instances, Source("state", path), reading.skipped, reading.resources_seen)


def _paths(path: Where | Sequence[Where]) -> list[str]:
    names = [os.fspath(path)] if isinstance(path, str | os.PathLike) else [os.fspath(each) for each in path]
    return [f"./{name}" if name == "-" else name for name in names]


def _load_options(
    variables: Mapping[str, Any] | None, var_files: Sequence[Where], workspace: str | None, use_cache: bool
) -> LoadOptions:
    return LoadOptions(
        variables=tuple(f"{name}={_as_text(value)}" for name, value in (variables or {}).items()),
        var_files=tuple(os.fspath(file) for file in var_files),
        workspace=workspace,
        use_cache=use_cache,
    )


def _config(config: Where | bool, paths: Sequence[str], others: Sequence[str]) -> Config:
    """Return the configuration; ``others`` are ids of policies that are not ours."""
    if config is False:
        return effective.effective(None, {}, {})

    def known(chosen: Config) -> list[str]:
        return [*(policy.id for policy in (*POLICIES, *_own_policies(chosen, paths).policies)), *others]

    return effective.load(paths, known, os.environ, {}, None if config is True else os.fspath(config))


def _own_policies(config: Config, paths: Sequence[str]) -> custom_policies.Loaded:
    """Load the policies that the configuration names; Python in the repository under scan is not executed."""
    directories = config.policy_directories()
    if not directories:
        return custom_policies.Loaded()
    taken = [policy.id for policy in POLICIES]
    found = config.document is not None and config.document.found
    return custom_policies.load(
        [], taken=taken, scanned=paths, configured=directories, configuration=config.file, found=found
    )


def _policy(given: Policy | str) -> Policy:
    """Return a policy, or ours of that id. Raises UsageError."""
    if not isinstance(given, str):
        return given
    for policy in POLICIES:
        if policy.id == given:
            return policy
    next_step = effective.suggestion_of(given, [policy.id for policy in POLICIES])
    raise UsageError(f"there is no policy {given!r}", next_step=next_step)


def _chosen_policies(config: Config, own: custom_policies.Loaded) -> tuple[Policy, ...]:
    return tuple(policy for policy in (*POLICIES, *own.policies) if is_enabled(config, policy.id))


def _as_text(value: Any) -> str:
    """Return a value as ``--var`` takes it: a text as it is, anything else as an expression of Terraform's.

    JSON is one, but for the ``${`` and ``%{`` of templates.
    """
    if isinstance(value, str):
        return value
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"a variable cannot hold this value: {error}", next_step="give what JSON can hold") from error
    return text.replace("${", "$${").replace("%{", "%%{")
