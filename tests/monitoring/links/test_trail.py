"""Trails: what they must record, for each control."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.cloudtrail.catalogue import DEFAULT_BENCHMARK, controls
from sgwarden.generate import terraform
from sgwarden.generate.design import design_chain, select_events
from sgwarden.monitoring.chain import evaluate_chain
from sgwarden.sources.hcl import Reader
from tests.monitoring.failure_modes import Case, assert_breaks


def failing(directory: Path, override: str) -> list[int]:
    """Numbers of the controls that a whole generated chain with the override no longer meets."""
    (directory / "main.tf").write_text(terraform.render(design_chain(select_events([], DEFAULT_BENCHMARK))))
    (directory / "x_override.tf").write_text(override)
    found = Reader(directory, base=directory).read(directory).infrastructure.monitoring
    return [each.number for each in controls() if evaluate_chain(each, found, DEFAULT_BENCHMARK).answer is not True]


def selector(body: str) -> str:
    return f'resource "aws_cloudtrail" "main" {{\n  event_selector {{\n{body}\n  }}\n}}\n'


EVERY = [each.number for each in controls()]


@pytest.mark.parametrize(
    ("override", "numbers"),
    [
        ("", []),
        (selector('read_write_type = "All"'), []),
        (selector('read_write_type = "WriteOnly"'), [1, 3]),
        (selector('read_write_type = "ReadOnly"'), EVERY),
        (selector('exclude_management_event_sources = ["kms.amazonaws.com"]'), [7]),
        ('resource "aws_cloudtrail" "main" {\n  include_global_service_events = false\n}\n', [1, 2, 3, 4, 6, 15]),
    ],
    ids=["as generated", "all", "writes", "reads", "without kms", "without global services"],
)
def test_what_controls_need_of_the_trail(tmp_path: Path, override: str, numbers: list[int]) -> None:
    assert failing(tmp_path, override) == numbers


CASES = [
    Case(
        "advanced_data_alone",
        True,
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    Case(
        "advanced_reads_only",
        True,
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    Case(
        "advanced_without_ec2",
        True,
        "trail",
        "aws_cloudtrail.main",
        "no advanced_event_selector selects AuthorizeSecurityGroupIngress",
    ),
    Case(
        "trail_no_management_events",
        True,
        "trail",
        "aws_cloudtrail.main",
        "include_management_events is false: the trail records data events alone",
    ),
    Case(
        "trail_read_only",
        True,
        "trail",
        "aws_cloudtrail.main",
        'read_write_type is "ReadOnly": AuthorizeSecurityGroupIngress is not recorded',
    ),
    Case(
        "trail_single_region",
        True,
        "trail",
        "aws_cloudtrail.main",
        "is_multi_region_trail is not true: calls in other regions are not recorded",
    ),
    Case("trail_stopped", True, "trail", "aws_cloudtrail.main", "enable_logging is false: the trail is stopped"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.folder for case in CASES])
def test_the_variant_breaks_one_link(tmp_path: Path, case: Case) -> None:
    assert_breaks(tmp_path, case)
