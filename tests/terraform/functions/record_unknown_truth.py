"""Record what the real Terraform knows of expressions over unknown values, at plan and after apply.

Run ``python tests/terraform/functions/record_unknown_truth.py`` with terraform 1.11 on the PATH. Each
line of ``fixtures/truth/functions/unknown/expressions.txt`` becomes an output; ``id`` stands for an
attribute that is a text known after apply, ``any`` for one of which not even the type is known.
``terraform_data`` is built in, so no provider is needed. Results go to ``results.json`` beside it: ``planned``
and ``unknown`` as the plan's JSON has them (``after`` and ``after_unknown``), ``applied`` as the state has it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).resolve().parents[3] / "fixtures" / "truth" / "functions" / "unknown"

MAIN = """
resource "terraform_data" "a" {
  input = "known only after apply"
}

locals {
  id  = terraform_data.a.id
  any = terraform_data.a.output
}
"""


_NAME = re.compile(r"(?<![.%\"])(?=\b(?:id|any)\b)")


def terraform(directory: Path, *arguments: str) -> Any:
    """Standard output of a terraform command; raises CalledProcessError."""
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(["terraform", *arguments], cwd=directory, env=environment, capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout


def main() -> None:
    """Plan, apply and write the results."""
    expressions = (DIRECTORY / "expressions.txt").read_text().splitlines()
    outputs = [
        f'output "o{index:03d}" {{\n  value = {_NAME.sub("local.", text)}\n}}' for index, text in enumerate(expressions)
    ]
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        (directory / "main.tf").write_text(MAIN + "\n".join(outputs) + "\n")
        terraform(directory, "init", "-no-color")
        terraform(directory, "plan", "-out=plan", "-no-color", "-input=false")
        plan = json.loads(terraform(directory, "show", "-json", "plan"))
        terraform(directory, "apply", "-no-color", "plan")
        state = json.loads(terraform(directory, "show", "-json"))
    identifier = state["values"]["root_module"]["resources"][0]["values"]["id"]
    results = []
    for index, expression in enumerate(expressions):
        change = plan["output_changes"][f"o{index:03d}"]
        applied = state["values"]["outputs"].get(f"o{index:03d}", {}).get("value")
        results.append(
            {
                "expression": expression,
                "planned": change.get("after"),
                "unknown": change["after_unknown"],
                "applied": applied,
            }
        )
    text = json.dumps({"id": identifier, "any": "known only after apply", "results": results}, indent=1)
    (DIRECTORY / "results.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
