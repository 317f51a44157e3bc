"""The commands of the AWS CLI."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK
from sgwarden.generate import aws_cli
from sgwarden.generate.design import design_chain, select_events


def test_the_commands_are_a_shell_script(tmp_path: Path) -> None:
    text = aws_cli.render(design_chain(select_events([], DEFAULT_BENCHMARK)))
    script = tmp_path / "chain.sh"
    script.write_text(text)
    checked = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert text.count("aws logs put-metric-filter") == text.count("aws cloudwatch put-metric-alarm") == 16


def test_the_policies_stand_in_place_of_their_names(tmp_path: Path) -> None:
    text = aws_cli.render(design_chain(select_events(["4.10"], DEFAULT_BENCHMARK)))
    script = tmp_path / "print.sh"
    script.write_text(
        'aws() { if [ "$2" = put-bucket-policy ]; then eval "last=\\${$#}"; echo "$last" > policy.json; fi; }\n' + text
    )
    subprocess.run(
        ["sh", "-c", ". ./print.sh"],
        cwd=tmp_path,
        env={"MAIL": "a@example.com", "AWS_REGION": "eu-west-1", "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    policy = json.loads((tmp_path / "policy.json").read_text())
    assert [statement["Action"] for statement in policy["Statement"]] == ["s3:GetBucketAcl", "s3:PutObject"]
