"""The guard around a user's own policy: its mistakes fail the run with one line, nothing else."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.findings import Finding, Outcome, Passed, Severity, Verdict
from sgwarden.model.locations import Location

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings
    from sgwarden_policies.policy import Policy

MAX_SECONDS = 60.0
"""The limit for one root module, plan, state or account. Enforced where there are interval timers."""
MAX_OUTCOMES = 1_000_000

_views: list[tuple[Infrastructure, Infrastructure]] = []
"""The newest one alone, since policies run one after the other."""
_TEXTS = ("address", "fault", "subject", "cause", "fix")
_TUPLES: dict[str, type] = {"identity": str, "controls": str, "unknowns": str, "remarks": str, "related": Location}


class BrokenPolicy(Exception):
    """A policy raised, or yielded what is no outcome; the text names file and line."""


class _TooLong(BaseException):
    """Not caught by a policy's ``except Exception``."""


def guard(policy: type[Policy], place: Callable[[BaseException], str]) -> type[Policy]:
    """Return the policy with a ``check`` that raises BrokenPolicy alone.

    ``place`` returns file and line of an error.
    """

    class Guarded(policy):  # type: ignore[misc, valid-type]
        def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
            found: list[Outcome] = []
            try:
                with side_effects_contained(), _time_limited():
                    for outcome in super().check(read_only(infrastructure), settings):
                        _validate(self.id, outcome)
                        found.append(outcome)
                        if len(found) > MAX_OUTCOMES:
                            raise ValueError(f"check yielded more than {MAX_OUTCOMES} outcomes")
            except BrokenPolicy:
                raise
            except KeyboardInterrupt:  # the user's
                raise
            except BaseException as error:
                raise BrokenPolicy(f"{place(error)}: {describe_error(error)}") from error
            yield from found

    Guarded.__name__, Guarded.__qualname__, Guarded.__doc__ = policy.__name__, policy.__qualname__, policy.__doc__
    return Guarded


@contextmanager
def side_effects_contained() -> Iterator[None]:
    """Send what is printed to stderr, so that reports stay whole, and keep the working directory."""
    here = os.getcwd()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.chdir(here)


@contextmanager
def _time_limited() -> Iterator[None]:
    """Raise _TooLong inside of what takes longer than MAX_SECONDS."""
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable or signal.getitimer(signal.ITIMER_REAL)[0]:  # somebody else's is running
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong(f"check took longer than {MAX_SECONDS:g} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS, 1.0)  # again and again, for what catches everything
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read_only(infrastructure: Infrastructure) -> Infrastructure:
    """Return the infrastructure with read-only tags: other policies and suppressions read the same ones."""
    for original, view in _views:
        if original is infrastructure:
            return view
    view = replace(
        infrastructure,
        security_groups=tuple(
            replace(group, tags=MappingProxyType(dict(group.tags))) for group in infrastructure.security_groups
        ),
        rules=tuple(
            replace(rule, tags=MappingProxyType(dict(rule.tags))) if rule.tags else rule
            for rule in infrastructure.rules
        ),
    )
    _views[:] = [(infrastructure, view)]
    return view


def describe_error(error: BaseException) -> str:
    """Return kind and message of an error, on one line."""
    text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    if isinstance(error, _TooLong):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _validate(policy: str, outcome: object) -> None:
    """Raise TypeError or ValueError for what is no outcome of a policy: reports rely on the types."""
    if isinstance(outcome, Passed):
        if not isinstance(outcome.address, str):
            raise TypeError("check yielded a Passed whose address is no text")
        return
    if not isinstance(outcome, Finding):
        raise TypeError(f"check yielded a {type(outcome).__name__}, not a Finding or Passed")
    if outcome.policy != policy:
        raise ValueError(f"check yielded a finding of the policy {outcome.policy!r}")
    for fault in _faults(outcome):
        raise TypeError(f"check yielded a finding whose {fault}")


def _faults(finding: Finding) -> Iterator[str]:
    """Yield which fields have wrong types or values."""
    if not isinstance(finding.verdict, Verdict):
        yield "verdict is no Verdict"
    if not isinstance(finding.severity, Severity):
        yield "severity is no Severity"
    for name in _TEXTS:
        if not isinstance(getattr(finding, name), str):
            yield f"{name} is no text"
    if not finding.fault.strip():
        yield "fault is empty"
    if not isinstance(finding.security_group, str | None):
        yield "security_group is neither a text nor None"
    if not isinstance(finding.location, Location | None):
        yield "location is neither a Location nor None"
    for name, kind in _TUPLES.items():
        value = getattr(finding, name)
        if not isinstance(value, tuple) or not all(isinstance(one, kind) for one in value):
            yield f"{name} is no tuple of {'texts' if kind is str else 'Locations'}"
    if not isinstance(finding.evidence, Mapping):
        yield "evidence is no mapping"
    try:
        json.dumps(dict(finding.evidence), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        yield "evidence cannot be written as JSON"
    if finding.status != "new" or finding.suppression is not None or finding.suppressed_by is not None:
        yield "status is not for a policy to say"
