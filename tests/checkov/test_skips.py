"""Skip comments for our policies as checks of Checkov: the same findings are left out there and by ``--honor checkov``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from sgwarden.checkov.names import check_id
from sgwarden.suppressions.other_tools import checks
from sgwarden_policies.registry import POLICIES
from tests.checkov.environment import CHECKS, checkov, neutral, sgwarden_executable
from tests.cli.conftest import Run, sgwarden, work

__all__ = ["checkov", "sgwarden", "work"]

SKIP = "checkov:skip=SGWARDEN_OPEN_ADMIN_PORT"
PLACES = {
    "inside": {"inside": f"#{SKIP}:a bastion"},
    "slashes": {"inside": f"// {SKIP}:a bastion"},
    "rule": {"rule": f"# {SKIP}:a bastion"},
    "trailing": {"trailing": f"#{SKIP}:a bastion"},
    "unreasoned": {"inside": f"#{SKIP}"},
    "several": {"inside": f"#{SKIP},SGWARDEN_OPEN_HIGH_RISK_PORT:both"},
    "theirs": {"inside": "#checkov:skip=CKV_AWS_24:known"},
    "above": {"above": f"#{SKIP}:a bastion"},
    "star": {"inside": "#checkov:skip=SGWARDEN_*:all"},
    "none": {},
}
MODULE = {"called": f"#{SKIP}:a bastion", "plain": ""}


def group(name: str, above: str = "", inside: str = "", rule: str = "", trailing: str = "") -> str:
    return (
        f'{above}\nresource "aws_security_group" "{name}" {{\n  {inside}\n  description = "Bastion"\n  ingress {{\n    {rule}\n'
        '    description = "SSH"\n    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n'
        f'    cidr_blocks = ["0.0.0.0/0"] {trailing}\n  }}\n}}\n'
    )


def test_the_same_is_left_out(sgwarden: Callable[..., Run], checkov: str, work: Path, tmp_path: Path) -> None:
    (work / "m").mkdir()
    (work / "m" / "main.tf").write_text(group("in"))
    calls = "".join(f'module "{name}" {{\n  {comment}\n  source = "./m"\n}}\n' for name, comment in MODULE.items())
    (work / "main.tf").write_text(calls + "".join(group(name, **where) for name, where in PLACES.items()))
    ids = {check_id(policy): policy for policy in ("open-admin-port", "open-high-risk-port")}
    done = subprocess.run(
        [checkov, "--directory", ".", "--framework", "terraform", "--external-checks-dir", str(CHECKS), "--check",
         ",".join(ids), "--skip-download", "--output", "json", "--compact"],
        cwd=work, capture_output=True, text=True, check=False,
        env=neutral(SGWARDEN_EXECUTABLE=sgwarden_executable(tmp_path), SGWARDEN_CHECKOV_ARGUMENTS="--honor checkov"),
    )  # fmt: skip
    results = json.loads(done.stdout)["results"]
    theirs = {
        (ids[each["check_id"]], each["resource"]): key == "skipped_checks"
        for key in ("failed_checks", "skipped_checks")
        for each in results[key]
    }

    def skips(*policies: str) -> dict[tuple[str, str], bool]:
        only = ("--only", ",".join(policies))
        run = sgwarden("scan", "--honor", "checkov", "--format", "json", "--quiet", *only, ".")
        return {(f["policy"], f["address"]): f["status"] == "suppressed" for f in json.loads(run.out)["findings"]}

    ours = {**skips("open-admin-port"), **skips("open-high-risk-port")}
    assert ours == theirs
    told_once = {subject: is_skipped for subject, is_skipped in ours.items() if subject[0] == "open-admin-port"}
    assert skips("open-admin-port", "open-high-risk-port") == told_once
    names = [f"aws_security_group.{name}" for name in PLACES if name not in ("above", "star", "none")]
    skipped = {("open-admin-port", address) for address in (*names, "module.called.aws_security_group.in")}
    skipped |= {("open-high-risk-port", f"aws_security_group.{name}") for name in ("several", "theirs")}
    assert {subject for subject, is_skipped in ours.items() if is_skipped} == skipped


def test_every_policy_has_a_check_that_is_honoured() -> None:
    for policy in POLICIES:
        check = checks("checkov", check_id(policy.id))
        assert check is not None
        assert (check.policies, check.ports, check.rules_only) == ((policy.id,), None, None)
