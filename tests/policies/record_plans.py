"""Record the plans of the policies' fixtures, as the real Terraform and the real AWS provider make them.

Run with terraform on the PATH and TF_PLUGIN_DIR naming a filesystem mirror of the provider:
``python -m tests.policies.record_plans [POLICY ...]``. Writes ``fixtures/policies/POLICY/KIND/plan.json``, and first, for
a policy that has none yet, the fixtures ``fail`` and ``pass`` from its own examples.

A required variable without a value stops a plan. Such a fixture is planned as a module that gets its variables
from a resource that does not exist yet, so that they are unknown until apply. ``NOT_PLANNABLE`` lists what
Terraform refuses to plan all the same.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sgwarden_policies.registry import POLICIES
from tests import paths
from tests.policies.examples import standing_alone

FIXTURES = paths.FIXTURES / "policies"
LIST = Path(__file__).with_name("not_plannable.json")

PROVIDER = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""
_UNKNOWN = {
    "string": "terraform_data.later.id",
    "bool": 'terraform_data.later.id == "x"',
    "number": "tonumber(terraform_data.later.id)",
    "list(string)": 'split(",", terraform_data.later.id)',
    "set(string)": 'toset(split(",", terraform_data.later.id))',
}
_REQUIRED = re.compile(r'^variable "(\w+)" \{\n((?:(?!^\}).*\n)*)\}', re.MULTILINE)


def terraform(directory: Path, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run terraform in ``directory``, with its data in ``data``."""
    return subprocess.run(
        ["terraform", *arguments], cwd=directory, env={**os.environ, "TF_DATA_DIR": str(data)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def unknown_variables(fixture: Path) -> dict[str, str]:
    """Type constraints of the required variables of a fixture that have no value, by name."""
    if (fixture / "terraform.tfvars").exists():
        return {}
    text = "".join(path.read_text() for path in sorted(fixture.glob("*.tf")))
    return {
        name: "".join(re.findall(r"^\s*type\s*=\s*(.+)$", body, re.MULTILINE))
        for name, body in _REQUIRED.findall(text)
        if not re.search(r"^\s*default\s*=", body, re.MULTILINE)
    }


def caller(variables: dict[str, str]) -> str:
    """A root module that calls the fixture with values that are unknown until apply."""
    arguments = "".join(f"  {name} = {_UNKNOWN[kind]}\n" for name, kind in variables.items())
    return f'resource "terraform_data" "later" {{}}\n\nmodule "fixture" {{\n  source = "./fixture"\n{arguments}}}\n'


def plan(fixture: Path, directory: Path, data: Path) -> tuple[str | None, str]:
    """The plan as JSON, or None and the first error of Terraform."""
    directory.mkdir()
    variables = unknown_variables(fixture)
    code = directory / "fixture" if variables else directory
    shutil.copytree(fixture, code, dirs_exist_ok=True, ignore=shutil.ignore_patterns("plan.json"))
    (directory / "provider.tf").write_text(PROVIDER)
    if variables:
        (directory / "main.tf").write_text(caller(variables))
    for command in (
        ["init", "-no-color", "-input=false", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}"],
        ["plan", "-no-color", "-input=false", "-refresh=false", "-out=plan"],
        ["show", "-json", "plan"],
    ):
        done = terraform(directory, data, *command)
        if done.returncode:
            errors = re.findall(r"Error: (.*)", done.stderr)
            return None, (errors[0] if errors else done.stderr.strip()).split(":")[0]
    document = json.loads(done.stdout)
    document.pop("timestamp", None)
    return json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n", ""


def write_examples(names: list[str]) -> None:
    """Write the fixtures ``fail`` and ``pass`` of the named policies that have none, from the examples they show."""
    for policy in POLICIES:
        for kind, example in (("fail", policy.bad), ("pass", policy.good)):
            file = FIXTURES / policy.id / kind / "main.tf"
            if policy.id in names and not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(standing_alone(example))


def fixtures(names: list[str]) -> Iterator[Path]:
    """Every fixture of the policies given, or of all."""
    for policy in sorted(FIXTURES.iterdir()):
        if not names or policy.name in names:
            yield from sorted(policy.iterdir())


if __name__ == "__main__":
    write_examples(sys.argv[1:])
    refused: dict[str, str] = json.loads(LIST.read_text()) if LIST.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, fixture in enumerate(fixtures(sys.argv[1:])):
            text, why = plan(fixture, Path(scratch) / str(number), Path(scratch) / "data")
            name = f"{fixture.parent.name}/{fixture.name}"
            refused.pop(name, None)
            (fixture / "plan.json").unlink(missing_ok=True)
            if text is None:
                refused[name] = why
            else:
                (fixture / "plan.json").write_text(text)
            print(name, why or "planned", flush=True)
    LIST.write_text(json.dumps(dict(sorted(refused.items())), indent=1) + "\n")
