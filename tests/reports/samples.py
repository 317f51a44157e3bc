"""Reports that the tests of several formats render: of findings, of drift, small and huge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sgwarden.drift.differences import Attribution, Difference, Event, Memory, Remedy, Suppression
from sgwarden.drift.differences import Comparison as Drift
from sgwarden.drift.remedies.choose import with_remedies
from sgwarden.findings import Comparison, ExposureChange, Finding, Report, Severity, Verdict
from sgwarden.model.infrastructure import Skipped, Source
from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from sgwarden.reports.parts.context import Context, DriftContext
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.security_groups.everything_open import EverythingOpen
from sgwarden_policies.security_groups.open_admin_port import OpenAdminPort
from tests.drift import models as drift_models
from tests.drift.models import APP, DB, allow, block, live, live_group, state, vpc_rule
from tests.policies.models import group, infrastructure, rule

SARIF_SCHEMA = Path(__file__).parent / "sarif-2.1.0.schema.json"
JUNIT_SCHEMA = Path(__file__).parent / "junit-10.xsd"

SOURCE = """resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.admins
  }
}
"""
RULE_PLACE = Location("main.tf", 7, 7, 5, 29)
OTHER_PLACE = Location("modules/a b/rule.tf", 3, 3, 3, 20, ("module.x",))


def report() -> Report:
    """One certain finding, one undecided, one passed, one thing that was not read."""
    origin = Origin(RULE_PLACE, "var.admins", (Step("var.admins", "set", Location("terraform.tfvars", 3, 3)),))
    unknown = Unknown('variable "office" has no value')
    rules = (
        rule(location=RULE_PLACE, origins={"peer": origin}),
        rule(source=unknown, address="module.x.aws_security_group_rule.ssh", location=OTHER_PLACE),
        rule(ports=443),
    )
    skipped = (
        Skipped("module.vpc", 'is not on disk: run "terraform init"', Location("main.tf", 20, 22)),
        Skipped("data.http.me", "not of interest", complete=True),
    )
    facts = infrastructure(
        *rules, groups=[group(location=Location("main.tf", 1, 9))], skipped=skipped, source=Source("hcl", "."),
        resources_seen=7,
    )  # fmt: skip
    missing = {"office": Location("variables.tf", 4, 6)}
    return assess([facts], [EverythingOpen(), OpenAdminPort()], Settings(), missing_variables=missing)


def context(color: bool = False) -> Context:
    """Source of main.tf at hand, nothing else."""
    return Context(
        version="1.2.3",
        lines_of=lambda file: SOURCE.split("\n") if file == "main.tf" else None,
        uri_of=lambda file: f"infra/{file}",
        color=color,
    )


EMPTY = assess([infrastructure(groups=[], resources_seen=0)], [EverythingOpen(), OpenAdminPort()], Settings())
SUBJECT = "Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, set at terraform.tfvars:3)"
FAULT = "opens port 22 (SSH) to the internet"
FAILED = f"{SUBJECT} {FAULT}."
UNDECIDED = (
    "Ingress tcp 22 from an address that is unknown may open port 22 (SSH) to the internet; "
    'unknown: variable "office" has no value.'
)
FIX = "Allow port 22 (SSH) only from the networks that administrators work from."
SUMMARY = "1 failed (1 high), 1 undecided, 4 passed; 1 security group, 3 rules, 7 resources seen; 1 not read"


def odd_report(message: str) -> Report:
    """A report with one finding of this message."""
    return replace(EMPTY, findings=(replace(report().findings[0], subject=message, cause="", fault=""),))


def sample_finding(number: int, severity: Severity = Severity.LOW, **more: Any) -> Finding:
    """A finding that is unlike others by its number."""
    facts: dict[str, Any] = {
        "policy": OpenAdminPort.id, "verdict": Verdict.FAIL, "severity": severity, "subject": SUBJECT, "fault": FAULT,
        "address": f"module.network.aws_security_group.web[{number}]", "location": Location("modules/network/main.tf", 3, 3),
        "fingerprint": f"{number:032x}",
    }  # fmt: skip
    return Finding(**{**facts, **more})


def huge_report(number: int) -> Report:
    """A report with this many of everything."""
    undecided = [sample_finding(n, Severity.CRITICAL, verdict=Verdict.UNDECIDED) for n in range(number)]
    findings = [
        *(sample_finding(n) for n in range(number)),
        *undecided,
        sample_finding(number, Severity.CRITICAL, address="worst"),
    ]
    quiet = [sample_finding(n, status="existing") for n in range(number)]
    changes = tuple(
        ExposureChange(".", f"aws_security_group.g{n}", f"g{n}", "tcp 22", (), ("0.0.0.0/0",), n == number - 1)
        for n in range(number)
    )
    fixed = tuple(sample_finding(n, status="fixed") for n in range(number))
    return Report(
        findings=(*findings, *quiet), passed={}, policies=(OpenAdminPort(),),
        skipped=tuple(Skipped(f"module.m{n}", "is not on disk") for n in range(number)),
        failures=tuple(f"policy-{n}: ValueError: x" for n in range(number)),
        comparison=Comparison("commit 0123456789ab", fixed, changes, tuple(f"note {n}" for n in range(number))),
    )  # fmt: skip


DRIFT_CONTEXT = DriftContext(version="1.0.0", at="2026-11-21T06:00:00Z", fallback="terraform.tfstate", remembers=True)
HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")


def drift() -> Drift:
    """A comparison with one of everything."""
    declared = state(
        drift_models.group(ingress=[block(description="why")], tags_all={"a": "1"}),
        drift_models.group("db", DB),
        vpc_rule("a", DB),
    )
    evil = allow("tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "=cmd|' /C calc'!A0 <b>@all</b>"}])
    actual = live(live_group(ingress=[HTTPS, evil]), live_group("db | x", DB), live_group("default", APP))
    result = with_remedies(drift_models.drift(declared, actual))
    differences = []
    for number, each in enumerate(result.differences):
        memory = Memory("2026-11-01T06:00:00Z", "2026-11-20T06:00:00Z", 20, 2, number == 0)
        event = Event(
            "2026-11-20T03:00:00Z", "AuthorizeSecurityGroupIngress", "arn:aws:iam::1:user/x", "console", "1.2.3.4", "e"
        )
        differences.append(
            replace(each, memory=memory, risk=("open-admin-port",), severity=Severity(1 + number % 4),
                    attribution=Attribution("found", (event,)))
        )  # fmt: skip
    differences[0] = replace(differences[0], suppressed=Suppression("ignore file", "known", "2026-12-24"))
    return replace(
        result, differences=tuple(differences), skipped=(Skipped("111122223333/us-east-1 security groups", "AccessDenied"),),
        gone=(("0" * 32, "extra rule: ingress tcp 23 from 0.0.0.0/0"),), ignored=("entry 2 (x) ignores nothing",),
    )  # fmt: skip


def sample_difference(number: int, severity: Severity = Severity.LOW) -> Difference:
    """A difference that is unlike others by its number."""
    remedies = (Remedy("Revoke it", "shell", f"aws ec2 revoke-security-group-ingress --group-id sg-{number:08x}"),)
    return Difference(
        "group_unmanaged", "111122223333", "eu-west-1", f"sg-{number:08x}", "web", None, severity=severity,
        fingerprint=f"{number:032x}", remedies=remedies, opens_to_internet=severity is Severity.CRITICAL,
    )  # fmt: skip


def huge_drift(number: int) -> Drift:
    """A comparison with this many of everything."""
    return Drift(
        differences=(*(sample_difference(n) for n in range(number)), sample_difference(number, Severity.CRITICAL)),
        skipped=tuple(Skipped(f"{n:012}/eu-west-1", "AccessDenied") for n in range(number)),
    )
