"""Files of declarative policies: what they make, and what is wrong with a file, with its line."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from sgwarden.config.documentation import json_schema
from sgwarden.config.validate import problems
from sgwarden.custom_policies.declarative import PolicyFile, policies_of
from sgwarden.errors import UsageError
from sgwarden.findings import Severity
from tests.policies.models import NO_VALUE, infrastructure, outcomes, rule

HEAD = '[[policy]]\nid = "ours"\ntitle = "T"\nseverity = "high"\nmessage = "M."\n'


def test_words_and_place() -> None:
    ((policy, line),) = policies_of(("# ours\n" + HEAD + "ports = [22]").encode(), "p.toml")
    assert (policy.id, policy.title, policy.severity, policy.why, line) == ("ours", "T", Severity.HIGH, "M.", 3)
    assert outcomes(policy, infrastructure(rule())) == [
        ("fail", "aws_security_group.web", "Ingress tcp 22 from 0.0.0.0/0 breaks the rule: M.")
    ]
    assert outcomes(policy, infrastructure(rule(source=NO_VALUE, may_exist=NO_VALUE))) == [
        (
            "undecided",
            "aws_security_group.web",
            "Ingress tcp 22 from an address that is unknown may break the rule: M; "
            'unknown: variable "admin_cidrs" has no value.',
        )
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "ports = [1]\nport = [22]", 'p.toml:7: unknown key "port" in policy[0]; did you mean "ports"?'),
        (HEAD, "p.toml:1: policy[0] names nothing; give at least one of direction, protocols, ports, peers, groups, tags"),
        (HEAD + "ports = [70000]", 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + 'ports = ["9-3"]', 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + "ports = [true]", 'p.toml:6: policy[0].ports[0] must be a port from 0 to 65535 or a range such as "8000-8080"'),
        (HEAD + 'peers = ["10.0.0.1/8"]', 'p.toml:6: policy[0].peers[0] must be a network such as "198.51.100.0/24", not "10.0.0.1/8"; did you mean "10.0.0.0/8"?'),
        (HEAD + 'peers = ["0.0.0.0/0"]', 'p.toml:6: policy[0].peers[0] is "0.0.0.0/0", which holds every address; "whole-internet" is a rule for 0.0.0.0/0 or ::/0, "internet" any public address, "any" everything'),
        (HEAD + 'peers = ["internt"]', 'p.toml:6: policy[0].peers[0] is "internt"; one of any, internet, whole-internet, self, security_group, prefix_list, a network, an id or an address'),
        (HEAD.replace("high", "awful") + "ports = [1]", 'p.toml:4: policy[0].severity must be one of low, medium, high, critical, not "awful"'),
        ("x = 1", 'p.toml:1: unknown key "x"; known are policy'),
        ("", 'p.toml:1: lacks the key "policy"'),
        ("policy = []", "p.toml:1: policy is empty; leave it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(policies_of(text.encode(), "p.toml"))
    assert str(caught.value) == complaint


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"^p\.toml:2: this is no TOML: "):
        list(policies_of(b"\n[[policy]\n", "p.toml"))


@pytest.mark.parametrize(
    ("entry", "valid"),
    [({"ports": [22, "80-90"]}, True), ({"ports": ["x"]}, False), ({"peers": ["internet"]}, True), ({}, False)],
)  # fmt: skip
def test_the_schema_says_the_same(entry: dict[str, Any], valid: bool) -> None:
    document = {"policy": [{"id": "a", "title": "t", "severity": "low", "message": "m", **entry}]}
    assert jsonschema.Draft202012Validator(json_schema(PolicyFile, "policies", "")).is_valid(document) is valid
    assert (not list(problems(document, PolicyFile))) is valid
