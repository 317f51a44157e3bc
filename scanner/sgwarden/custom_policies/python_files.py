"""Policies in Python: subclasses of ``sgwarden_policies.policy.Policy`` in a file that is executed."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

from sgwarden.custom_policies.guard import describe_error, guard, side_effects_contained
from sgwarden.errors import UsageError
from sgwarden.findings import Severity
from sgwarden_policies.policy import Policy

_TEXTS = ("title", "why", "fix")
_OPTIONAL: dict[str, object] = {"sources": (), "controls": (), "bad": "", "good": ""}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def policies_in(file: Path, data: bytes, shown: str) -> list[tuple[Policy, int]]:
    """Return every policy that the file defines, with the line of its class. Raises UsageError."""
    module = _execute(file, data, shown)
    found = []
    for candidate in vars(module).values():
        own = isinstance(candidate, type) and issubclass(candidate, Policy) and candidate.__module__ == module.__name__
        if own and not inspect.isabstract(candidate):
            line = _line_of(candidate)
            _complete_attributes(candidate, f"{shown}:{line}")
            try:
                with side_effects_contained():
                    found.append((guard(candidate, partial(_place, file=file, shown=shown, otherwise=line))(), line))
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # whatever a constructor does
                raise UsageError(describe_error(error), _place(error, file, shown, line)) from error
    if not found:
        raise UsageError(
            "no policy is defined here", shown, "define a subclass of sgwarden_policies.policy.Policy with check()"
        )
    return sorted(found, key=lambda pair: pair[1])


def _execute(file: Path, data: bytes, shown: str) -> ModuleType:
    """Return the module, without leaving compiled files beside it. Raises UsageError."""
    name = f"sgwarden_policies_{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:16]}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module  # dataclasses and typing look their module up
    try:
        code = compile(data, str(file), "exec", dont_inherit=True)
        with side_effects_contained():
            exec(code, module.__dict__)  # noqa: S102 - this is what the user asked for
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        del sys.modules[name]
        raise UsageError(f"the policy does not load: {describe_error(error)}", _place(error, file, shown)) from error
    return module


def _complete_attributes(policy: type[Policy], where: str) -> None:
    """Check the class attributes, and set those that may be left out. Raises UsageError."""
    for name, default in _OPTIONAL.items():
        if not hasattr(policy, name):
            setattr(policy, name, default)
        elif not isinstance(getattr(policy, name), type(default)):
            raise UsageError(f"{policy.__name__}.{name} is no {type(default).__name__}", where)
        elif isinstance(default, tuple) and not all(isinstance(one, str) for one in getattr(policy, name)):
            raise UsageError(f"{policy.__name__}.{name} holds what is no text", where)
    identity = getattr(policy, "id", None)
    if not isinstance(identity, str) or not _ID.fullmatch(identity):
        raise UsageError(f"{policy.__name__} has no id in kebab-case", where, 'write id = "no-public-databases"')
    for name in _TEXTS:
        if not isinstance(getattr(policy, name, None), str) or not getattr(policy, name).strip():
            raise UsageError(f"{policy.__name__} has no {name}", where, f'write {name} = "..."')
    if not isinstance(getattr(policy, "severity", None), Severity):
        raise UsageError(f"{policy.__name__} has no severity", where, "write severity = Severity.HIGH")


def _place(error: BaseException, file: Path, shown: str, otherwise: int = 1) -> str:
    """Return file and line of an error: the deepest line of the file that was being executed."""
    line = otherwise
    if isinstance(error, SyntaxError) and error.filename == str(file) and error.lineno:
        line = error.lineno
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{shown}:{line}"


def _line_of(policy: type) -> int:
    try:
        return inspect.getsourcelines(policy)[1] or 1
    except (OSError, TypeError):
        return 1
