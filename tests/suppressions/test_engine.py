"""Which suppression applies, and the status of each afterwards."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sgwarden.config.effective import effective
from sgwarden.config.files import read
from sgwarden.model.locations import Location
from sgwarden.suppressions.engine import Decision, RunContext, Suppressions
from sgwarden.suppressions.subject import Subject

KNOWN = ("open-admin-port", "open-high-risk-port")
SUBJECT = Subject(
    policy="open-admin-port", id="sg-1", location=Location("main.tf", 2, 2), directory=".", about_rule=True
)


def engine(directory: Path, comment: str = "", configuration: str = "", **context: Any) -> Suppressions:
    (directory / "main.tf").write_text(f'{comment}\nresource "a" "b" {{\n}}\n')
    (directory / "sgwarden.toml").write_text(configuration)
    config = effective(read(directory / "sgwarden.toml", "sgwarden.toml"), {}, {})
    facts = {"today": date(2026, 11, 21), "base": directory, "top": directory, "asked": ["open-admin-port"], **context}
    return Suppressions(config, ["main.tf"], KNOWN, RunContext(**facts))


def statuses(suppressions: Suppressions) -> list[tuple[str, int, str]]:
    return [(note.status, note.findings, note.message) for note in suppressions.notes()]


def test_the_one_that_lasts_longest_applies(tmp_path: Path) -> None:
    comment = '# sgwarden:ignore=open-admin-port until=2027-01-31 reason="comment"'
    found = engine(tmp_path, comment, '[[exemptions]]\nid = "sg-1"\nuntil = 2026-12-31\nreason = "entry"\n')
    assert found.decide(SUBJECT) == Decision("comment", "main.tf:1", "2027-01-31")
    assert [(note.origin, note.status, note.findings) for note in found.notes()] == [
        ("comment", "active", 1), ("configuration", "active", 1),
    ]  # fmt: skip
    endless = engine(tmp_path, comment, '[[exemptions]]\nid = "sg-1"\n')
    assert endless.decide(SUBJECT) == Decision("no reason given", "sgwarden.toml:1", None)


@pytest.mark.parametrize(
    ("until", "applies", "status"),
    [
        ("2026-11-20", False, ("expired", 1, "the suppression of open-admin-port ended on 2026-11-20: 1 finding counts again")),
        ("2026-11-21", True, ("expiring", 1, "the suppression of open-admin-port ends today, on 2026-11-21: 1 finding will count again")),
        ("2026-12-05", True, ("expiring", 1, "the suppression of open-admin-port ends in 14 days, on 2026-12-05: 1 finding will count again")),
        ("2026-12-06", True, ("active", 1, "")),
    ],
)  # fmt: skip
def test_the_last_day(tmp_path: Path, until: str, applies: bool, status: tuple[str, int, str]) -> None:
    found = engine(tmp_path, f"# sgwarden:ignore=open-admin-port until={until}")
    assert (found.decide(SUBJECT) is not None) is applies
    assert statuses(found) == [status]


@pytest.mark.parametrize(
    ("comment", "configuration", "message"),
    [
        (
            "# sgwarden:ignore", "",
            'this suppression is not understood and does not apply: it names no policy; write sgwarden:ignore=POLICY '
            'until=2027-01-31 reason="..."',
        ),
        (
            "# sgwarden:ignore=*", "comments = false",
            "the suppression of everything does not apply: the configuration lets no comments suppress findings",
        ),
        (
            "# sgwarden:ignore=*", "require_reason = true",
            'the suppression of everything does not apply: require_reason asks for a reason; write reason="..."',
        ),
        (
            "# checkov:skip=CKV_AWS_277", 'require_reason = true\nhonor = ["checkov"]', "",
        ),
    ],
)  # fmt: skip
def test_what_does_not_apply(tmp_path: Path, comment: str, configuration: str, message: str) -> None:
    found = engine(tmp_path, comment, configuration)
    assert found.decide(SUBJECT) is None
    assert statuses(found) == ([("invalid", 0, message)] if message else [])


def test_unused_ones_are_reported_where_this_run_would_have_met_them(tmp_path: Path) -> None:
    comment, entry = "# sgwarden:ignore=open-admin-port", '[[exemptions]]\nid = "sg-1"\nkind = "plan"\n'
    unused = ("unused", 0, "the suppression of open-admin-port matches nothing")
    everything = ("unused", 0, "the suppression of everything matches nothing")
    assert statuses(engine(tmp_path, comment, entry)) == [unused, everything]
    assert statuses(engine(tmp_path, comment, entry, kinds=["hcl"])) == [unused]
    assert statuses(engine(tmp_path, comment, entry, partial=True)) == [unused]
    assert statuses(engine(tmp_path, comment, entry, asked=["open-high-risk-port"])) == [everything]
    assert statuses(engine(tmp_path, comment, entry, changes_only=True)) == []


def test_a_check_about_ports_covers_findings_about_no_others(tmp_path: Path) -> None:
    text = "# checkov:skip=CKV_AWS_24,CKV_AWS_25"
    for ports, comment, applies in (
        (frozenset({22}), text, True),
        (frozenset({22, 3389}), text, True),
        (frozenset({22, 3389}), "# checkov:skip=CKV_AWS_24", False),
        (frozenset({22, 80}), text, False),
        (None, text, False),
    ):
        found = engine(tmp_path, f'resource "c" "d" {{\n  {comment}\n}}', 'honor = ["checkov"]')
        subject = Subject(policy="open-admin-port", location=Location("main.tf", 2, 2), ports=ports)
        assert (found.decide(subject) is not None) is applies, (ports, comment)


def test_comments_by_place(tmp_path: Path) -> None:
    found = engine(tmp_path, "# sgwarden:ignore=open-admin-port")
    assert found.comments() == {
        "main.tf:1": ("# sgwarden:ignore=open-admin-port", 'resource a b resource "a" "b" {')
    }  # fmt: skip
