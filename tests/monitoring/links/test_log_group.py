"""Log groups: their class and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.failure_modes import Case, assert_breaks

CASES = [
    Case(
        "log_group_infrequent_access",
        True,
        "log group",
        "aws_cloudwatch_log_group.trail",
        "log_group_class is INFREQUENT_ACCESS, which has no metric filters",
    ),
    Case(
        "log_group_key_without_grant",
        True,
        "log group",
        "aws_cloudwatch_log_group.trail",
        "the policy of aws_kms_key.chain does not let logs.eu-central-1.amazonaws.com encrypt: no record is stored",
    ),
    Case("log_group_outside", False, "log group", None, "data.aws_cloudwatch_log_group.existing.arn is read from AWS"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
