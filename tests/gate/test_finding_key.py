"""The key of a finding: what names its group and its rule."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.gate.finding_key import Side, label


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_security_group.a", "aws_security_group.a"),
        ('module.x["a.b"].module.y[0].aws_security_group.a["k.l"]', "aws_security_group.a"),
        ("sg-0123", "sg-0123"),
    ],
)
def test_labels(address: str, expected: str) -> None:
    assert label(address) == expected


GROUP = Finding(
    policy="open-admin-port",
    verdict=Verdict.FAIL,
    severity=Severity.HIGH,
    address="aws_vpc_security_group_ingress_rule.ssh",
    fault="",
    location=None,
    security_group="module.a.aws_security_group.web[0]",
    identity=("ingress", "tcp", "22", "22", "security_group", "module.a.aws_security_group.web[0]"),
    root="prod",
)


def test_groups_are_called_by_their_names() -> None:
    side = Side(names={("prod", "module.a.aws_security_group.web[0]"): "web-servers"})
    key = side.key_of(GROUP)
    assert (key.group_name, key.subject[-1]) == ("web-servers", "group web-servers")
    assert key.rules == {key.subject}
    assert Side().key_of(GROUP).group_name == "aws_security_group.web"


def test_what_excuses_another_finding() -> None:
    certain = Side().key_of(GROUP)
    undecided = replace(certain, verdict=Verdict.UNDECIDED)
    assert certain.excuses(undecided)
    assert not undecided.excuses(certain)
    assert not replace(certain, severity=Severity.LOW).excuses(certain)
