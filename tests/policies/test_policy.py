"""What policies have in common: outcomes made of a subject, a fault and its truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sgwarden.findings import Finding, Outcome, Passed, Severity, Verdict
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from sgwarden.model.truth import Maybe
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy, shortlist
from tests.policies.models import HERE, NO_VALUE, rule

FILE = Location("terraform.tfvars", 3, 3)


class Ours(Policy):
    id, title, severity = "ours", "Ours", Severity.HIGH
    why, fix, sources, controls, bad, good = "Why.", "Fix.", (), ("A", "B"), "", ""

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        return iter(())


def test_what_is_certain_fails() -> None:
    origin = Origin(HERE, "var.a", (Step("var.a", "set", FILE),))
    finding = Ours().about_rule(
        rule(origins={"peer": origin}), True, "open it", evidence={"ports": (22,)}, related=(HERE,)
    )
    assert finding == Finding(
        policy="ours",
        verdict=Verdict.FAIL,
        severity=Severity.HIGH,
        address="aws_security_group.web",
        fault="opens it",
        location=HERE,
        subject="Ingress tcp 22 from 0.0.0.0/0",
        cause="`var.a`, set at terraform.tfvars:3",
        security_group="aws_security_group.web",
        evidence={
            "direction": "ingress",
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"},
            "ports": [22],
        },
        fix="Fix.",
        identity=("ingress", "tcp", "22", "22", "cidr_ipv4", "0.0.0.0/0"),
        controls=("A", "B"),
        related=(HERE, FILE),
    )


def test_what_is_not_known_is_undecided_and_what_is_not_there_passes() -> None:
    about = {"address": "a.b", "location": None}
    finding = Ours().about("the thing", Maybe(("some",)), "break", **about, evidence={"value": NO_VALUE}, controls=())
    assert isinstance(finding, Finding)
    assert (finding.verdict, finding.message) == (Verdict.UNDECIDED, "The thing may break; unknown: some.")
    assert (finding.evidence, finding.controls) == ({"value": {"unknown": NO_VALUE.reason}}, ())
    assert Ours().about("the thing", False, "break", **about) == Passed("a.b")


@pytest.mark.parametrize(
    ("fault", "message"),
    [("have no lock", "It has no lock."), ("be open", "It is open."), ("open port 22", "It opens port 22."), ("leak", "It leaks.")],
)  # fmt: skip
def test_the_verb_of_a_certain_fault(fault: str, message: str) -> None:
    finding = Ours().about("it", True, fault, address="a.b", location=None)
    assert isinstance(finding, Finding)
    assert finding.message == message


def test_evidence_that_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="Ours is no value of JSON"):
        Ours().about("it", True, "break", address="a.b", location=None, evidence={"policy": Ours()})


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d", "e"], "a, b, c and 2 more")]
)
def test_shortlist(names: list[str], text: str) -> None:
    assert shortlist(names) == text
