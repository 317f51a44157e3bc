"""Records what the real terraform says about fixtures/truth/modules.

    python -m tests.truth.record                 every case
    python -m tests.truth.record NAME...         these cases
    python -m tests.truth.record --missing       only cases without a recorded plan

Writes ``plan.json`` beside each root module, and ``state.json`` where case.json says ``"apply": true``. Needs what
``real_terraform`` needs. Ids that moto invents are seeded, clocks and lineages are left out, so that recording the same
modules with the same versions gives the same bytes for plans.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.truth.real_terraform import (
    MODULES,
    Case,
    TerraformError,
    Workspace,
    all_cases,
    load_case,
    missing_tools,
    moto_server,
    reset_moto,
    trim_plan,
)

STATE_KEYS = ("version", "terraform_version", "outputs", "resources")


def trim_state(state: dict[str, Any]) -> dict[str, Any]:
    """A state without lineage, serial and the provider's private notes."""
    trimmed = {key: state[key] for key in STATE_KEYS if key in state}
    for resource in trimmed["resources"]:
        for instance in resource["instances"]:
            instance.pop("private", None)
    return {"serial": 1, "lineage": "", **trimmed}


def write(path: Path, document: dict[str, Any], scratch: Path) -> None:
    """Write ``document`` with sorted keys; a path of this machine in it is an error."""
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if str(scratch) in text:
        raise TerraformError(f"{path}: holds the scratch directory's path; the case is not reproducible")
    path.write_text(text, "utf-8")


def record(case: Case, moto: str) -> None:
    """Plan (and apply) one case and write its documents."""
    reset_moto(moto)
    with tempfile.TemporaryDirectory(prefix="truth-") as name:
        scratch = Path(name)
        workspace = Workspace(case, scratch, moto)
        write(case.directory / "plan.json", trim_plan(workspace.plan()), scratch)
        if case.apply:
            write(case.directory / "state.json", trim_state(workspace.apply()), scratch)


def main(arguments: list[str] | None = None) -> int:
    """0 when every case was recorded, 1 when terraform refused one, 2 when a tool is missing."""
    parser = argparse.ArgumentParser(description="Record what terraform plans for fixtures/truth/modules.")
    parser.add_argument("cases", nargs="*", metavar="NAME")
    parser.add_argument("--missing", action="store_true", help="only cases without a recorded plan")
    options = parser.parse_args(arguments)
    if missing := missing_tools():
        print("cannot record, missing: " + "; ".join(missing), file=sys.stderr)
        return 2
    cases = [load_case(MODULES / name) for name in options.cases] or all_cases()
    if options.missing:
        cases = [
            case
            for case in cases
            if not (case.directory / "plan.json").exists()
            or (case.apply and not (case.directory / "state.json").exists())
        ]
    failed = 0
    with moto_server() as moto:
        for case in cases:
            try:
                record(case, moto)
                print(f"{case.name}: recorded", flush=True)
            except TerraformError as error:
                failed += 1
                print(f"{case.name}: FAILED\n{error}", file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
