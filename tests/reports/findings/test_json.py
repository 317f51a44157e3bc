"""The JSON document, whole, and valid by its own schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

import sgwarden
from sgwarden.reports.findings.json import render
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.reports.samples import EMPTY, context, report

SCHEMAS = Path(sgwarden.__file__).parent / "schemas"


def test_whole_document() -> None:
    document = json.loads(render(report(), context()))
    prints = [finding.pop("fingerprint") for finding in document["findings"]]
    controls = [finding.pop("controls") for finding in document["findings"]]
    assert all(len(each) == 32 for each in prints) and len(set(prints)) == 2
    assert all("CIS-AWS-3.0.0:5.2" in each and set(each) <= set(OpenAdminPort.controls) for each in controls)
    traffic = {"direction": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22}
    fix = "Allow port 22 (SSH) only from the networks that administrators work from."
    common = {
        "policy": "open-admin-port", "severity": "high", "security_group": "aws_security_group.web", "fix": fix,
        "related": [], "root": ".", "also": [], "status": "new", "suppression": None, "suppressed_by": None,
        "security_group_name": "web", "account": None, "region": None,
        "page": "https://github.com/example/sgwarden/blob/v1.2.3/docs/policies/open-admin-port.md",
    }  # fmt: skip
    assert document == {
        "schema_version": "1",
        "findings": [
            {
                **common,
                "verdict": "fail",
                "address": "aws_security_group.web",
                "message": "Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3) "
                "opens port 22 (SSH) to the internet.",
                "location": {"file": "main.tf", "line": 7, "end_line": 7, "module_path": []},
                "related": [{"file": "terraform.tfvars", "line": 3, "end_line": 3, "module_path": []}],
                "evidence": {**traffic, "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}, "ports": [22]},
                "unknowns": [],
            },
            {
                **common,
                "verdict": "undecided",
                "address": "module.x.aws_security_group_rule.ssh",
                "message": "Ingress tcp 22 from an address that is unknown may open port 22 (SSH) to the internet; "
                'unknown: variable "office" has no value.',
                "location": {"file": "modules/a b/rule.tf", "line": 3, "end_line": 3, "module_path": ["module.x"]},
                "evidence": {
                    **traffic,
                    "peer": {"kind": "cidr_ipv4", "value": {"unknown": 'variable "office" has no value'}},
                    "ports": [22],
                },
                "unknowns": ['variable "office" has no value'],
            },
        ],
        "passed": {"everything-open": 3, "open-admin-port": 1},
        "skipped": [
            {"what": "data.http.me", "reason": "not of interest", "complete": True, "location": None},
            {
                "what": "module.vpc",
                "reason": 'is not on disk: run "terraform init"',
                "complete": False,
                "location": {"file": "main.tf", "line": 20, "end_line": 22},
            },
        ],
        "failures": [],
        "missing_variables": [
            {"name": "office", "location": {"file": "variables.tf", "line": 4, "end_line": 6}},
        ],
        "suppressions": [],
        "summary": {
            "fail": 1, "undecided": 1, "suppressed": 0, "resources": 7, "security_groups": 1, "rules": 3, "complete": False,
        },
    }  # fmt: skip


def test_valid_by_its_schema() -> None:
    schema = json.loads((SCHEMAS / "scan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for each in (report(), EMPTY):
        jsonschema.validate(json.loads(render(each, context())), schema, jsonschema.Draft202012Validator)
