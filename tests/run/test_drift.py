"""One comparison under a configuration and suppressions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sgwarden.config.effective import effective
from sgwarden.errors import UsageError
from sgwarden.run.drift import Directories, find_drift, read_exemptions, suppress
from sgwarden.run.load_declared import DeclaredSources
from sgwarden.run.options import DriftOptions
from tests.drift.models import DB, allow, block, group, live, live_group, state

DAY = date(2027, 1, 1)
DECLARED = DeclaredSources((state(group(ingress=[block()])),))
OPEN = allow("tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0"}])


def options(**values: object) -> DriftOptions:
    return DriftOptions(effective(None, {}, values), DAY)


def test_an_opening_is_rated_by_the_policies() -> None:
    (closed, opened) = find_drift(DECLARED, live(live_group(ingress=[OPEN])), options()).differences
    assert sorted((str(each.severity), each.kind) for each in (closed, opened)) == [
        ("high", "rule_added"), ("medium", "rule_removed"),
    ]  # fmt: skip


def test_tags_are_left_out_by_key_and_by_prefix() -> None:
    tagged = live(
        live_group(
            ingress=[allow("tcp", (443, 443), IpRanges=[{"CidrIp": "10.0.0.0/8"}])], tags={"kept": "1", "aws:a": "2"}
        )
    )
    assert [each.kind for each in find_drift(DECLARED, tagged, options()).differences] != []
    chosen = DriftOptions(effective(None, {}, {}), DAY, ignored_tags=("kept,aws:*",))
    assert find_drift(DECLARED, tagged, chosen).differences == ()


def test_an_account_that_is_not_listed_is_left_out() -> None:
    found = find_drift(DECLARED, live(live_group(ingress=[OPEN])), options(accounts=["444455556666"]))
    assert found.differences == ()
    assert [(note.kind, note.text) for note in found.notes] == [
        ("account_left_out", "account 111122223333 is left out: the configuration does not list it in accounts")
    ]


def test_entries_of_an_ignore_file_suppress(work: Path) -> None:
    (work / ".sgwardenignore").write_text('[[ignore]]\nkind = "group_unmanaged"\nreason = "by hand"\n')
    exemptions = read_exemptions(None)
    chosen = DriftOptions(effective(None, {}, {}), DAY, exemptions=exemptions)
    found = find_drift(DECLARED, live(live_group("db", DB)), chosen)
    marked = suppress(found, DECLARED.sources, chosen, ["."])
    reasons = {each.kind: each.suppressed.reason if each.suppressed else None for each in marked.differences}
    assert reasons == {"group_missing": None, "group_unmanaged": "by hand"}
    assert read_exemptions(str(work / ".sgwardenignore")) != ()
    with pytest.raises(UsageError, match="it cannot be read"):
        read_exemptions("nowhere")


def test_directories_are_those_of_the_root_module_that_declares(work: Path) -> None:
    (work / "a").mkdir()
    one = state(group(ingress=[block()]), directory=str(work / "a"))
    found = find_drift(DeclaredSources((one,)), live(live_group(ingress=[OPEN])), options())
    directories = Directories([one])
    assert {directories.directory(each) for each in found.differences} == {"a"}
    assert {directories.of_code(each) for each in found.differences} == {None}
