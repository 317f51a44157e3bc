"""What a change alters of how it is assessed."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from sgwarden.findings import Finding, Report, Severity, Verdict
from sgwarden.gate.policy_changes import MAX_LINES, Rules, changed, hidden, nearest, newly_known, shortened, there
from sgwarden.model.locations import Location

OPEN = Finding(
    policy="open-admin-port",
    verdict=Verdict.FAIL,
    severity=Severity.HIGH,
    address="aws_security_group.web",
    fault="is open",
    location=Location("main.tf", 3, 3),
    fingerprint="0123",
    root=".",
    status="new",
)
SHOWN = "main.tf:3: is open [open-admin-port]"


def report(*findings: Finding) -> Report:
    return Report(findings=findings, passed={}, skipped=())


def test_a_configuration_that_differs() -> None:
    before = Rules(
        {
            "admin_ports": ([22], "default"),
            "paths": (["live", "old"], "sgwarden.toml:1"),
            "severity": ({"a": "low", "b": "low"}, "sgwarden.toml:2"),
            "format": ("text", "default"),
        },
        ("a.toml:01", "gone.toml:02"),
    )
    now = Rules(
        {
            "admin_ports": ([22, 23], "sgwarden.toml:9"),
            "paths": (["live", "new"], "sgwarden.toml:1"),
            "severity": ({"a": "high"}, "sgwarden.toml:2"),
            "format": ("json", "sgwarden.toml:3"),
        },
        ("a.toml:99", "come.toml:03"),
    )
    assert changed(before, now) == [
        "sgwarden.toml:9: admin_ports: [22] -> [22, 23]",
        'sgwarden.toml:1: paths: removed "old"',
        'sgwarden.toml:1: paths: added "new"',
        'sgwarden.toml:2: severity.a: "low" -> "high"',
        'sgwarden.toml:2: severity.b: "low" -> nothing',
        "policies of your own: a.toml changed",
        "policies of your own: come.toml added",
        "policies of your own: gone.toml removed",
    ]
    assert changed(before, before) == []


def test_a_key_that_is_gone_is_shown_where_it_was() -> None:
    before, now = Rules({"fail_on": ("low", "sgwarden.toml:4")}), Rules({"fail_on": ("high", "default")})
    assert changed(before, now) == ['sgwarden.toml:4: fail_on: "low" -> "high"']


def test_a_configuration_of_the_base_that_is_not_understood() -> None:
    assert changed(Rules({}, failure="broken"), Rules({})) == [
        "the configuration of the base is not understood: broken"
    ]


def test_what_the_changed_rules_hide() -> None:
    assert hidden(report(OPEN), report(OPEN)) == []
    assert hidden(report(), report(OPEN)) == [f"{SHOWN}: not found by the changed configuration"]
    suppressed = replace(OPEN, status="suppressed", suppressed_by="main.tf:2")
    assert hidden(report(suppressed), report(OPEN)) == [f"{SHOWN}: suppressed by main.tf:2"]
    lower = replace(OPEN, severity=Severity.LOW)
    assert hidden(report(lower), report(OPEN)) == [f"{SHOWN}: low, which was high"]
    assert hidden(report(), report(replace(OPEN, status="existing"))) == []


def test_what_the_changed_baseline_knows() -> None:
    known = replace(OPEN, status="existing")
    assert newly_known(report(OPEN), report(known), "baseline.json") == [f"{SHOWN}: an entry of baseline.json"]
    assert newly_known(report(known), report(known), "baseline.json") == []
    assert newly_known(report(OPEN), report(OPEN), "baseline.json") == []


def test_lines_are_shown_once_and_not_without_end() -> None:
    assert shortened(["a", "b", "a"]) == ("a", "b")
    many = [str(number) for number in range(MAX_LINES + 2)]
    assert shortened(many) == (*many[:MAX_LINES], "2 more")


def test_places_in_a_mirror_of_the_base(tmp_path: Path) -> None:
    here, mirror = tmp_path / "work", tmp_path / "mirror"
    inside = mirror / here.relative_to(here.anchor)
    (inside / "live").mkdir(parents=True)
    assert there("live", here, mirror) == str(inside / "live")
    assert there("new", here, mirror) == str(here / "new")
    assert nearest("live/new/main.tf", here, mirror) == str(inside / "live")
