"""docs/nightly.md as a new user follows it: every command and script of the page, against a moto server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.drift.models import block, group
from tests.truth.real_terraform import moto_command, moto_server

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(not moto_command(), reason="there is no moto server (pip install 'moto[server]')")
REGION = "eu-west-1"
CODE = """resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "Bastion"

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""
TERRAFORM = """#!/bin/sh
# state pull, as Terraform answers it
directory="${1#-chdir=}"
[ "$2 $3" = "state pull" ] || exit 9
[ -f "$directory/.remote" ] || { echo "Error: Backend initialization required" >&2; exit 1; }
cat "$directory/.remote"
"""


def shown(language: str) -> list[str]:
    """The code blocks of the page in one language."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return ["".join(line[len(indent) :] or "\n" for line in text.splitlines(keepends=True)) for indent, text in found]


def normal(text: str) -> list[str]:
    """The lines of a report, ids made the same."""
    return [re.sub(r"\b(sgr?)-[0-9a-f]{8,}", r"\1-0", line).rstrip() for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_server() as url:
        yield url


@dataclass
class Place:
    """A machine with a clone of a repository, and the account that it is about."""

    top: Path
    environment: dict[str, str]
    ec2: Any
    group: str

    @property
    def clone(self) -> Path:
        return self.top / "infrastructure"

    def run(self, *command: str, where: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=where or self.clone, env=self.environment, capture_output=True, text=True, check=False
        )

    def open_ssh(self) -> None:
        """Somebody does it by hand."""
        ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        self.ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[ssh])

    def state(self) -> str:
        values = {"description": "Bastion", "vpc_id": self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]}
        found = group("bastion", self.group, account="123456789012", ingress=[block()], **values)
        document = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": [found]}
        return json.dumps(document)


@pytest.fixture
def place(endpoint: str, tmp_path: Path) -> Iterator[Place]:
    """The account has one group of its own, which goes with the test: to reset the whole of moto takes seconds."""
    home = tmp_path / "home"
    tools = home / "sgwarden" / "bin"
    tools.mkdir(parents=True)
    for name, text in (
        ("terraform", TERRAFORM), ("pip", "#!/bin/sh\n"),
        ("sgwarden", f'#!/bin/sh\nexec "{sys.executable}" -m sgwarden "$@"\n'),
    ):  # fmt: skip
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    environment = {
        "HOME": str(home), "PATH": f"{tools}:/usr/bin:/bin", "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true",
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
    }  # fmt: skip
    ec2 = client("ec2", endpoint)
    identity = ec2.create_security_group(GroupName="bastion", Description="Bastion")["GroupId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=identity, IpPermissions=[https])
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=[everything])  # as Terraform does
    found = Place(tmp_path / "drift", environment, ec2, identity)
    origin = tmp_path / "origin"
    for root in ("network", "shop"):
        (origin / "live" / root).mkdir(parents=True)
    (origin / "live" / "network" / "main.tf").write_text(CODE)
    (origin / "live" / "shop" / "main.tf").write_text('variable "unused" {\n  default = 1\n}\n')
    (origin / "sgwarden.toml").write_text(f'regions = ["{REGION}"]\n')
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(origin))
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "code")):
        assert found.run(*git, *command, where=tmp_path).returncode == 0
    found.top.mkdir()
    assert found.run("git", "clone", "-q", str(origin), str(found.clone), where=tmp_path).returncode == 0
    (found.clone / "live" / "network" / ".remote").write_text(found.state())
    empty = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "y", "resources": []}
    (found.clone / "live" / "shop" / ".remote").write_text(json.dumps(empty))
    yield found
    ec2.delete_security_group(GroupId=identity)


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def states(place: Place) -> Iterator[None]:
    """The states in S3."""
    s3 = client("s3", place.environment["AWS_ENDPOINT_URL"])
    s3.create_bucket(Bucket="states", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="states", Key="prod/network.tfstate", Body=place.state().encode())
    yield
    s3.delete_object(Bucket="states", Key="prod/network.tfstate")
    s3.delete_bucket(Bucket="states")


def script(place: Place) -> list[str]:
    (text,) = shown("sh")
    assert text.count("/opt/drift") == 2
    file = place.top / "nightly.sh"
    file.write_text(text.replace("/opt/drift", str(place.top)))
    file.chmod(0o755)
    return [str(file)]


def test_the_policy_that_the_page_makes_is_one(place: Place) -> None:
    run = place.run("sh", "-c", "sgwarden permissions drift > drift-policy.json")
    assert run.returncode == 0
    text = (place.clone / "drift-policy.json").read_text()
    iam = client("iam", place.environment["AWS_ENDPOINT_URL"])
    iam.create_policy(PolicyName="sgwarden-drift", PolicyDocument=text)  # IAM checks the document
    actions = [name for statement in json.loads(text)["Statement"] for name in statement["Action"]]
    assert {name.partition(":")[2][:3] for name in actions} == {"Des", "Get"}


@pytest.mark.usefixtures("states")
def test_the_first_run_and_its_report(place: Place) -> None:
    """The three ways of the page say the same, and that is what the page shows."""
    place.open_ssh()
    lines = [line for block in shown("console") for line in block.splitlines() if " drift live" in line]
    commands = [line.partition("#")[0].strip() for line in lines[:3]]
    (expected,) = shown("text")
    (place.clone / "live" / "network" / "terraform.tfstate").write_text(place.state())
    for command in commands:
        run = place.run("sh", "-c", command.replace("live/shop", "live/network"))
        told = [line for line in normal(run.stdout) if "Not counted" not in line and "[default]" not in line]
        assert (run.returncode, told) == (1, [*normal(expected)[:-1], "", normal(expected)[-1]]), command
        (place.clone / "live" / "network" / "terraform.tfstate").unlink(missing_ok=True)


def test_nights_with_cron(place: Place) -> None:
    nightly = script(place)
    quiet = place.run(*nightly)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    place.open_ssh()
    first = place.run(*nightly)
    assert (first.returncode, first.stderr) == (1, "")
    assert first.stdout.startswith("sgwarden drift ended with exit code 1\nNew since the last run (1)\n")
    fingerprint = re.findall("fingerprint ([0-9a-f]+)", first.stdout)[0]
    (command,) = [
        line for block in shown("console") for line in block.splitlines() if line.startswith("sgwarden drift ack")
    ]
    command = command.replace("5f0c1a2b3c4d", fingerprint).replace("--memory memory", "--memory ../memory")
    command = re.sub(r"--until \S+", "--until 2999-01-01", command)
    assert place.run("sh", "-c", command).returncode == 0
    again = place.run(*nightly)
    assert (again.returncode, again.stdout) == (0, "")
    assert "[acknowledged: CHG-1042, closes on Friday, until 2999-01-01]" in (place.top / "morning.txt").read_text()


def test_nights_on_which_something_fails(place: Place) -> None:
    """Nothing of an earlier report is told again, and nothing looks as if it were gone."""
    nightly = script(place)
    place.open_ssh()
    assert place.run(*nightly).returncode == 1
    remote = place.clone / "live" / "network" / ".remote"
    remote.rename(remote.with_name(".away"))
    unread = place.run(*nightly)
    assert unread.returncode == 1
    assert unread.stdout.splitlines()[1:3] == [
        "Not read: nothing is claimed of it", "  ../states/network.tfstate: the file is empty",
    ]  # fmt: skip
    assert "Gone since" not in unread.stdout
    assert unread.stderr == "Error: Backend initialization required\n"
    remote.with_name(".away").rename(remote)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        place.environment.pop(name)
    denied = place.run(*nightly)
    assert (denied.returncode, denied.stdout) == (2, "sgwarden drift ended with exit code 2\n")
    assert denied.stderr.startswith("sgwarden: the default credentials: there are no AWS credentials; ")
    assert denied.stderr.count("\n") == 1


@pytest.mark.usefixtures("states")
def test_the_job_for_github(place: Place) -> None:
    place.open_ssh()
    job = yaml.safe_load(shown("yaml")[0])["jobs"]["drift"]
    uses = [(str(step.get("uses")), step.get("if")) for step in job["steps"]]
    assert ("actions/cache/save@v4", "always()") in uses
    assert "actions/cache@v4" not in dict(uses)
    install, drift, summary = [step["run"] for step in job["steps"] if "run" in step]
    assert install.startswith("pip install ")
    place.environment["GITHUB_STEP_SUMMARY"] = str(place.top / "summary.md")
    assert place.run("bash", "-e", "-c", summary).returncode == 0
    assert not (place.top / "summary.md").exists()
    run = place.run("bash", "-e", "-c", drift)
    assert (run.returncode, run.stderr) == (1, "")
    assert place.run("bash", "-e", "-c", summary).returncode == 0
    assert (place.top / "summary.md").read_text().startswith("# Security group drift\n\n1 difference (worst high); ")
    assert len(json.loads((place.clone / "drift.sarif").read_text())["runs"][0]["results"]) == 1
    assert sorted(os.listdir(place.clone / "memory")) == ["history.db", "live.json.gz"]


@pytest.mark.usefixtures("states")
def test_the_job_for_gitlab(place: Place) -> None:
    place.open_ssh()
    job = yaml.safe_load(shown("yaml")[1])["drift"]
    assert (job["cache"]["when"], job["artifacts"]["when"]) == ("always", "always")
    place.environment |= {**job["variables"], "AWS_TOKEN": "t", "AWS_WEB_IDENTITY_TOKEN_FILE": str(place.top / "token")}
    run = place.run("sh", "-e", "-c", "\n".join(job["script"]))
    assert (run.returncode, run.stderr) == (1, "")
    made = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values(), *job["cache"]["paths"]]
    assert [name for name in made if not (place.clone / name).exists()] == []


@pytest.mark.usefixtures("states")
def test_without_credentials(place: Place) -> None:
    """The commands of the section on snapshots, but for the plan."""
    place.open_ssh()
    (block,) = [block for block in shown("console") if "sgwarden snapshot" in block]
    snapshot, drift, _ = block.splitlines()
    assert place.run("sh", "-c", snapshot).returncode == 0
    (place.clone / "states").mkdir()
    (place.clone / "states" / "network.tfstate").write_text(place.state())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        place.environment.pop(name)
    assert place.run("sh", "-c", drift).returncode == 1


def test_two_nights_at_the_same_time(place: Place) -> None:
    place.open_ssh()
    (place.clone / "live" / "network" / "terraform.tfstate").write_text(place.state())
    command = ("sgwarden", "drift", "live", "--memory", "memory", "-q", "-f", "json")
    runs = [
        subprocess.Popen(
            command, cwd=place.clone, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    told = [run.communicate() for run in runs]
    assert [(run.returncode, err) for run, (_, err) in zip(runs, told, strict=True)] == [(1, b""), (1, b"")]
    assert sorted(json.loads(out)["summary"]["new"] for out, _ in told) == [0, 1]
