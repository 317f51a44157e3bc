"""Entries of the configuration: what they hold, and which subjects meet their criteria."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.config.effective import effective
from sgwarden.config.files import read
from sgwarden.model.locations import Location
from sgwarden.suppressions.exemptions import SuppressionEntry, entries_of
from sgwarden.suppressions.subject import Subject
from sgwarden.suppressions.suppression import Suppression

SUBJECT = Subject(
    policy="open-admin-port",
    address='module.a["x"].aws_security_group.web',
    kinds=("hcl",),
    id="sg-1",
    account="123456789012",
    region="eu-west-1",
    tags={"env": "prod"},
    location=Location("live/main.tf", 3, 5),
    directory="live",
    root="live",
)


def entry(as_shell: bool = False, **criteria: tuple[str, ...]) -> SuppressionEntry:
    return SuppressionEntry(criteria, Suppression("configuration", (), Location("f", 1, 1), ""), Path(), as_shell)


def test_entries_of_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sgwarden.toml").write_text(
        '[[exemptions]]\nregion = "eu-west-1"\naddress = ["a", "b"]\nreason = " r\\n"\n'
        '[[exemptions]]\npolicy = "drift"\nuntil = "2027-01-31"\n'
    )
    first, second = entries_of(effective(read(Path("sgwarden.toml")), {}, {}))
    assert list(first.criteria.items()) == [("region", ("eu-west-1",)), ("address", ("a", "b"))]
    assert (first.suppression.text, first.suppression.reason) == ("region eu-west-1, address a or b", "r")
    assert (first.suppression.policies, first.suppression.until) == ((), None)
    assert second.criteria == {"policy": ("drift",)}
    assert (second.suppression.text, second.suppression.reason) == ("", None)
    assert (second.suppression.policies, second.suppression.until) == (("drift",), date(2027, 1, 31))
    assert second.suppression.location == Location("sgwarden.toml", 5, 5)


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, True),
        ({"policy": ("*",)}, True),
        ({"policy": ("drift", "open-admin-port")}, True),
        ({"policy": ("drift",)}, False),
        ({"address": ("module.a",)}, True),
        ({"address": ("module.b",)}, False),
        ({"id": ("sg-*",)}, True),
        ({"id": ("sg-2",)}, False),
        ({"account": ("123456789012",), "region": ("eu-west-1",)}, True),
        ({"account": ("123456789012",), "region": ("eu-west-2",)}, False),
        ({"tag": ("env",)}, True),
        ({"tag": ("env=pro*",)}, True),
        ({"tag": ("prod",)}, False),
        ({"workspace": ("def*",)}, True),
        ({"workspace": ("other",)}, False),
        ({"kind": ("plan", "hcl")}, True),
        ({"kind": ("rule_added", "hcl")}, False),
        ({"path": ("live/**",)}, True),
        ({"path": ("live",)}, True),
        ({"path": ("dev",)}, False),
    ],
)
def test_criteria(criteria: dict[str, tuple[str, ...]], expected: bool) -> None:
    assert entry(**criteria).covers(SUBJECT, lambda subject: "default") is expected


def test_what_is_not_known_meets_no_criterion() -> None:
    unknown = Subject(policy="open-admin-port")
    for name in ("address", "id", "account", "region", "tag", "workspace", "kind", "path"):
        value = "hcl" if name == "kind" else "*"
        assert not entry(**{name: (value,)}).covers(unknown, lambda subject: None), name


def test_brackets_hold_characters_in_an_ignore_file_alone() -> None:
    subject = replace(SUBJECT, name="web-1")
    assert entry(as_shell=True, name=("web-[12]",)).covers(subject, lambda subject: None)
    assert not entry(name=("web-[12]",)).covers(subject, lambda subject: None)
