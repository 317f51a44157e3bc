"""Record what the AWS provider plans for arguments that nobody wrote.

Run with terraform on the PATH and TF_PLUGIN_DIR naming a filesystem mirror of the provider:
``python tests/sources/record_defaults.py``. Writes scanner/sgwarden/sources/aws_defaults.json.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
OUTPUT = HERE / "scanner" / "sgwarden" / "sources" / "aws_defaults.json"

PROVIDER = """
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""


def plan() -> dict[str, object]:
    """The plan of fixtures/defaults, as ``terraform show -json`` prints it."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        shutil.copy(HERE / "fixtures" / "defaults" / "main.tf", root)
        (root / "provider.tf").write_text(PROVIDER)
        for command in (
            ["init", "-no-color", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}"],
            ["plan", "-no-color", "-input=false", "-out=plan"],
        ):
            subprocess.run(["terraform", *command], cwd=root, check=True, stdout=subprocess.DEVNULL)
        shown = subprocess.run(["terraform", "show", "-json", "plan"], cwd=root, check=True, capture_output=True)
        document: dict[str, object] = json.loads(shown.stdout)
        return document


def defaults(document: dict[str, object]) -> dict[str, dict[str, object]]:
    """By resource type, the top-level arguments that were not written and are known (null included)."""
    configuration = {
        r["type"]: set(r.get("expressions", ())) for r in document["configuration"]["root_module"]["resources"]
    }  # type: ignore[index]
    result = {}
    for resource in document["planned_values"]["root_module"]["resources"]:  # type: ignore[index]
        written = configuration[resource["type"]]
        result[resource["type"]] = {
            name: value
            for name, value in sorted(resource["values"].items())
            if name not in written and name not in ("tags_all", "timeouts") and not isinstance(value, (list, dict))
        }
    return dict(sorted(result.items()))


if __name__ == "__main__":
    OUTPUT.write_text(json.dumps(defaults(plan()), indent=1) + "\n")
