"""Random root modules: our evaluation against the real terraform.

``SGWARDEN_GENERATED`` sets how many (default 12), ``SGWARDEN_SEED`` the first seed (default 0).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.hcl import Reader
from sgwarden.terraform.modules.variables import VariableOptions
from tests.truth.compare import compare_plan, planned_changes
from tests.truth.evaluated import evaluate
from tests.truth.generate import groups, root
from tests.truth.real_terraform import Case, TerraformError, Workspace

NEGATIVE_ZERO = r"(?<![\w.])-0(?![\w.])"
FIRST = int(os.environ.get("SGWARDEN_SEED", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("SGWARDEN_GENERATED", "12")))


def write(files: dict[str, str], directory: Path) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    environment |= {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        ["terraform", *arguments], cwd=directory, env=environment, capture_output=True, text=True, timeout=120
    )


def terraform(directory: Path) -> dict[str, Any] | str:
    """The plan of a root module without providers, or why terraform refused it."""
    shown = ""
    for command in (["get"], ["plan", "-input=false", "-no-color", "-out=p"], ["show", "-json", "p"]):
        done = run(directory, *command)
        if done.returncode:
            return done.stderr
        shown = done.stdout
    plan: dict[str, Any] = json.loads(shown)
    return plan


def applied(directory: Path) -> dict[str, Any]:
    """The inputs after the plan was applied, by address; None when the plan cannot be applied."""
    if run(directory, "apply", "-input=false", "-no-color", "p").returncode:
        return {}

    def inputs(module: dict[str, Any]) -> dict[str, Any]:
        found = {r["address"]: r["values"].get("input") for r in module.get("resources", ())}
        for child in module.get("child_modules", ()):
            found |= inputs(child)
        return found

    return inputs(json.loads(run(directory, "show", "-json").stdout)["values"]["root_module"])


def holds(mine: Any, after: Any) -> bool:
    """Whether what ours knows is so after the apply."""
    if mine == "(unknown)":
        return True
    if isinstance(mine, dict) and isinstance(after, dict):
        return mine.keys() == after.keys() and all(holds(mine[key], after[key]) for key in mine)
    if isinstance(mine, list) and isinstance(after, list):
        return len(mine) == len(after) and all(map(holds, mine, after))
    return same(mine, after)


def knows_less(mine: Any, other: Any) -> bool:
    """Whether ours is unknown where the plan knows."""
    if mine == "(unknown)" or other == "(unknown)":
        return bool(mine != other and mine == "(unknown)")
    if isinstance(mine, dict) and isinstance(other, dict):
        return any(knows_less(mine.get(key), other[key]) for key in other)
    if isinstance(mine, list) and isinstance(other, list):
        return any(map(knows_less, mine, other))
    return False


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


def same(mine: Any, other: Any) -> bool:
    """Equality as JSON; a negative zero, which terraform keeps and prints as "-0", is zero."""
    texts = [json.dumps(value, sort_keys=True) for value in (mine, other)]
    return re.sub(NEGATIVE_ZERO, "0", texts[0]) == re.sub(NEGATIVE_ZERO, "0", texts[1])


def differences(directory: Path, plan: dict[str, Any]) -> list[str]:
    """Every resource that is ours or terraform's alone or has another input.

    Where ours knows more than the plan (terraform does not look behind an unknown in ``true || x``, or compares objects
    member by member until the first unknown), the plan is applied and ours must be what came out.
    """
    reading, evaluated = Reader(directory, VariableOptions(), base=directory).evaluate(
        directory, wanted=lambda *_: True
    )
    ours = {i.address: exact(i.attributes.get("input")) for i in evaluated.instances if i.mode == "managed"}
    theirs = {
        address: planned(change["change"]["after"].get("input"), change["change"]["after_unknown"].get("input"))
        for address, change in planned_changes(plan).items()
    }
    found = [f"trouble: {trouble}" for trouble in reading.troubles]
    final: dict[str, Any] | None = None
    for address in sorted(ours.keys() | theirs):
        mine, other = ours.get(address, "(absent)"), theirs.get(address, "(absent)")
        if same(mine, other):
            continue
        if "(unknown)" in repr(other) and not knows_less(mine, other):
            final = applied(directory) if final is None else final
            if address in final and holds(mine, final[address]):
                continue
        found.append(f"{address}: terraform {other!r}, ours {mine!r}")
    return found


@pytest.mark.terraform
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_module_equals_the_plan(seed: int, tmp_path: Path) -> None:
    if shutil.which("terraform") is None:
        pytest.skip("NOT COMPARED WITH THE REAL TERRAFORM, missing: terraform on PATH")
    files = root(seed)
    write(files, tmp_path)
    plan = terraform(tmp_path)
    if isinstance(plan, str):
        reading, _ = Reader(tmp_path, VariableOptions(), base=tmp_path).evaluate(tmp_path, wanted=lambda *_: True)
        assert reading.troubles, f"terraform refuses what is accepted here: {plan.strip()}"
        return
    assert differences(tmp_path, plan) == [], "\n".join(f"# {name}\n{text}" for name, text in files.items())


@pytest.mark.terraform
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, len(SEEDS) // 20)))
def test_generated_groups_equal_the_plan(seed: int, moto: str, tmp_path: Path) -> None:
    files = groups(seed)
    write(files, tmp_path / "groups")
    case = Case("groups", tmp_path / "groups")
    try:
        plan = Workspace(case, tmp_path / "scratch", moto).plan()
    except TerraformError as error:
        pytest.skip(f"terraform refuses seed {seed}: {str(error)[:200]}")

    assert compare_plan(evaluate(case)[0], plan, case) == [], files["main.tf"]
