"""The ignore file of drift: its entries, and every mistake with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sgwarden.errors import UsageError
from sgwarden.model.locations import Location
from sgwarden.suppressions.ignore_file import parse

CONDITIONS = "group, address, name, tag, description, direction, account, region, fingerprint, kind"
KINDS = (
    "rule_added, rule_removed, rule_changed, rule_recreated, group_missing, group_unmanaged, attribute_changed, "
    "prefix_list_changed"
)


def test_entries() -> None:
    text = (
        '[[ignore]]\ngroup = "sg-1"\nkind = "rule_added"\nreason = " r "\nuntil = 2027-03-31\n'
        '\n[[ignore]]\nname = "k8s-*"\nkind = ["rule_added", "rule_removed"]\nreason = "q"\n'
    )
    first, second = parse(text, "live/.sgwardenignore")
    assert first.criteria == {"policy": ("drift",), "id": ("sg-1",), "kind": ("rule_added",)}
    assert (first.directory, first.as_shell) == (Path("live"), True)
    found = first.suppression
    assert (found.origin, found.policies, found.text, found.reason, found.until) == (
        "ignore file", ("drift",), "entry 1 (r)", "r", date(2027, 3, 31)
    )  # fmt: skip
    assert second.criteria == {"policy": ("drift",), "name": ("k8s-*",), "kind": ("rule_added", "rule_removed")}
    assert (second.suppression.until, second.suppression.location) == (None, Location("live/.sgwardenignore", 7, 7))


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2027-03-31T10:00:00Z", date(2027, 3, 31)),
        ('"2027-03-31"', date(2027, 3, 31)),
        ("2027-03-31", date(2027, 3, 31)),
    ],
)
def test_last_days(until: str, expected: date) -> None:
    (entry,) = parse(f'[[ignore]]\nname = "x"\nreason = "r"\nuntil = {until}\n', "f")
    assert entry.suppression.until == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[other]\n", "f: only [[ignore]] tables are known here; write [[ignore]] before each entry"),
        ("ignore = [1]\n", "f, entry 1: an entry is a table"),
        ('[[ignore]]\nname = "x"\n', 'f, entry 1: it lacks a reason; write reason = "..."'),
        ('[[ignore]]\nreason = "x"\n', "f, entry 1: it has no condition, and would ignore everything"),
        ('[[ignore]]\nreason = "x"\nkind = "rule"\n', f"f, entry 1: kind is none of {KINDS}"),
        ('[[ignore]]\nreason = "x"\nkind = [["rule"]]\n', f"f, entry 1: kind is none of {KINDS}"),
        ('[[ignore]]\nreason = "x"\nkind = 3\n', f"f, entry 1: kind is none of {KINDS}"),
        ('[[ignore]]\nreason = "x"\nnam = "x"\n', f"f, entry 1: nam is no condition; use one of {CONDITIONS}"),
        (
            '[[ignore]]\nname = "x"\nreason = "x"\n[[ignore]]\nname = "x"\nreason = "x"\nuntil = "soon"\n',
            "f, entry 2: until = 'soon' is no date; write until = 2027-03-31",
        ),
        ('[[ignore]]\nreason = "x"\nname = 7\n', "f, entry 1: conditions are texts"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "f")
    assert str(caught.value) == message


def test_what_is_no_toml() -> None:
    with pytest.raises(UsageError, match=r"^f: this is no TOML: .*; write \[\[ignore\]\] tables$"):
        parse("[[ignore]\n", "f")
