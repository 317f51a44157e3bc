"""Remedies: exact text, quoted for a shell and for HCL."""

from __future__ import annotations

import json
import shlex

from sgwarden.drift.differences import Remedy
from sgwarden.drift.remedies.choose import remedies_for
from tests.drift.models import APP, DB, WEB, allow, drift, group, live, live_group, live_rule, state, vpc_rule

HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")


def texts(found: list[Remedy]) -> list[str]:
    return [remedy.text for remedy in found]


def test_an_extra_rule_of_a_group_with_rule_resources_is_revoked_by_its_id_or_imported() -> None:
    rules = [live_rule("sgr-a"), live_rule("sgr-b", ports=(22, 22), cidr="0.0.0.0/0", Description='say "${x}"')]
    open_ = allow("tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": 'say "${x}"'}])
    (difference,) = drift(
        state(group(), vpc_rule("a")), live(live_group(ingress=[HTTPS, open_]), rules=rules)
    ).differences
    assert texts(remedies_for(difference)) == [
        f"aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id {WEB} --security-group-rule-ids sgr-b",
        """resource "aws_vpc_security_group_ingress_rule" "web_tcp_22" {
  security_group_id = aws_security_group.web.id
  ip_protocol = "tcp"
  from_port = 22
  to_port = 22
  cidr_ipv4 = "0.0.0.0/0"
  description = "say \\"$${x}\\""
}

import {
  to = aws_vpc_security_group_ingress_rule.web_tcp_22
  id = "sgr-b"
}""",
    ]


def test_a_group_inside_a_module_is_named_by_its_id() -> None:
    declared = state(group(module='module.a["x y"]', ingress=[]), vpc_rule("a"))
    (difference,) = drift(declared, live(live_group(ingress=[HTTPS, allow("tcp", (22, 22), "0.0.0.0/0")]))).differences
    assert f'security_group_id = "{WEB}"' in remedies_for(difference)[-1].text


def test_targets_are_quoted() -> None:
    declared = state(group(module='module.a["it\'s"]', ingress=[{**_block()}]))
    (difference,) = drift(declared, live(live_group())).differences
    command = remedies_for(difference)[0].text
    assert shlex.split(command) == ["terraform", "apply", '-target=module.a["it\'s"].aws_security_group.web']


def _block() -> dict[str, object]:
    from tests.drift.models import block

    return block(description="o'clock")


def test_a_rule_that_is_gone_is_authorized_with_all_it_had() -> None:
    (difference,) = drift(state(group(ingress=[_block()])), live(live_group())).differences
    words = shlex.split(remedies_for(difference)[1].text)
    assert words[:7] == ["aws", "ec2", "authorize-security-group-ingress", "--region", "eu-west-1", "--group-id", WEB]
    assert json.loads(words[8]) == [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "o'clock"}],
        }
    ]


def test_a_changed_rule_is_modified_by_its_id() -> None:
    changed = live(live_group(ingress=[allow("tcp", (22, 22), "0.0.0.0/0")]),
                   rules=[live_rule("sgr-a", ports=(22, 22), cidr="0.0.0.0/0")])  # fmt: skip
    (difference,) = drift(state(group(), vpc_rule("a", description="why")), changed).differences
    words = shlex.split(remedies_for(difference)[1].text)
    assert words[2] == "modify-security-group-rules"
    assert json.loads(words[-1]) == [
        {
            "SecurityGroupRuleId": "sgr-a",
            "SecurityGroupRule": {
                "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.0.0.0/8", "Description": "why",
            },
        }
    ]  # fmt: skip


def test_self_is_the_group_itself() -> None:
    declared = state(group(), vpc_rule("a", referenced_security_group_id=WEB))
    (difference,) = drift(declared, live(live_group())).differences
    assert json.loads(shlex.split(remedies_for(difference)[1].text)[-1])[0]["UserIdGroupPairs"] == [{"GroupId": WEB}]


def test_a_group_of_another_account_keeps_it() -> None:
    declared = state(group(), vpc_rule("a", referenced_security_group_id=f"999988887777/{APP}"))
    (difference,) = drift(declared, live(live_group())).differences
    pairs = json.loads(shlex.split(remedies_for(difference)[1].text)[-1])[0]["UserIdGroupPairs"]
    assert pairs == [{"GroupId": APP, "UserId": "999988887777"}]


def test_a_rule_made_again_is_imported() -> None:
    (difference,) = drift(
        state(group(), vpc_rule("a")), live(live_group(ingress=[HTTPS]), rules=[live_rule("sgr-z")])
    ).differences
    assert texts(remedies_for(difference)) == [
        "terraform state rm aws_vpc_security_group_ingress_rule.a && "
        "terraform import aws_vpc_security_group_ingress_rule.a sgr-z"
    ]


def test_tags_are_put_back_and_taken_off() -> None:
    declared = state(group(tags_all={"Name": "it's, web"}))
    (difference,) = drift(declared, live(live_group(tags={"extra": "1"}))).differences
    commands = [shlex.split(command) for command in texts(remedies_for(difference))]
    assert commands[1][-2:] == ["--tags", 'Key=Name,Value="it\'s, web"']
    assert commands[2][-2:] == ["--tags", "Key=extra"]


def test_a_group_that_terraform_does_not_know_is_adopted_with_its_tags() -> None:
    found = drift(
        state(group()), live(live_group(), live_group("9 lives", DB, tags={"aws:x": "1", "team": "a"}))
    ).differences
    adopt = remedies_for(found[0])[1].text
    assert adopt.startswith(f'import {{\n  to = aws_security_group.g_9_lives\n  id = "{DB}"\n}}')
    assert '"team" = "a"' in adopt
    assert "aws:x" not in adopt
