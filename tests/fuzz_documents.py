"""Valid documents of every kind, changed at random places, against a law that holds whatever they become.

The law: no traceback and no internal error; and where a part of a document has a shape that it can never have, the run
says so (exit code 2 or 3), or still judges the thing that the part belongs to; what stands beside it is judged anyway.

``python -m tests.fuzz_documents 20000`` runs long and prints every kind of violation with one document of it.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from sgwarden.cli.main import main
from sgwarden.sources.documents.live_files import read_path
from sgwarden.sources.snapshot import document as snapshot

ACCOUNT, REGION = "123456789012", "eu-west-1"
GROUP, RULE = "aws_security_group", "aws_security_group_rule"
SSH = {"protocol": "tcp", "from_port": 22, "to_port": 22, "description": "d"}
Json = Any
Path_ = tuple[str | int, ...]


def _inline(name: str) -> dict[str, Json]:
    block = {**SSH, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": []}
    return {
        "id": f"sg-{name}", "name": name, "description": "d", "vpc_id": "vpc-1", "tags": {"Name": name},
        "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-{name}", "ingress": [{**block, "self": False}],
        "egress": [],
    }  # fmt: skip


def _separate(name: str) -> dict[str, Json]:
    return {**SSH, "type": "ingress", "security_group_id": f"sg-{name}", "cidr_blocks": ["0.0.0.0/0"], "self": False}


_ACL = {
    "id": "acl-1", "vpc_id": "vpc-1", "egress": [],
    "ingress": [{"rule_no": 100, "action": "allow", "protocol": "6", "from_port": 22, "to_port": 22,
                 "cidr_block": "0.0.0.0/0", "icmp_type": 0, "icmp_code": 0}],
}  # fmt: skip
_LIST = {"id": "pl-1", "name": "p", "entry": [{"cidr": "10.0.0.0/8", "description": "d"}], "max_entries": 2}
_RESOURCES: list[tuple[str, str, dict[str, Json]]] = [
    (GROUP, "odd", _inline("odd")),
    (GROUP, "good", _inline("good")),
    (GROUP, "rules", {**_inline("rules"), "ingress": []}),
    (RULE, "oddrule", _separate("rules")),
    ("aws_network_acl", "acl", _ACL),
    ("aws_ec2_managed_prefix_list", "list", _LIST),
]


def _shown(kind: str, name: str, values: dict[str, Json]) -> dict[str, Json]:
    return {
        "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values,
        "provider_name": "registry.terraform.io/hashicorp/aws", "sensitive_values": {"tags": {"Name": True}},
    }  # fmt: skip


def _plan() -> Json:
    changes = [
        {
            "address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["update"], "before": values, "after": values, "after_unknown": {"tags_all": True},
                "before_sensitive": {}, "after_sensitive": {"tags": {"Name": True}},
            },
        }
        for kind, name, values in _RESOURCES
    ]  # fmt: skip
    shown = {"root_module": {"resources": [_shown(*each) for each in _RESOURCES]}}
    blocks = [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws",
         "expressions": {key: {"references": ["var.x"]} for key in values if key not in ("id", "arn")}}
        for kind, name, values in _RESOURCES
    ]  # fmt: skip
    providers = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": REGION}}}}
    return {
        "format_version": "1.2", "terraform_version": "1.11.4", "complete": True, "errored": False,
        "variables": {"x": {"value": 1}}, "planned_values": shown, "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": shown},
        "configuration": {"provider_config": providers, "root_module": {"resources": blocks}},
    }  # fmt: skip


def _state() -> Json:
    path = [{"type": "get_attr", "value": "tags"}]
    resources = [
        {"mode": "managed", "type": kind, "name": name,
         "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
         "instances": [{"schema_version": 1, "attributes": values, "sensitive_attributes": [path]}]}
        for kind, name, values in _RESOURCES
    ]  # fmt: skip
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "l",
        "outputs": {},
        "resources": resources,
    }


def _shown_state() -> Json:
    return {"format_version": "1.0", "values": {"root_module": {"resources": [_shown(*each) for each in _RESOURCES]}}}


def _answers() -> Json:
    def group(name: str) -> Json:
        permission = {
            "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "d"}],
            "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [],
        }  # fmt: skip
        return {
            "GroupId": f"sg-{name}", "GroupName": name, "Description": "d", "OwnerId": ACCOUNT, "VpcId": "vpc-1",
            "SecurityGroupArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-{name}",
            "IpPermissions": [permission], "IpPermissionsEgress": [], "Tags": [{"Key": "Name", "Value": name}],
        }  # fmt: skip

    interface = {
        "NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-good"}], "Association": {"PublicIp": "192.0.2.1"},
        "PrivateIpAddresses": [{"Association": {"PublicIp": "192.0.2.1"}}], "InterfaceType": "interface",
        "Attachment": {"InstanceId": "i-1"}, "Description": "", "OwnerId": ACCOUNT, "Ipv6Addresses": [],
    }  # fmt: skip
    entry = {
        "RuleNumber": 100, "RuleAction": "allow", "Protocol": "6", "Egress": False, "CidrBlock": "0.0.0.0/0",
        "PortRange": {"From": 22, "To": 22},
    }  # fmt: skip
    alarm = {
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a", "AlarmName": "a", "MetricName": "m",
        "Namespace": "n", "Dimensions": [], "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "ActionsEnabled": True, "AlarmActions": ["arn:x"],
    }  # fmt: skip
    trail = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/t"
    return {
        "SecurityGroups": [group("odd"), group("good")],
        "NetworkInterfaces": [interface],
        "NetworkAcls": [{"NetworkAclId": "acl-1", "OwnerId": ACCOUNT, "Entries": [entry]}],
        "PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "p", "OwnerId": ACCOUNT}],
        "trailList": [{"TrailARN": trail, "Name": "t", "HomeRegion": REGION, "IsMultiRegionTrail": True}],
        "logGroups": [{"logGroupName": "g", "arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:*"}],
        "metricFilters": [
            {"filterName": "f", "logGroupName": "g", "filterPattern": "{ $.eventName = x }",
             "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]}
        ],
        "MetricAlarms": [alarm],
    }  # fmt: skip


def _snapshot() -> Json:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "aws.json")
        path.write_text(json.dumps(_answers()), encoding="utf-8")
        return json.loads(snapshot.write(read_path(str(path)), "2026-01-01T00:00:00Z"))


def _code() -> Json:
    def group(name: str) -> Json:
        ingress = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "description": "d"}
        return {"name": name, "description": "d", "ingress": [ingress], "tags": {"Name": name}}

    return {"resource": {GROUP: {"odd": group("odd"), "good": group("good")}}}


def _baseline() -> Json:
    with workplace():
        run(("baseline", "update", "beside", "--baseline", "b.json"))
        return json.loads(Path("b.json").read_text(encoding="utf-8"))


class Kind(Struct, frozen=True):
    """A kind of document."""

    document: Json
    file: str
    commands: tuple[tuple[str, ...], ...]
    """What is run on it; the first is held to what it says of the parts."""


_JSON = ("--format", "json")
KINDS: dict[str, Callable[[], Kind]] = {
    "plan": lambda: Kind(
        _plan(), "plan.json", (("scan", "{}", *_JSON), ("drift", "{}", "--live", "aws.json"), ("inventory", "{}"))
    ),
    "state": lambda: Kind(
        _state(), "s.tfstate", (("scan", "{}", *_JSON), ("drift", "{}", "--live", "aws.json"), ("inventory", "{}"))
    ),
    "shown state": lambda: Kind(
        _shown_state(), "shown.json", (("scan", "{}", *_JSON), ("drift", "{}", "--live", "aws.json"))
    ),
    "answers": lambda: Kind(
        _answers(), "file.json", (("audit", "--live", "{}", *_JSON), ("drift", "s.tfstate", "--live", "{}"))
    ),
    "snapshot": lambda: Kind(
        _snapshot(), "file.json", (("audit", "--live", "{}", *_JSON), ("drift", "s.tfstate", "--live", "{}"))
    ),
    "baseline": lambda: Kind(_baseline(), "b.json", (("scan", "beside", "--baseline", "{}", *_JSON),)),
    "code": lambda: Kind(_code(), "code/main.tf.json", (("scan", "code", *_JSON), ("inventory", "code"))),
}
ODD: tuple[Json, ...] = (
    1, -1, 1.5, 10**20, 1e300, True, "", "x", "\ud800", "0.0.0.0/33", "22_2", " 22", [], [[]], ["x"], [1], [None], {}, {"a": {}},
    {"a": ["x"]}, {"unknown": 1}, {"sensitive": True}, {"references": 1}, "${var.none}", "aws_security_group.good.id",
    *([[[]] * 3],),
)  # fmt: skip


def _deep(levels: int) -> Json:
    value: Json = "x"
    for _ in range(levels):
        value = {"a": [value]}
    return value


def paths(value: Json, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value inside."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from paths(item, (*path, key))


class Change(Struct, frozen=True):
    """A change of a document at one place."""

    path: Path_
    value: Json
    removed: bool = False

    def apply(self, document: Json) -> Json:
        """Return the changed document."""
        changed = copy.deepcopy(document)
        inner = changed
        for step in self.path[:-1]:
            inner = inner[step]
        if self.removed:
            del inner[self.path[-1]]
        else:
            inner[self.path[-1]] = copy.deepcopy(self.value)
        return changed


@st.composite
def changes(draw: st.DrawFn, document: Json) -> Change:
    """One value becomes odd, or goes."""
    path = draw(st.sampled_from(list(paths(document))))
    if draw(st.integers(0, 9)) == 0:
        return Change(path, None, removed=True)
    value = draw(st.sampled_from(ODD) | st.none() | st.sampled_from([_deep(40), _deep(200)]) | st.text(max_size=3))
    return Change(path, value)


def _at(document: Json, path: Path_) -> Json:
    for step in path:
        document = document[step]
    return document


def run(arguments: tuple[str, ...]) -> tuple[int, str, str]:
    """Return exit code, output and errors of a command in this process; 99 and the traceback when it raised."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        except Exception:  # noqa: BLE001 - what it is looked for
            return 99, out.getvalue(), traceback.format_exc()
    return int(code), out.getvalue(), err.getvalue()


def violation(kind: Kind, change: Change, command: tuple[str, ...]) -> str:
    """Return what of the law a change broke; empty when nothing. Writes into the working directory."""
    data = json.dumps(change.apply(kind.document))
    target = Path(kind.file)
    target.parent.mkdir(exist_ok=True)
    target.write_text(data, encoding="utf-8", errors="surrogatepass")
    code, out, err = run(tuple(part.replace("{}", kind.file) for part in command))
    if code == 99:
        frames = [line.strip() for line in err.splitlines() if line.strip().startswith("File")]
        return f"traceback: {err.strip().splitlines()[-1][:100]} at {frames[-1] if frames else '?'}"
    if "internal error" in err:
        return f"internal error: {err[:150]}"
    if code not in (0, 1, 2, 3):
        return f"exit code {code}"
    if code in (2, 3) or command != kind.commands[0] or not _is_odd(kind, change):
        return ""
    report = json.loads(out)
    opened = [json.dumps(each) for each in report["findings"] if each["policy"] == "open-admin-port"]
    if report["summary"]["complete"] and not any("odd" in each for each in opened):
        return f"exit code {code}, everything read, and {_shape(change.path)} is open to nobody"
    if len(change.path) > len(_list_of(change)) and not any("good" in each for each in opened):
        return f"exit code {code}, and what stands beside {_shape(change.path)} is open to nobody"
    return ""


def _is_odd(kind: Kind, change: Change) -> bool:
    """Return True if the value has a shape that it can never have there, in a group or rule that is open."""
    if change.removed or change.value is None or change.path[0] in _PASSED_OVER or "before" in change.path:
        return False
    old = _at(kind.document, change.path)
    nested = isinstance(old, dict | list)
    if nested == isinstance(change.value, dict | list) and not (nested and type(old) is not type(change.value)):
        return False
    owner = change.path[: len(_list_of(change)) + 1]
    return bool(_list_of(change)) and '"odd' in json.dumps(_at(kind.document, owner))


def _list_of(change: Change) -> Path_:
    """Return the path of the list that the change is in, or that it replaces; empty for none."""
    at = next((index for index, step in enumerate(change.path) if step in _OWNERS), -1)
    return change.path[: at + 1]


_PASSED_OVER = frozenset({"prior_state", "configuration", "planned_values", "variables"})
_OWNERS = frozenset({"resource_changes", "SecurityGroups", "resources", "rules", "security_groups", GROUP})
"""Lists of what is judged."""


def _shape(path: Path_) -> str:
    return ".".join("#" if isinstance(step, int) else step for step in path)


@contextlib.contextmanager
def workplace() -> Iterator[None]:
    """Work in a directory that has what the commands need beside the changed document."""
    before, tracing = Path.cwd(), os.environ.get("SGWARDEN_TRACEBACK")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["SGWARDEN_TRACEBACK"] = "1"
        try:
            Path("aws.json").write_text(json.dumps(_answers()), encoding="utf-8")
            Path("beside").mkdir()
            Path("beside/main.tf.json").write_text(json.dumps(_code()), encoding="utf-8")
            Path("s.tfstate").write_text(json.dumps(_state()), encoding="utf-8")
            yield
        finally:
            os.chdir(before)
            if tracing is None:
                del os.environ["SGWARDEN_TRACEBACK"]
            else:
                os.environ["SGWARDEN_TRACEBACK"] = tracing


def search(
    examples: int,
    found: Callable[[str, str, Change], None],
    kinds: tuple[str, ...] = tuple(KINDS),
    *,
    derandomize: bool = False,
) -> None:
    """Try ``examples`` changes of each kind of document; hand each violation to ``found``."""
    for name in kinds:
        with workplace():
            _attempts(name, examples, found, derandomize)()


def _attempts(
    name: str, examples: int, found: Callable[[str, str, Change], None], derandomize: bool
) -> Callable[[], None]:
    kind = KINDS[name]()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changes(kind.document), st.sampled_from(kind.commands))
    def attempt(change: Change, command: tuple[str, ...]) -> None:
        broken = violation(kind, change, command)
        if broken:
            found(f"{name} {command[0]}", broken, change)

    return attempt


def _long(examples: int, kinds: tuple[str, ...]) -> int:
    violations: dict[tuple[str, str], tuple[int, Change]] = {}

    def note(where: str, broken: str, change: Change) -> None:
        count, first = violations.get((where, broken), (0, change))
        violations[where, broken] = count + 1, first

    search(examples // len(kinds), note, kinds)
    for (where, broken), (count, change) in sorted(violations.items(), key=lambda each: -each[1][0]):
        print(f"{count} x {where}: {broken}\n    {change!r:.300}")
    print(f"{examples} changes, {len(violations)} kinds of violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(_long(int(sys.argv[1]) if sys.argv[1:] else 20_000, tuple(sys.argv[2:]) or tuple(KINDS)))
