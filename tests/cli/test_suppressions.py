"""Suppressions from the command line on: every kind of place, every source, dates and mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Run
from tests.paths import SCHEMAS

Sgwarden = Callable[..., Run]
TODAY = "2026-11-21"
SCHEMA = json.loads((SCHEMAS / "scan.schema.json").read_text(encoding="utf-8"))

GROUP = """{above}resource "aws_security_group" "web" {{{header}
  name        = "web"
  description = "Web"
{above_block}  ingress {{{block}
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
{above_attribute}    cidr_blocks = ["0.0.0.0/0"]{attribute}
  }}
}}
"""
SLOTS = ("above", "header", "above_block", "block", "above_attribute", "attribute")
ALL = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
IGNORE = "# sgwarden:ignore=open-admin-port"
APART = ("missing-description", "open-admin-port", "open-high-risk-port")
"""What is told of ``wide`` code: none of them says what another one does."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGWARDEN_TODAY", TODAY)


def code(**slots: str) -> str:
    """The group with comments at some places."""
    lines = {name: text + "\n" if name.startswith("above") else f" {text}" for name, text in slots.items()}
    return GROUP.format(**{**dict.fromkeys(SLOTS, ""), **lines})


def wide(**slots: str) -> str:
    """The same with ports 20 to 22 and without a description of the rule."""
    return code(**slots).replace("from_port   = 22", "from_port   = 20").replace('"SSH"', '""')


def scan(sgwarden: Sgwarden, *arguments: str) -> dict[str, Any]:
    """The valid JSON report of a scan."""
    run = sgwarden("scan", "--format", "json", *arguments)
    document: dict[str, Any] = json.loads(run.out)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    return document


def suppressed(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Policy, reason and place of every suppressed finding."""
    return sorted(
        (finding["policy"], finding["suppression"], finding["suppressed_by"])
        for finding in document["findings"]
        if finding["status"] == "suppressed"
    )


def told(document: dict[str, Any]) -> list[tuple[str, tuple[str, ...], str]]:
    """Every finding's policy, the policies that it stands for, and its status."""
    return sorted((finding["policy"], tuple(finding["also"]), finding["status"]) for finding in document["findings"])


def statuses(document: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Status, count and message of every suppression."""
    return [(note["status"], note["findings"], note["message"]) for note in document["suppressions"]]


@pytest.mark.parametrize(
    ("slot", "line"),
    [("above", 1), ("header", 1), ("above_block", 4), ("block", 4), ("above_attribute", 9), ("attribute", 9)],
)
@pytest.mark.parametrize("times", [1, 2])
def test_each_kind_of_place(work: Path, sgwarden: Sgwarden, slot: str, line: int, times: int) -> None:
    (work / "main.tf").write_text(wide(**{slot: f'{IGNORE} until=2027-01-31 reason="a bastion"'}))
    for _ in range(times):  # the second one recalls what it concluded
        document = scan(sgwarden)
    assert suppressed(document) == [("open-admin-port", "a bastion", f"main.tf:{line}")]
    assert document["suppressions"] == [
        {
            "origin": "comment", "policies": ["open-admin-port"], "criteria": "", "reason": "a bastion",
            "location": {"file": "main.tf", "line": line, "end_line": line}, "until": "2027-01-31",
            "status": "active", "findings": 1, "message": "",
        }
    ]  # fmt: skip
    assert document["summary"]["suppressed"] == 1
    assert told(document) == [
        ("missing-description", (), "new"),
        ("open-admin-port", (), "suppressed"),
        ("open-high-risk-port", ("open-unlisted-port",), "new"),
    ]


@pytest.mark.parametrize(
    ("text", "policy", "status", "note"),
    [
        (IGNORE, "open-admin-port", "suppressed", ("active", 1, "")),
        ("# sgwarden:ignore=open-unlisted-port", "open-unlisted-port", "new", ("active", 1, "")),
    ],
)
@pytest.mark.parametrize("place", ["comment", "configuration"])
@pytest.mark.parametrize("times", [1, 2])
def test_one_opening_is_suppressed_by_its_narrowest_policy(
    work: Path,
    sgwarden: Sgwarden,
    text: str,
    policy: str,
    status: str,
    note: tuple[str, int, str],
    place: str,
    times: int,
) -> None:
    (work / "main.tf").write_text(code(attribute=text) if place == "comment" else code())
    if place == "configuration":
        (work / "sgwarden.toml").write_text(f'[[exemptions]]\npolicy = "{policy}"\n')
    for _ in range(times):  # the second one recalls what it concluded
        document = scan(sgwarden)
    assert told(document) == [("open-admin-port", ALL[1:], status)]
    assert statuses(document) == [note]
    assert "Suppressions that match nothing" not in sgwarden("scan").out
    by_policy = {finding["policy"]: finding["status"] for finding in scan(sgwarden, "--list-passed")["findings"]}
    assert by_policy == {each: "suppressed" if each == policy else "new" for each in ALL}


def test_one_opening_over_further_ports_is_told(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(code(above=IGNORE).replace("from_port   = 22", "from_port   = 20"))
    document = scan(sgwarden)
    assert told(document) == [
        ("open-admin-port", (), "suppressed"),
        ("open-high-risk-port", ("open-unlisted-port",), "new"),
    ]
    assert [finding["evidence"]["ports"] for finding in document["findings"]] == [[22], [20, 21, 22]]
    assert sgwarden("scan").code == 1


def test_a_policy_that_is_not_asked_makes_nothing_needless(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(code(above=IGNORE))
    expected = [("open-high-risk-port", ("open-unlisted-port",), "new")]
    assert told(scan(sgwarden, "--skip", "open-admin-port")) == expected
    assert told(scan(sgwarden, "--only", "open-high-risk-port,open-unlisted-port")) == expected
    assert told(scan(sgwarden, "--only", "open-unlisted-port")) == [("open-unlisted-port", (), "new")]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"# sgwarden:ignore={','.join(APART)}", 3),
        (f"# sgwarden:ignore={','.join(ALL)}", 2),
        ("# sgwarden:ignore=*", 3),
        ("# sgwarden:ignore=unrestricted-egress", 0),
        (f"{IGNORE}\n\n", 0),
        (f"{IGNORE}\n# why", 1),
        (f"// why\n/* {IGNORE[2:]} */", 1),
    ],
)
def test_several_policies_and_distances(work: Path, sgwarden: Sgwarden, text: str, count: int) -> None:
    (work / "main.tf").write_text(wide(above=text))
    assert scan(sgwarden)["summary"]["suppressed"] == count


@pytest.mark.parametrize(
    ("until", "applies", "expected"),
    [
        ("2026-11-20", 0, ("expired", 1, "ended on 2026-11-20: 1 finding counts again")),
        ("2026-11-21", 1, ("expiring", 1, "ends today, on 2026-11-21: 1 finding will count again")),
        ("2026-11-22", 1, ("expiring", 1, "ends tomorrow, on 2026-11-22: 1 finding will count again")),
        ("2026-12-05", 1, ("expiring", 1, "ends in 14 days, on 2026-12-05: 1 finding will count again")),
        ("2026-12-06", 1, ("active", 1, "")),
    ],
)
@pytest.mark.parametrize("place", ["comment", "configuration"])
def test_the_last_day(
    work: Path, sgwarden: Sgwarden, place: str, until: str, applies: int, expected: tuple[str, int, str]
) -> None:
    if place == "comment":
        (work / "main.tf").write_text(code(attribute=f"{IGNORE} until={until}"))
    else:
        (work / "main.tf").write_text(code())
        (work / "sgwarden.toml").write_text(f'[[exemptions]]\npolicy = "open-admin-port"\nuntil = {until}\n')
    document = scan(sgwarden)
    status, count, message = expected
    message = f"the suppression of open-admin-port {message}" if message else ""
    assert document["summary"]["suppressed"] == applies
    assert statuses(document) == [(status, count, message)]
    where = "main.tf:9" if place == "comment" else "sgwarden.toml:1"
    told = [line for line in sgwarden("scan").err.splitlines() if where in line]
    assert told == ([f"sgwarden: {where}: {message}"] if message else [])


def test_the_date_is_not_part_of_what_is_recalled(
    work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "main.tf").write_text(code(attribute="# sgwarden:ignore=* until=2026-11-21"))
    assert sgwarden("scan").code == 0
    monkeypatch.setenv("SGWARDEN_TODAY", "2026-11-22")
    assert sgwarden("scan").code == 1
    monkeypatch.setenv("SGWARDEN_TODAY", "tomorrow")
    assert sgwarden("scan") == Run(2, "", "sgwarden: SGWARDEN_TODAY=tomorrow is no date; write it as 2027-01-31\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("until=soon", "until=soon is no date; write until=2027-01-31"),
        (
            "for now",
            '"for now" is not understood; write sgwarden:ignore=POLICY until=2027-01-31 reason="..."',
        ),
    ],
)
def test_what_is_not_understood_does_not_apply(work: Path, sgwarden: Sgwarden, text: str, message: str) -> None:
    (work / "main.tf").write_text(code(attribute=f"{IGNORE} {text}"))
    run = sgwarden("scan", "--quiet")
    assert (run.code, run.err) == (1, "")
    assert (
        f"sgwarden: main.tf:9: this suppression is not understood and does not apply: {message}\n"
        in sgwarden("scan").err
    )
    document = scan(sgwarden)
    assert (document["summary"]["suppressed"], [note["status"] for note in document["suppressions"]]) == (
        0,
        ["invalid"],
    )


def test_comments_in_json_code(work: Path, sgwarden: Sgwarden) -> None:
    rule = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"], "description": "SSH"}
    group = {"name": "web", "description": "Web", "ingress": [{"//": IGNORE[2:] + " reason='bastion'", **rule}]}
    groups = {"web": group, "other": {**group, "name": "other", "ingress": [rule]}}
    (work / "main.tf.json").write_text(json.dumps({"resource": {"aws_security_group": groups}}, indent=2))
    assert suppressed(scan(sgwarden)) == [("open-admin-port", "bastion", "main.tf.json:9")]
    (work / "main.tf.json").write_text(json.dumps({"resource": {"aws_security_group": groups}}))
    document = scan(sgwarden)
    assert (suppressed(document), [note["status"] for note in document["suppressions"]]) == ([], ["invalid"])


@pytest.mark.parametrize("times", [1, 2])
def test_comments_in_variable_files_count_for_what_is_made_of_the_value(
    work: Path, sgwarden: Sgwarden, times: int
) -> None:
    (work / "main.tf").write_text(code().replace('["0.0.0.0/0"]', "var.open") + 'variable "open" {}\n')
    (work / "terraform.tfvars").write_text(f'{IGNORE} reason="bastion"\nopen = ["0.0.0.0/0"]\n')
    for _ in range(times):  # the second one is recalled
        document = scan(sgwarden)
    assert suppressed(document) == [("open-admin-port", "bastion", "terraform.tfvars:1")]
    assert statuses(document) == [("active", 1, "")]


def test_unused_ones_are_listed(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(code(above="# sgwarden:ignore=missing-description", attribute=IGNORE))
    (work / "other.tf").write_text("# sgwarden:ignore=open-admin-port\n")
    (work / "sgwarden.toml").write_text(
        '[[exemptions]]\naddress = "module.gone"\npolicy = "open-admin-port"\n[[exemptions]]\nkind = "live"\nid = "sg-1"\n'
        '[[exemptions]]\npolicy = "everything-open"\nuntil = 2020-01-01\n[[exemptions]]\npolicy = "drift"\n'
    )
    run = sgwarden("scan")
    assert (
        "Suppressions that match nothing\n"
        "  main.tf:1  missing-description\n"
        "  other.tf:1  open-admin-port\n"
        "  sgwarden.toml:1  open-admin-port, address module.gone\n"
        "  sgwarden.toml:7  everything-open\n"
        "\n"
    ) in run.out
    assert "match" not in sgwarden("scan", "--only", "open-high-risk-port").out
    assert "match" not in sgwarden("scan", "--changed-files", "main.tf").out


def test_shown_on_request_and_never_counted(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(wide(above='# sgwarden:ignore=* reason="known"'))
    run = sgwarden("scan")
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("0 failed, 0 undecided, ") and ", 3 suppressed; " in run.out
    shown = sgwarden("scan", "--show-suppressed").out
    ingress = "Ingress tcp 20-22 from 0.0.0.0/0"
    assert shown.partition("\n\n")[0].splitlines() == [
        "Suppressed",
        f"  main.tf:10  {ingress} opens port 22 (SSH) to the internet [open-admin-port]: known (main.tf:1)",
        f"  main.tf:10  {ingress} opens ports 20 (FTP data), 21 (FTP) and 22 (SSH) to the internet "
        "[open-high-risk-port, open-unlisted-port]: known (main.tf:1)",
        f"  main.tf:10  {ingress} has no description [missing-description]: known (main.tf:1)",
    ]
    assert json.loads(sgwarden("scan", "--format", "sarif").out)["runs"][0]["results"] == []


def test_a_reason_may_be_asked_for(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(wide(attribute=IGNORE))
    (work / "sgwarden.toml").write_text(
        'require_reason = true\n[[exemptions]]\npolicy = "missing-description"\n'
        '[[exemptions]]\npolicy = "open-high-risk-port"\nreason = "we know"\n'
    )
    document = scan(sgwarden)
    assert suppressed(document) == [("open-high-risk-port", "we know", "sgwarden.toml:4")]
    assert statuses(document) == [
        (
            "invalid", 0,
            'the suppression of open-admin-port does not apply: require_reason asks for a reason; write reason="..."',
        ),
        (
            "invalid", 0,
            "the suppression of missing-description does not apply: require_reason asks for a reason; "
            'write reason = "..."',
        ),
        ("active", 1, ""),
    ]  # fmt: skip


def test_comments_may_be_refused(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(wide(attribute=IGNORE))
    (work / "sgwarden.toml").write_text('comments = false\n[[exemptions]]\npolicy = "missing-description"\n')
    document = scan(sgwarden)
    assert suppressed(document) == [("missing-description", "no reason given", "sgwarden.toml:2")]
    message = "the suppression of open-admin-port does not apply: the configuration lets no comments suppress findings"
    assert statuses(document) == [("invalid", 0, message), ("active", 1, "")]


def test_one_element_of_a_list(work: Path, sgwarden: Sgwarden) -> None:
    peers = '[\n      "10.0.0.0/8",\n      "10.1.0.0/16", # sgwarden:ignore=redundant-rule\n      "10.2.0.0/16",\n    ]'
    (work / "main.tf").write_text(code().replace('["0.0.0.0/0"]', peers))
    document = scan(sgwarden, "--only", "redundant-rule")
    assert [(finding["evidence"]["peer"]["value"], finding["status"]) for finding in document["findings"]] == [
        ("10.1.0.0/16", "suppressed"),
        ("10.2.0.0/16", "new"),
    ]


MODULES = {
    "main.tf": '{0}module "a" {{\n  source = "./modules/outer"\n}}\nmodule "b" {{\n  source = "./modules/outer"\n}}\n',
    "modules/outer/main.tf": '{1}module "inner" {{\n  count  = 2\n  source = "../inner"\n}}\n',
}


def modules(directory: Path, outer: str = "", inner: str = "") -> None:
    """Two calls of a module that calls another one twice."""
    for name, text in MODULES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text.format(outer, inner))
    (directory / "modules" / "inner").mkdir()
    (directory / "modules" / "inner" / "main.tf").write_text(code())


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (f"{IGNORE}\n", "", ["module.a.module.inner[0]", "module.a.module.inner[1]"]),
        (
            "", f"{IGNORE}\n",
            ["module.a.module.inner[0]", "module.a.module.inner[1]", "module.b.module.inner[0]",
             "module.b.module.inner[1]"],
        ),
        ("", "", []),
    ],
)  # fmt: skip
def test_a_module_call_covers_its_resources(
    work: Path, sgwarden: Sgwarden, outer: str, inner: str, expected: list[str]
) -> None:
    modules(work, outer, inner)
    found = [
        finding["address"].rpartition(".aws_security_group")[0]
        for finding in scan(sgwarden, ".")["findings"]
        if finding["status"] == "suppressed"
    ]
    assert found == expected


def plan(address: str = "aws_security_group.web", module: str | None = None) -> str:
    """A plan that creates the group, as ``wide`` code."""
    rule = {
        "description": "", "protocol": "tcp", "from_port": 20, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"],
        "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False,
    }  # fmt: skip
    values = {"name": "web", "description": "Web", "ingress": [rule], "egress": [], "tags": {"team": "edge"}}
    resource = {
        "address": address, "mode": "managed", "type": "aws_security_group", "name": "web", "values": values,
        "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "sensitive_values": {},
    }  # fmt: skip
    root: dict[str, Any] = {"resources": [resource]}
    change = {
        **{key: resource[key] for key in ("address", "mode", "type", "name", "provider_name")},
        "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": {}},
    }
    if module is not None:
        root = {"child_modules": [{"address": module, "resources": [resource]}]}
        change["module_address"] = module
    return json.dumps(
        {
            "format_version": "1.2", "terraform_version": "1.11.0", "planned_values": {"root_module": root},
            "resource_changes": [change], "configuration": {"root_module": {}},
        }
    )  # fmt: skip


def state() -> str:
    """A state that holds the group."""
    attributes = json.loads(plan())["planned_values"]["root_module"]["resources"][0]["values"]
    attributes |= {
        "id": "sg-0a1b2c3d4e5f60718",
        "arn": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0a1b2c3d4e5f60718",
    }
    instance = {"schema_version": 1, "attributes": attributes}
    resource = {
        "mode": "managed", "type": "aws_security_group", "name": "web", "instances": [instance],
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
    }  # fmt: skip
    return json.dumps(
        {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "a", "resources": [resource]}
    )


@pytest.mark.parametrize("name", ["plan.json", "terraform.tfstate"])
@pytest.mark.parametrize("slot", ["above", "header"])
def test_plans_and_states_beside_their_code(work: Path, sgwarden: Sgwarden, name: str, slot: str) -> None:
    (work / "live").mkdir()
    (work / "live" / "main.tf").write_text(code(**{slot: f'{IGNORE} reason="r"'}))
    (work / "live" / name).write_text(plan() if name == "plan.json" else state())
    assert suppressed(scan(sgwarden, f"live/{name}")) == [("open-admin-port", "r", "live/main.tf:1")]


def test_a_module_call_covers_its_resources_in_a_plan(work: Path, sgwarden: Sgwarden) -> None:
    modules(work, f"{IGNORE}\n")
    for module, expected in (("module.a.module.inner[0]", 1), ("module.b.module.inner[0]", 0)):
        (work / "plan.json").write_text(plan(f"{module}.aws_security_group.web", module))
        assert scan(sgwarden, "plan.json")["summary"]["suppressed"] == expected


CRITERIA = [
    ('policy = ["open-admin-port", "everything-open"]', 1),
    ('policy = "*"', 3),
    ('address = "aws_security_group.web"', 3),
    ('address = "aws_*.w?b"', 3),
    ('address = "module.*"', 0),
    ('id = "sg-0a1b*"', 3),
    ('id = "sg-1*"', 0),
    ('tag = "team"', 3),
    ('tag = ["x", "team=e*"]', 3),
    ('tag = "team=core"', 0),
    ('region = "eu-west-1"', 3),
    ('region = "eu-west-2"', 0),
    ('account = "123456789012"', 3),
    ('account = "210987654321"', 0),
    ('workspace = "default"', 3),
    ('workspace = "prod"', 0),
    ('kind = "state"', 3),
    ('kind = ["plan", "hcl"]', 0),
    ('kind = ["state", "rule_added"]', 0),
    ('path = "live"', 3),
    ('path = "*.tfstate"', 0),
    ('path = "**/*.tfstate"', 3),
    ('policy = "open-admin-port"\ntag = "team"\nkind = "state"', 1),
    ('policy = "open-admin-port"\ntag = "team"\nkind = "live"', 0),
]


@pytest.mark.parametrize(("criteria", "count"), CRITERIA)
def test_criteria_of_the_configuration(work: Path, sgwarden: Sgwarden, criteria: str, count: int) -> None:
    (work / "live").mkdir()
    (work / "live" / "terraform.tfstate").write_text(state())
    (work / "sgwarden.toml").write_text(f'[[exemptions]]\n{criteria}\nreason = "r"\n')
    assert scan(sgwarden, "live/terraform.tfstate")["summary"]["suppressed"] == count


def test_the_workspace_of_the_run(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(wide())
    (work / "sgwarden.toml").write_text('[[exemptions]]\nworkspace = "prod*"\n')
    assert scan(sgwarden)["summary"]["suppressed"] == 0
    assert scan(sgwarden, "--workspace", "prod-eu")["summary"]["suppressed"] == 3
    (work / ".terraform").mkdir()
    (work / ".terraform" / "environment").write_text("production")
    assert scan(sgwarden)["summary"]["suppressed"] == 3


FOREIGN = [
    ({"block": "#checkov:skip=CKV_AWS_24:known"}, "checkov", ALL, "known", "checkov:skip=CKV_AWS_24 at main.tf:4"),
    ({"above": "#checkov:skip=CKV_AWS_24:known"}, "checkov", (), "", ""),
    ({"block": "#checkov:skip=CKV_AWS_25:known"}, "checkov", (), "", ""),
    ({"block": "#checkov:skip=CKV_AWS_24:known"}, "trivy,tfsec", (), "", ""),
    (
        {"above": "#trivy:ignore:AVD-AWS-0107"}, "trivy", ALL, "no reason given",
        "trivy:ignore:AVD-AWS-0107 at main.tf:1",
    ),
    (
        {"attribute": "#tfsec:ignore:aws-vpc-no-public-ingress-sgr open on purpose"}, "tfsec", ALL, "open on purpose",
        "tfsec:ignore:aws-vpc-no-public-ingress-sgr at main.tf:9",
    ),
    ({"above": "#trivy:ignore:AVD-AWS-0107:exp:2026-11-21"}, "trivy", (), "", ""),
    (
        {"above": "#trivy:ignore:AWS-0107:exp:2026-11-22"}, "trivy", ALL, "no reason given",
        "trivy:ignore:AWS-0107 at main.tf:1",
    ),
    ({"above": "#tfsec:ignore:AWS-0107:ws:prod"}, "tfsec", (), "", ""),
    ({"above": "#trivy:ignore:AWS-0104"}, "trivy", (), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("slots", "tools", "policies", "reason", "by"), FOREIGN)
def test_comments_for_other_tools(
    work: Path, sgwarden: Sgwarden, slots: dict[str, str], tools: str, policies: tuple[str, ...], reason: str, by: str
) -> None:
    (work / "main.tf").write_text(code(**slots))
    assert suppressed(scan(sgwarden)) == []
    document = scan(sgwarden, "--honor", tools)
    assert told(document) == [("open-admin-port", ALL[1:], "suppressed" if policies else "new")]
    assert suppressed(document) == [(policy, reason, by) for policy in policies[:1]]
    one_by_one = scan(sgwarden, "--honor", tools, "--list-passed")
    assert suppressed(one_by_one) == [(policy, reason, by) for policy in policies]
    assert all(note["origin"] in tools and note["criteria"] in by + "*" for note in document["suppressions"] if by)


def test_a_finding_about_two_ports_needs_both_checks(work: Path, sgwarden: Sgwarden) -> None:
    text = code(block="#checkov:skip=CKV_AWS_24:ssh").replace("to_port     = 22", "to_port     = 3389")
    (work / "main.tf").write_text(text)
    only = ("--honor", "checkov", "--only", "open-admin-port")
    assert suppressed(scan(sgwarden, *only)) == []
    (work / "main.tf").write_text(text.replace('"SSH"', '"SSH" #checkov:skip=CKV_AWS_25:rdp'))
    assert [policy for policy, _, _ in suppressed(scan(sgwarden, *only))] == ["open-admin-port"]


def test_an_unknown_tool(work: Path, sgwarden: Sgwarden) -> None:
    (work / "main.tf").write_text(code())
    assert sgwarden("scan", "--honor", "kics") == Run(
        2, "", "sgwarden: --honor kics: no such tool; use some of checkov, tfsec, trivy\n"
    )


def test_snapshots_are_suppressed_by_id_account_and_tag(work: Path, sgwarden: Sgwarden) -> None:
    folder = work / "live" / "123456789012" / "eu-west-1"
    folder.mkdir(parents=True)
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "x"}],
    }
    group = {
        "GroupId": "sg-0a1b2c3d4e5f60718", "GroupName": "web", "Description": "Web", "OwnerId": "123456789012",
        "VpcId": "vpc-1", "IpPermissions": [permission], "IpPermissionsEgress": [],
        "Tags": [{"Key": "team", "Value": "edge"}],
    }  # fmt: skip
    (folder / "groups.json").write_text(json.dumps({"SecurityGroups": [group]}))

    def audit(criteria: str) -> int:
        (work / "sgwarden.toml").write_text(f"[[exemptions]]\npolicy = 'open-admin-port'\n{criteria}\n")
        run = sgwarden("audit", "--live", "live", "--format", "json")
        count: int = json.loads(run.out)["summary"]["suppressed"]
        return count

    assert audit('id = "sg-0a1b2c3d4e5f60718"') == 1
    assert audit('account = "123456789012"\nregion = "eu-west-1"\ntag = "team=edge"') == 1
    assert audit('region = "eu-west-2"') == 0
    assert audit('kind = ["live", "snapshot"]') == 1
    assert audit('workspace = "default"') == 0
