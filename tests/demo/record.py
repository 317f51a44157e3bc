"""Records the world that ``sgwarden demo`` shows: fixtures/demo applied, then changed behind Terraform's back.

    python -m tests.demo.record

Needs terraform, the AWS provider in TF_PLUGIN_DIR and moto's server; nothing leaves the machine. Writes
scanner/sgwarden/demo/world.json: the code, the state after apply, and a snapshot before and after the changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sgwarden.aws.accounts import AccountSelection
from sgwarden.sources.live import read_accounts
from sgwarden.sources.snapshot import document
from tests.sources.record import free_port, terraform, wait_for

HERE = Path(__file__).resolve().parents[2]
CODE = HERE / "fixtures" / "demo"
WORLD = HERE / "scanner" / "sgwarden" / "demo" / "world.json"
REGION = "eu-central-1"
PROVIDER = """
provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""


def code() -> dict[str, str]:
    """The files of fixtures/demo by relative path."""
    return {
        path.relative_to(CODE).as_posix(): path.read_text() for path in sorted(CODE.rglob("*.tf*")) if path.is_file()
    }


def main() -> None:
    """Apply, take a snapshot, change, take another."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [os.environ.get("MOTO_SERVER", "moto_server"), "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(endpoint)
            with tempfile.TemporaryDirectory() as scratch, environment(endpoint):
                root = Path(scratch) / "shop"
                shutil.copytree(CODE, root)
                (root / "provider_override.tf").write_text(PROVIDER)
                (root / "partners.auto.tfvars").write_text('partner_cidrs = ["198.51.100.0/24"]\n')
                plugins = os.environ["TF_PLUGIN_DIR"]
                terraform(root, endpoint, "init", f"-plugin-dir={plugins}", "-no-color")
                terraform(root, endpoint, "apply", "-no-color", "-auto-approve")
                state = json.loads((root / "terraform.tfstate").read_text())
                before = read("2026-11-20T03:00:00Z")
                change(state)
                after = read("2026-11-21T03:00:00Z")
        finally:
            server.terminate()
    world = {"code": code(), "state": state, "before": before, "after": after}
    WORLD.write_text(json.dumps(world, indent=1, sort_keys=True) + "\n")


@contextmanager
def environment(endpoint: str) -> Iterator[None]:
    """boto3 talks to the server."""
    kept = dict(os.environ)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_ENDPOINT_URL=endpoint)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def read(taken: str) -> Any:
    """A snapshot document of the account."""
    return json.loads(document.write(read_accounts.read(AccountSelection(regions=(REGION,))), taken))


def change(state: Any) -> None:
    """What happens to groups at night: a port opened by hand, a rule lost, a group made in the console."""
    import boto3

    groups = {
        f"{entry.get('module', '')}{entry['name']}": entry["instances"][0]["attributes"]["id"]
        for entry in state["resources"]
        if entry["type"] == "aws_security_group"
    }
    ec2 = boto3.client("ec2", region_name=REGION)
    rdp = {
        "IpProtocol": "tcp",
        "FromPort": 3389,
        "ToPort": 3389,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "just for today"}],
    }
    ec2.authorize_security_group_ingress(GroupId=groups["database"], IpPermissions=[rdp])
    office = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}
    ec2.revoke_security_group_ingress(GroupId=groups["bastion"], IpPermissions=[office])
    vpc = next(e["instances"][0]["attributes"]["id"] for e in state["resources"] if e["type"] == "aws_vpc")
    made = ec2.create_security_group(GroupName="launch-wizard-7", Description="launch-wizard-7 created", VpcId=vpc)
    everyone = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[everyone])


if __name__ == "__main__":
    main()
