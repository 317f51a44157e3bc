"""The real Checkov beside us on ``fixtures/checkov``: where both agree, where they do not, and why."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sgwarden.checkov.check_mapping import BY_CHECK, EQUIVALENTS
from sgwarden_policies.registry import POLICIES
from tests.checkov.environment import ROOT, checkov, neutral, once, sgwarden_executable

__all__ = ["checkov", "once"]

SELF = "it ends at the first block with self = true"
IP_PROTOCOL = "it reads protocol where aws_vpc_security_group_*_rule has ip_protocol, and passes one without ports"
OPEN = "it takes a rule without any peer, and ports 0 to 0 of any protocol, for open"
ALL = 'it knows all protocols only as the text "-1" with ports 0 to 0 or 0 to 65535, and goes by the ports else'
IPV6 = "it does not read cidr_ipv6 of aws_vpc_security_group_*_rule"
UNRESOLVED = "it passes values that it cannot resolve"


@pytest.fixture(scope="module")
def merged(checkov: str, once: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Our report with Checkov's results."""

    def make() -> Any:
        executable = sgwarden_executable(tmp_path_factory.mktemp("bin"))
        done = subprocess.run(
            [executable, "scan", "fixtures/checkov", f"--with-checkov={checkov}", "--format", "json", "--quiet",
             "--output", "sarif=" + str(tmp_path_factory.mktemp("out") / "report.sarif")],
            cwd=ROOT, env=neutral(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, "")
        return json.loads(done.stdout)

    document: dict[str, Any] = once("checkov-merged", make)
    return document


def test_the_report_is_valid(merged: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "scanner" / "sgwarden" / "schemas" / "scan.schema.json").read_text())
    jsonschema.validate(merged, schema)


def test_what_both_fail_is_one_finding_with_both_ids(merged: dict[str, Any]) -> None:
    agreed = {
        (finding["policy"], finding["address"], control.partition(":")[2])
        for finding in merged["findings"]
        for control in finding["controls"]
        if control.startswith("Checkov:")
    }
    assert agreed == {
        ("open-admin-port", "aws_security_group.agreed", "CKV_AWS_24"),
        ("default-group-not-empty", "aws_default_security_group.main", "CKV2_AWS_12"),
        ("open-admin-port", "aws_vpc_security_group_ingress_rule.rdp", "CKV_AWS_25"),
        ("open-admin-port", "aws_security_group_rule.number", "CKV_AWS_24"),
        ("open-admin-port", "aws_security_group_rule.number", "CKV_AWS_25"),
        ("open-admin-port", "aws_security_group_rule.several[0]", "CKV_AWS_24"),
        ("open-admin-port", "aws_security_group_rule.several[1]", "CKV_AWS_24"),
    }
    alone = {(finding["policy"], finding["address"]) for finding in merged["findings"]}
    assert not alone & {
        ("CKV_AWS_24", "aws_security_group.agreed"),
        ("CKV2_AWS_12", "aws_vpc.main"),
        ("CKV_AWS_25", "aws_vpc_security_group_ingress_rule.rdp"),
        ("CKV_AWS_24", "aws_security_group_rule.several"),
    }


def test_both_ids_are_in_every_format(merged: dict[str, Any]) -> None:
    """The message carries them, which every format shows."""
    messages = {
        (finding["policy"], finding["address"]): finding["message"]
        for finding in merged["findings"]
        if any(control.startswith("Checkov:") for control in finding["controls"])
    }
    number = messages["open-admin-port", "aws_security_group_rule.number"]
    assert number.endswith(" Checkov's CKV_AWS_24 and CKV_AWS_25 fail it too.")
    assert messages["open-admin-port", "aws_security_group.agreed"] == (
        "Ingress tcp 22 from 0.0.0.0/0 opens port 22 (SSH) to the internet. Checkov's CKV_AWS_24 fails it too."
    )
    assert all("Checkov's CKV" in message for message in messages.values())


def test_what_we_fail_and_checkov_passes_says_why(merged: dict[str, Any]) -> None:
    passed = {
        (finding["policy"], finding["verdict"], finding["address"], note["check"], note["why"])
        for finding in merged["findings"]
        for note in finding["evidence"].get("checkov", ())
        if note["result"] == "passed"
    }
    ingress = "aws_vpc_security_group_ingress_rule"
    assert passed == {
        ("open-admin-port", "fail", "aws_security_group.self_first", "CKV_AWS_24", SELF),
        ("open-admin-port", "fail", f"{ingress}.everything", "CKV_AWS_24", IP_PROTOCOL),
        ("open-admin-port", "fail", f"{ingress}.everything", "CKV_AWS_25", IP_PROTOCOL),
        ("everything-open", "fail", f"{ingress}.everything", "CKV_AWS_277", IP_PROTOCOL),
        ("unrestricted-egress", "fail", "aws_vpc_security_group_egress_rule.everything", "CKV_AWS_382", IP_PROTOCOL),
        ("everything-open", "fail", "aws_security_group_rule.number", "CKV_AWS_277", ALL),
        ("open-admin-port", "fail", "aws_security_group_rule.word", "CKV_AWS_24", ALL),
        ("open-admin-port", "fail", "aws_security_group_rule.word", "CKV_AWS_25", ALL),
        ("everything-open", "fail", "aws_security_group_rule.word", "CKV_AWS_277", ALL),
        ("open-admin-port", "fail", f"{ingress}.ipv6", "CKV_AWS_24", IPV6),
        (
            "network-acl-admin-port", "fail", "aws_network_acl_rule.listed[0]", "CKV_AWS_232",
            "it does not resolve every expression",
        ),
        ("network-acl-admin-port", "fail", "aws_network_acl.from_zero", "CKV_AWS_232", "it takes port 0 for no port"),
        (
            "missing-description", "fail", f"{ingress}.undescribed", "CKV_AWS_23",
            "it asks whether the argument is written, not whether a text is in it",
        ),
        ("open-admin-port", "undecided", f"{ingress}.unknown", "CKV_AWS_24", UNRESOLVED),
    }  # fmt: skip
    [finding] = [
        f for f in merged["findings"] if f["address"].endswith("self_first") and f["policy"] == "open-admin-port"
    ]
    assert finding["message"] == (
        "Ingress tcp 22 from 0.0.0.0/0 opens port 22 (SSH) to the internet. "
        f"Checkov's CKV_AWS_24 passes it, perhaps because {SELF}."
    )


def test_what_checkov_fails_and_we_pass_says_why(merged: dict[str, Any]) -> None:
    disagreements = {
        (finding["policy"], finding["address"]): finding["evidence"]["disagreement"]
        for finding in merged["findings"]
        if finding["evidence"].get("tool") == "checkov" and "disagreement" in finding["evidence"]
    }
    unused = {key for key in disagreements if key[0] == "CKV2_AWS_5"}
    assert {disagreements[key].partition(":")[0] for key in unused} == {"sgwarden does not"}
    port_80 = "sgwarden does not: port 80 is one of the ports that may face the internet (public_ports)"
    assert {key: why for key, why in disagreements.items() if key not in unused} == {
        ("CKV_AWS_24", "aws_security_group.tunnel"): f"sgwarden's open-admin-port passes it: {OPEN}",
        ("CKV_AWS_25", "aws_security_group.tunnel"): f"sgwarden's open-admin-port passes it: {OPEN}",
        ("CKV_AWS_260", "aws_security_group.tunnel"): port_80,
        ("CKV_AWS_260", "aws_vpc_security_group_ingress_rule.http"): port_80,
        ("CKV_AWS_260", "aws_security_group_rule.number"): port_80,
        ("CKV_AWS_24", "aws_security_group_rule.none"): "sgwarden's open-admin-port has no such subject: count or "
        "for_each make none of it, which it does not see",
        ("CKV_AWS_232", "aws_network_acl.denied"): "sgwarden's network-acl-admin-port passes it: it does not see "
        "lower-numbered entries of aws_network_acl_rule that deny the port",
    }


def test_skips_of_checkov_are_suppressions_of_its_own_findings(merged: dict[str, Any]) -> None:
    suppressed = [
        (finding["policy"], finding["address"], finding["suppression"])
        for finding in merged["findings"]
        if finding["status"] == "suppressed"
    ]
    assert suppressed == [("CKV_AWS_25", "aws_vpc_security_group_ingress_rule.skipped", "Jump host")]


def test_findings_of_checkov_have_a_place(merged: dict[str, Any]) -> None:
    theirs = [finding for finding in merged["findings"] if finding["evidence"].get("tool") == "checkov"]
    assert theirs
    for finding in theirs:
        lines = (ROOT / "fixtures" / "checkov" / "main.tf").read_text().splitlines()
        place = finding["location"]
        assert place["file"] == "fixtures/checkov/main.tf"
        kind, name = finding["address"].split(".")
        assert lines[place["line"] - 1] == f'resource "{kind}" "{name}" {{'
        assert finding["root"] == "fixtures/checkov"


def test_the_table_names_policies_that_exist() -> None:
    ids = {policy.id for policy in POLICIES}
    assert {equivalent.policy for equivalent in EQUIVALENTS} - {None} <= ids
    assert len(BY_CHECK) == len(EQUIVALENTS)


def test_the_table_of_the_documentation(tmp_path: Path) -> None:
    """``docs/checkov.md`` lists every pair of the table."""
    text = (ROOT / "docs" / "checkov.md").read_text()
    for equivalent in EQUIVALENTS:
        port = f", port {equivalent.port}" if equivalent.port else ""
        ours = f"`{equivalent.policy}`{port}" if equivalent.policy else "none"
        assert f"| {equivalent.check} | {ours} |" in text
