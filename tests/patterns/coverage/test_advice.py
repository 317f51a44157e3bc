"""Warnings about patterns that are valid and hardly meant so."""

from __future__ import annotations

import pytest

from sgwarden.patterns.conditions.paths import EveryElement, EveryMember, Index, Key, Path
from sgwarden.patterns.coverage.advice import format_selector
from sgwarden.patterns.filter_patterns.match import filter_pattern


@pytest.mark.parametrize(
    ("pattern", "warnings"),
    [
        ("{ $.eventName = CreateSecurityGroup && $.errorCode NOT EXISTS }", ()),
        ("{ $.eventSource != s3.amazonaws.com && $.userIdentity.type != Root }", ()),
        (
            "{ $.errorCode != x }",
            (
                "$.errorCode != ... is false where errorCode is absent; add || ($.errorCode NOT EXISTS) to match those too",
            ),
        ),
        (
            "{ $.eventName = Authorize*Ingress }",
            ("* inside Authorize*Ingress is a plain character; only at the start and the end is it a wildcard",),
        ),
        ("{ $.readOnly = false }", ("readOnly is a boolean, which = and != do not match; write $.readOnly IS FALSE",)),
        (
            "{ $.errorCode is null }",
            ("the keywords after $.errorCode are not in capitals; AWS documents capitals alone",),
        ),
        ("{ $.eventname = x }", ("$.eventname: records have no eventname; the member is written eventName",)),
        (
            "{ $.detail.eventName = x }",
            ("$.detail.eventName: detail is EventBridge's; in CloudTrail's own records the members stand at the top",),
        ),
        (
            '{ $.eventName = "%Security%" }',
            ('"%Security%" is a plain text: a regular expression stands between % signs without quotes',),
        ),
        (
            "{ $.eventName = authorizesecuritygroupingress }",
            ("no event is called authorizesecuritygroupingress; perhaps AuthorizeSecurityGroupIngress is meant",),
        ),
        (
            "{ $.eventName = AuthoriseSecurityGroupIngress }",
            ("no event is called AuthoriseSecurityGroupIngress; perhaps AuthorizeSecurityGroupIngress is meant",),
        ),
        (
            "{ $.resources[*] != x }",
            ("$.resources[*] != is taken as true when any one value differs; AWS does not say",),
        ),
        (
            "?a b",
            (
                "terms with ? are ignored beside other terms: only the others count",
                "terms are searched in the whole text of a record: records that merely quote a name match too",
            ),
        ),
        (
            "[a]",
            (
                "CloudTrail records are JSON: how one falls into blank-separated fields depends on values that nobody "
                "knows beforehand, so nothing counts as covered",
            ),
        ),
    ],
)
def test_traps_are_said(pattern: str, warnings: tuple[str, ...]) -> None:
    assert filter_pattern(pattern).warnings == warnings


def test_selectors_are_written_as_patterns_write_them() -> None:
    path = Path((Key("a"), Index(0), Key("b.c"), EveryElement(), EveryMember()))
    assert format_selector(path) == "$.a[0].['b.c'][*].*"
