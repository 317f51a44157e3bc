"""Records live.tfstate and live.json of the roots in fixtures/sources: the state, and what AWS answers, of one apply.

    python -m tests.sources.record_live [CASE ...]

Needs what ``record.py`` needs. live.json holds the answers of EC2 under the keys of the AWS CLI, all pages together.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sgwarden.aws import read as reading
from sgwarden.aws.accounts import AccountSelection
from tests.sources.record import CASES, RECORDED, free_port, reset, terraform, wait_for

REGION = "eu-west-1"
LIVE = ("live.tfstate", "live.json")


def record(case: Path, endpoint: str) -> None:
    """Apply one root in an empty account, and read the account."""
    reset(endpoint)
    plugins = os.environ["TF_PLUGIN_DIR"]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / case.name
        shutil.copytree(case, root, ignore=shutil.ignore_patterns(*RECORDED, *LIVE))
        terraform(root, endpoint, "init", f"-plugin-dir={plugins}", "-no-color")
        terraform(root, endpoint, "apply", "-no-color", "-parallelism=4", "-auto-approve")
        shutil.copy(root / "terraform.tfstate", case / "live.tfstate")
    answers = read(endpoint)
    (case / "live.json").write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read(endpoint: str) -> dict[str, Any]:
    """What the account answers, times as text."""
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": endpoint}
    before = dict(os.environ)
    os.environ.update(credentials)
    try:
        result = reading.read(AccountSelection(regions=(REGION,)), with_monitoring=False)
    finally:
        os.environ.clear()
        os.environ.update(before)
    (place,) = result.places
    assert not place.failures, place.failures
    answers: dict[str, Any] = json.loads(json.dumps(place.lists, default=str))
    return answers


def main() -> None:
    """Record the cases named, or all."""
    names = sys.argv[1:] or sorted(path.parent.name for path in CASES.glob("*/main.tf"))
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [os.environ.get("MOTO_SERVER", "moto_server"), "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(endpoint)
            for name in names:
                print(name, flush=True)
                record(CASES / name, endpoint)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
