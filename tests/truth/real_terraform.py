"""Runs the real terraform against a moto server: what the recorder and the live tests share.

terraform is taken from PATH, the AWS provider from the filesystem mirror ``TF_PLUGIN_DIR`` (the layout
``terraform providers mirror`` writes, unpacked) and moto from ``MOTO_SERVER`` (path of its executable), from the
running interpreter or from PATH. Nothing reaches the network.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = REPOSITORY / "fixtures" / "truth" / "modules"
RECORDED = ("plan.json", "state.json", "case.json")
"""Files of a case that Terraform must not see."""


PLAN_KEYS = (
    "format_version",
    "terraform_version",
    "variables",
    "planned_values",
    "resource_changes",
    "output_changes",
    "prior_state",
    "configuration",
    "checks",
)


class TerraformError(Exception):
    """terraform refused a root module; the message holds what it printed."""


@dataclass(frozen=True)
class Case:
    """One root module under fixtures/truth/modules and the arguments it is planned with (case.json)."""

    name: str
    directory: Path
    root: str = "."
    """The root module's directory, relative to ``directory``."""
    var_files: tuple[str, ...] = ()
    """Relative to the root module."""
    vars: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    workspace: str = "default"
    apply: bool = False
    """Whether the state after apply is recorded too (moto implements everything the case uses)."""
    live: bool = False
    """Whether the live test plans it again."""
    undecided: dict[str, str] = field(default_factory=dict)
    """``ADDRESS:attribute`` (shell wildcards allowed) -> why static evaluation cannot know what the plan knows."""
    known: dict[str, str] = field(default_factory=dict)
    """``ADDRESS:attribute`` -> why static evaluation knows what the plan does not."""

    @property
    def path(self) -> Path:
        """Directory of the root module."""
        return (self.directory / self.root).resolve()


def load_case(directory: Path) -> Case:
    """The case in ``directory``; an unknown key in its case.json is an error."""
    described = directory / "case.json"
    raw: dict[str, Any] = json.loads(described.read_text("utf-8")) if described.exists() else {}
    raw["var_files"] = tuple(raw.get("var_files", ()))
    return Case(name=directory.name, directory=directory, **raw)


def all_cases(modules: Path = MODULES) -> list[Case]:
    """Every recorded or recordable case, by name."""
    return [load_case(path) for path in sorted(modules.iterdir()) if path.is_dir()]


def missing_tools() -> list[str]:
    """What is not here of terraform, the provider mirror and moto; empty when live runs are possible."""
    missing = []
    if shutil.which("terraform") is None:
        missing.append("terraform on PATH")
    if not provider_directory():
        missing.append("the AWS provider under TF_PLUGIN_DIR")
    if not moto_command():
        missing.append("moto_server (MOTO_SERVER, PATH or an importable moto with its server extra)")
    return missing


def provider_directory() -> Path | None:
    """Directory of the newest unpacked AWS provider in the mirror."""
    mirror = os.environ.get("TF_PLUGIN_DIR")
    if not mirror:
        return None
    found = sorted(Path(mirror).glob("*/hashicorp/aws/*/*/terraform-provider-aws*"))
    return found[-1].parent if found else None


def moto_command() -> list[str]:
    """Command that starts a moto server; empty when there is none."""
    named = os.environ.get("MOTO_SERVER")
    if not named and importlib.util.find_spec("moto") and importlib.util.find_spec("flask_cors"):
        # The running interpreter's own comes before what PATH happens to hold: old versions cannot do all of it.
        return [sys.executable, "-m", "moto.server"]
    named = named or shutil.which("moto_server")
    return [named] if named else []


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """A moto server on a free port; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*moto_command(), "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                if process.poll() is not None:
                    raise TerraformError("moto server did not start") from None
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def reset_moto(url: str) -> None:
    """Empty accounts and the same random ids from here on."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST"), timeout=30).close()
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/seed?a=42", method="POST"), timeout=30).close()


@dataclass
class Workspace:
    """A copy of a case in a scratch directory, where terraform runs."""

    case: Case
    scratch: Path
    moto: str

    def __post_init__(self) -> None:
        self.scratch.mkdir(exist_ok=True)
        target = self.scratch / self.case.name
        shutil.copytree(self.case.directory, target)
        for name in RECORDED:
            (target / name).unlink(missing_ok=True)
        self.root = target / self.case.root
        self.cli_config = self.scratch / "terraform.rc"
        self.cli_config.write_text(
            "provider_installation {\n"
            f'  dev_overrides {{ "hashicorp/aws" = "{provider_directory()}" }}\n'
            "  direct {}\n"
            "}\n"
        )

    def environment(self) -> dict[str, str]:
        """Environment of every run: no inherited Terraform or AWS settings."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "AWS_"))}
        return inherited | {
            "AWS_ENDPOINT_URL": self.moto,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_CONFIG_FILE": str(self.cli_config),
            "TF_WORKSPACE": self.case.workspace,
            **self.case.env,
        }

    def run(self, *arguments: str) -> str:
        """stdout of ``terraform ARGUMENTS``; raises TerraformError with its stderr."""
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise TerraformError(f"{self.case.name}: terraform {arguments[0]}\n{done.stderr or done.stdout}")
        return done.stdout

    def plan(self) -> dict[str, Any]:
        """The plan as ``terraform show -json`` prints it."""
        self.run("get")
        arguments = [f"-var-file={name}" for name in self.case.var_files]
        arguments += [f"-var={name}={value}" for name, value in self.case.vars.items()]
        self.run("plan", "-input=false", "-no-color", "-parallelism=1", "-out=truth.tfplan", *arguments)
        shown: dict[str, Any] = json.loads(self.run("show", "-json", "truth.tfplan"))
        return shown

    def apply(self) -> dict[str, Any]:
        """The state file after the plan of ``plan`` was applied."""
        self.run("apply", "-input=false", "-no-color", "-parallelism=1", "truth.tfplan")
        state: dict[str, Any] = json.loads(self.run("state", "pull"))
        return state


def trim_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """What the truth needs of a plan: no timestamps, no relevance hints; terraform's random order of modules sorted."""
    trimmed = {key: plan[key] for key in PLAN_KEYS if key in plan}
    _sort_modules(trimmed["planned_values"]["root_module"])
    _sort_modules(trimmed.get("prior_state", {}).get("values", {}).get("root_module", {}))
    return trimmed


def _sort_modules(module: dict[str, Any]) -> None:
    children = module.get("child_modules", [])
    children.sort(key=lambda child: str(child["address"]))
    for child in children:
        _sort_modules(child)
