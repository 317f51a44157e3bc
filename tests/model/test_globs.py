"""Patterns of addresses and paths."""

from __future__ import annotations

import pytest

from sgwarden.model.globs import covers, matches, path_matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "", True),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxbyy", False),
        ("?", "", False),
        ("a?c", "abc", True),
        ("a[0]", "a[0]", True),
        ("a[0]", "a0", False),
        ("*a" * 30 + "b", "a" * 2000, False),
    ],
)
def test_matches(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "address", "expected"),
    [
        ("aws_security_group.web", "aws_security_group.web", True),
        ("aws_security_group.web", 'aws_security_group.web["a"]', True),
        ("aws_security_group.web", "aws_security_group.webs", False),
        ("module.a", "module.a.aws_security_group.web", True),
        ("module.a", "module.a[0].aws_security_group.web", True),
        ("module.a", "module.ab.aws_security_group.web", False),
        ("module.*.aws_security_group.web", "module.a.module.b.aws_security_group.web[3]", True),
        ('module.a["x"]', 'module.a["x"].aws_security_group.web', True),
        ('module.a["x"]', 'module.a["y"].aws_security_group.web', False),
    ],
)
def test_covers(pattern: str, address: str, expected: bool) -> None:
    assert covers(pattern, address) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("main.tf", "main.tf", True),
        ("main.tf", "live/main.tf", False),
        ("**/main.tf", "main.tf", True),
        ("**/main.tf", "live/dev/main.tf", True),
        ("live", "live/dev/main.tf", True),
        ("live/", "live/dev", True),
        ("live/*", "live/dev/main.tf", True),
        ("live/*/main.tf", "live/dev/main.tf", True),
        ("live/*/main.tf", "live/dev/eu/main.tf", False),
        ("live/**/main.tf", "live/dev/eu/main.tf", True),
        ("live/**", "live", True),
        ("live/d?v", "live/dev/x.tf", True),
        ("./live", "live/x.tf", True),
        ("live", "../live/x.tf", False),
        ("**", "anything/at/all", True),
        (".", "anything", True),
        ("**/a" * 30, "a/" * 200 + "b", True),
        ("**/a" * 30 + "/c", "a/" * 200 + "b", False),
    ],
)
def test_path_matches(pattern: str, path: str, expected: bool) -> None:
    assert path_matches(pattern, path) is expected
