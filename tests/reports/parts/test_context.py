"""Where the repository can show a finding."""

from __future__ import annotations

from msgspec.structs import replace

from sgwarden.model.locations import Location
from sgwarden.reports.parts.context import Context
from tests.reports.samples import report

INNER = Location(".terraform/modules/x/main.tf", 9, 9, module_path=("module.x", "module.x.module.y"))
CALL = Location("main.tf", 4, 4)


def test_code_of_the_repository_is_shown_where_it_is() -> None:
    finding = report().findings[1]
    assert finding.location is not None and finding.location.module_path == ("module.x",)
    assert Context(call_site=lambda *_: CALL).place_of(finding) == finding.location


def test_code_of_an_installed_module_is_shown_at_the_call_in_the_root_module() -> None:
    finding = replace(report().findings[1], location=INNER)
    calls = {(".", "module.x"): CALL}
    assert Context(call_site=lambda root, module: calls[root, module]).place_of(finding) == CALL
    assert Context().place_of(finding) == INNER
    beside = Context(uri_of=lambda file: f"../{file}", call_site=lambda *_: CALL)
    assert beside.place_of(report().findings[1]) == CALL


def test_a_finding_without_a_place_is_shown_at_the_top_of_its_source() -> None:
    assert Context().place_of(replace(report().findings[0], location=None, root="a.tfstate")) == Location(
        "a.tfstate", 1, 1
    )
