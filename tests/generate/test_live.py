"""The generated module under the real terraform: validated, applied to moto, and scanned as code, plan and state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import terraform
from sgwarden.generate.design import design_chain, select_events
from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.sources import resources
from sgwarden.sources.hcl import Reader
from sgwarden.sources.plan.locate import locate
from sgwarden.sources.plan.read_plan import read_plan
from sgwarden.sources.state import read_state
from tests.truth.real_terraform import Case, Workspace, missing_tools, moto_server

PROVIDER = """
provider "aws" {
  region                      = "eu-central-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}
"""
pytestmark = [
    pytest.mark.terraform,
    pytest.mark.skipif(
        bool(missing_tools()), reason=f"NOT APPLIED WITH THE REAL TERRAFORM, missing: {', '.join(missing_tools())}"
    ),
]


def answers(infrastructure: Infrastructure) -> dict[str, object]:
    """By what is wanted: True, False, or why it is undecided."""
    found = {}
    for wanted in select_events([], DEFAULT_BENCHMARK):
        answer = evaluate_chain(wanted.control, infrastructure.monitoring, DEFAULT_BENCHMARK, wanted.events).answer
        found[wanted.label] = answer if isinstance(answer, bool) else answer.reason
    return found


def test_the_module_is_applied_and_holds(tmp_path: Path) -> None:
    wanted = select_events([], DEFAULT_BENCHMARK)
    module = tmp_path / "module"
    module.mkdir()
    (module / "main.tf").write_text(terraform.render(design_chain(wanted)))
    (module / "provider.tf").write_text(PROVIDER)
    case = Case("module", module, vars={}, env={"TF_VAR_monitoring_mail": "security@example.com"})
    everything = dict.fromkeys((each.label for each in wanted), True)
    with moto_server() as url:
        workspace = Workspace(case, tmp_path / "scratch", url)
        assert json.loads(workspace.run("validate", "-json"))["valid"] is True
        assert workspace.run("fmt", "-check", "-diff") == ""
        workspace.run("plan", "-input=false", "-no-color", "-out=plan")
        plan = workspace.run("show", "-json", "plan").encode()
        workspace.run("apply", "-input=false", "-auto-approve", "-no-color", "plan")
        state = (workspace.root / "terraform.tfstate").read_bytes()

    code = Reader(module, base=module).read(module)
    assert answers(code.infrastructure) == everything
    applied = read_state(state, "terraform.tfstate")
    built = resources.build(applied.instances, Source("state", "terraform.tfstate"), applied.skipped)
    assert answers(built) == everything
    planned = read_plan(plan, "plan.json")
    beside_code = locate(planned.instances, code.instances)
    assert answers(resources.build(beside_code, Source("plan", "plan.json"), planned.skipped)) == everything
    known = answers(resources.build(planned.instances, Source("plan", "plan.json"), planned.skipped))
    # A plan does not tell the policies of resources that do not exist yet.
    assert not any(answer is False for answer in known.values()), known
