"""Which results of Checkov, which reads a directory with all below it, belong to what was asked for."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from sgwarden.checkov.results import Record
from sgwarden.checkov.run import Run, Target

_UNCHANGED = frozenset({"no-op", "read"})
_FIRST_MODULE = re.compile(r"module\.([\w-]+)")
_CALL = re.compile(r'^\s*module\s+"?([\w-]+)', re.MULTILINE)


def records_about(run: Run, *, changed_only: bool = False) -> tuple[Record, ...]:
    """Return the results about the target of a run; with ``changed_only`` those about what a plan changes.

    Checkov does not tell which root calls a module. What lies in modules is taken for the target's when it calls a
    module of that name: nothing is lost, and a root further below that calls one alike may be told with it.
    """
    if run.target.kind == "plan" and changed_only:
        unchanged = _unchanged(run.target.path)
        return tuple(record for record in run.results.records if record.address not in unchanged)
    if not run.target.alone:
        return run.results.records
    calls = _calls(run.target.path)
    return tuple(record for record in run.results.records if _is_about(record, run, calls))


def _is_about(record: Record, run: Run, calls: frozenset[str] | None) -> bool:
    module = _FIRST_MODULE.match(record.address)
    if module is None:
        return os.path.realpath(os.path.dirname(record.file)) == os.path.realpath(run.target.path)
    return calls is None or module[1] in calls


def code_of(record: Record) -> str:
    """Return the lines that a result is about; empty when they cannot be read."""
    try:
        text = Path(record.file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[record.line - 1 : record.end_line])


def covers(target: Target, root: str) -> bool:
    """Return True if the target includes one of our root modules or plans, as its part names it."""
    path, resolved = os.path.realpath(target.path), os.path.realpath(root)
    return resolved == path or (not target.alone and Path(resolved).is_relative_to(path))


def _calls(directory: Path) -> frozenset[str] | None:
    """Return names of the module calls in the files of a directory; None when that cannot be told."""
    names: set[str] = set()
    try:
        for file in sorted(directory.iterdir()):
            if file.suffix in (".tf", ".tofu"):
                names.update(_CALL.findall(file.read_text(encoding="utf-8", errors="replace")))
            elif file.name.endswith((".tf.json", ".tofu.json")):
                modules = json.loads(file.read_bytes()).get("module", {})
                names.update(name for each in (modules if isinstance(modules, list) else [modules]) for name in each)
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return None
    return frozenset(names)


def _unchanged(plan: Path) -> frozenset[str]:
    """Return addresses of the resources that a plan does not change; the plan was read before."""
    changes = json.loads(plan.read_bytes()).get("resource_changes") or ()
    return frozenset(change["address"] for change in changes if _UNCHANGED.issuperset(change["change"]["actions"]))
