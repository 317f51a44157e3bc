"""Write the state that a plan starts from, which Terraform keeps in the plan as JSON.

https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sgwarden.errors import InputError, UsageError


@contextmanager
def prior_states(paths: Sequence[str]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Write the prior state of each plan to a mirror; yield its working directory and the states' paths.

    A plan that creates everything has no prior state.

    Raises UsageError for stdin, and InputError for a file that is no plan.
    """
    temporary = Path(tempfile.mkdtemp(prefix="sgwarden-prior-")).resolve()
    try:
        found = []
        for path in paths:
            state = _prior_state(path)
            if state is not None:
                whole = Path(path).resolve()
                target = temporary / whole.relative_to(whole.anchor)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(json.dumps(state), encoding="utf-8")
                found.append(target)
        here = Path.cwd()
        directory = temporary / here.relative_to(here.anchor)
        directory.mkdir(parents=True, exist_ok=True)
        # Relative ones: what is found there must not tell where it was written for the time being.
        yield directory, tuple(os.path.relpath(target, directory) for target in found)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _prior_state(path: str) -> object:
    if path == "-":
        raise UsageError("--new-only reads a plan twice, and - can be read once", next_step="give the plan as a file")
    try:
        plan = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "--new-only needs a plan as JSON", path, "give `terraform show -json PLANFILE` output"
        ) from error
    state = plan.get("prior_state") if isinstance(plan, dict) else None
    return state if isinstance(state, dict) and state.get("values") else None
