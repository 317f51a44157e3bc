"""Records plan.json, terraform.tfstate and refreshed.tfstate of the roots in fixtures/sources with the real Terraform.

    python tests/sources/record.py [CASE ...]

Needs terraform, the AWS provider in TF_PLUGIN_DIR (a mirror directory), and moto's
server, an AWS of its own on this machine (``pip install 'moto[server]'``; MOTO_SERVER names the program). Nothing
leaves the machine. The provider's ids and the time change with every recording, nothing else does.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

CASES = Path(__file__).parents[2] / "fixtures" / "sources"
RECORDED = ("plan.json", "terraform.tfstate", "refreshed.tfstate")
SECONDS = 600.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(endpoint: str) -> None:
    """Until the server answers; raises TimeoutError after half a minute."""
    for _ in range(150):
        try:
            reset(endpoint)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(f"{endpoint} does not answer")


def reset(endpoint: str) -> None:
    """Empty the account."""
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"), timeout=10).close()


def terraform(directory: Path, endpoint: str, *arguments: str) -> str:
    """Run terraform; its output. Raises CalledProcessError with the output shown."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))},
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_MAX_ATTEMPTS": "2",
        "CHECKPOINT_DISABLE": "1",
    }
    command = ["terraform", *arguments]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-6000:], file=sys.stderr)
        done.check_returncode()
    return done.stdout


def record(case: Path, endpoint: str) -> None:
    """Plan and apply one root in an empty account."""
    reset(endpoint)
    plugins = os.environ["TF_PLUGIN_DIR"]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / case.name
        shutil.copytree(case, root, ignore=shutil.ignore_patterns(*RECORDED))
        terraform(root, endpoint, "init", f"-plugin-dir={plugins}", "-no-color")
        terraform(root, endpoint, "plan", "-no-color", "-out=plan")
        (case / "plan.json").write_text(terraform(root, endpoint, "show", "-json", "plan"), encoding="utf-8")
        terraform(root, endpoint, "apply", "-no-color", "-parallelism=4", "plan")
        shutil.copy(root / "terraform.tfstate", case / "terraform.tfstate")
        # Copies of separate rules come into the state of their group with the first refresh.
        terraform(root, endpoint, "apply", "-no-color", "-parallelism=4", "-refresh-only", "-auto-approve")
        shutil.copy(root / "terraform.tfstate", case / "refreshed.tfstate")


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
