"""Random root modules: our evaluation against the real terraform.

``SGWARDEN_GENERATED`` sets how many (default 12), ``SGWARDEN_SEED`` the first seed (default 0).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scanner.model.values import Sensitive, Unknown
from scanner.sources.hcl import Reader
from scanner.terraform.inputs import Options
from tests.truth.compare import planned_changes
from tests.truth.generate import root

FIRST = int(os.environ.get("SGWARDEN_SEED", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("SGWARDEN_GENERATED", "12")))


def write(files: dict[str, str], directory: Path) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def terraform(directory: Path) -> dict[str, Any] | str:
    """The plan of a root module without providers, or why terraform refused it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    environment |= {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    shown = ""
    for command in (["get"], ["plan", "-input=false", "-no-color", "-out=p"], ["show", "-json", "p"]):
        done = subprocess.run(
            ["terraform", *command], cwd=directory, env=environment, capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            return done.stderr
        shown = done.stdout
    plan: dict[str, Any] = json.loads(shown)
    return plan


def exact(value: Any) -> Any:
    """Ours as JSON holds it; unknown parts as the text ``(unknown)``."""
    if isinstance(value, Sensitive):
        value = value.value
    if isinstance(value, Unknown):
        return "(unknown)"
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {key: exact(member) for key, member in value.items()}
    return [exact(member) for member in value] if isinstance(value, tuple) else value


def planned(after: Any, unknown: Any) -> Any:
    """The plan's value in the same form."""
    if unknown is True:
        return "(unknown)"
    if isinstance(unknown, dict) and isinstance(after, dict):
        return {key: planned(after.get(key), unknown.get(key)) for key in {**after, **unknown}}
    if isinstance(unknown, list) and isinstance(after, list):
        return [planned(a, u) for a, u in zip(after, [*unknown, *[None] * len(after)], strict=False)]
    return after


def differences(directory: Path, plan: dict[str, Any]) -> list[str]:
    """Every resource that is ours or terraform's alone or has another input."""
    run, evaluated = Reader(directory, Options(), base=directory).evaluate(directory, wanted=lambda *_: True)
    ours = {i.address: exact(i.attributes.get("input")) for i in evaluated.instances if i.mode == "managed"}
    theirs = {
        address: planned(change["change"]["after"].get("input"), change["change"]["after_unknown"].get("input"))
        for address, change in planned_changes(plan).items()
    }
    found = [f"trouble: {trouble}" for trouble in run.troubles]
    for address in sorted(ours.keys() | theirs):
        mine, other = ours.get(address, "(absent)"), theirs.get(address, "(absent)")
        if json.dumps(mine, sort_keys=True) != json.dumps(other, sort_keys=True):
            found.append(f"{address}: terraform {other!r}, ours {mine!r}")
    return found


@pytest.mark.live
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_module_equals_the_plan(seed: int, tmp_path: Path) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("NOT COMPARED WITH THE REAL TERRAFORM, missing: terraform on PATH")
    files = root(seed)
    write(files, tmp_path)
    plan = terraform(tmp_path)
    if isinstance(plan, str):
        pytest.skip(f"terraform refuses seed {seed}: {plan.strip()[:200]}")

    assert differences(tmp_path, plan) == [], "\n".join(f"# {name}\n{text}" for name, text in files.items())
