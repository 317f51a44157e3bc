"""What every format keeps to, and what each renders of one report, whole."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import pytest

from sgwarden.drift.differences import Comparison
from sgwarden.drift.remedies.choose import with_remedies
from sgwarden.findings import Report
from sgwarden.reports import drift as drift_package
from sgwarden.reports import findings as findings_package
from sgwarden.reports.formats import DRIFT_FORMATS, FINDINGS_FORMATS, render_drift
from sgwarden.reports.parts.context import Context, DriftContext
from tests.drift import models
from tests.reports.hostile import HARMLESS, HOSTILE, rendered, rendered_drift
from tests.reports.record import RECORDED, recorded
from tests.reports.samples import DRIFT_CONTEXT


@pytest.mark.parametrize(
    ("package", "formats", "subject", "context"),
    [(findings_package, FINDINGS_FORMATS, Report, Context), (drift_package, DRIFT_FORMATS, Comparison, DriftContext)],
)
def test_every_module_of_a_format_is_registered_and_renders(
    package: object, formats: tuple[str, ...], subject: type, context: type
) -> None:
    assert inspect.ismodule(package)
    modules = {info.name for info in pkgutil.iter_modules(package.__path__)}
    assert modules == {name.replace("-", "_") for name in formats}
    for name in modules:
        signature = inspect.signature(import_module(f"{package.__name__}.{name}").render, eval_str=True)
        assert [each.annotation for each in signature.parameters.values()] == [subject, context]
        assert signature.return_annotation is str


@pytest.mark.parametrize("path", sorted(recorded()), ids=lambda path: path.relative_to(RECORDED).as_posix())
def test_reports_are_as_recorded(path: Path) -> None:
    """To be looked at and recorded again when a change is meant: ``python -m tests.reports.record``."""
    assert recorded()[path] == path.read_text(encoding="utf-8")


def test_nothing_else_is_recorded() -> None:
    assert set(RECORDED.rglob("*.*")) == set(recorded())


@pytest.mark.parametrize("name", FINDINGS_FORMATS)
def test_findings_are_utf_8_and_end_with_a_line_break(name: str) -> None:
    for text in (HARMLESS, HOSTILE["terminal"], "é 日本 🙂"):
        out = rendered(name, text)
        assert out.encode().decode() == out
        assert out.endswith("\n")
        assert name in ("github", "junit") or "é" not in text or "日本" in out


@pytest.mark.parametrize("name", DRIFT_FORMATS)
def test_sensitive_values_are_in_no_format(name: str) -> None:
    rule = models.vpc_rule("a", cidr_ipv4="198.51.100.77/32", description="secret words")
    rule["instances"][0]["sensitive_attributes"] = [
        [{"type": "get_attr", "value": "cidr_ipv4"}], [{"type": "get_attr", "value": "description"}],
    ]  # fmt: skip
    changed = models.allow("tcp", (443, 443), IpRanges=[{"CidrIp": "198.51.100.77/32", "Description": "other words"}])
    for actual in (models.live(models.live_group()), models.live(models.live_group(ingress=[changed]))):
        result = with_remedies(models.drift(models.state(models.group(), rule), actual))
        assert len(result.differences) == 1
        text = render_drift(name, result, DRIFT_CONTEXT)
        assert "198.51.100.77" not in text
        assert "secret words" not in text
        assert "other words" not in text


@pytest.mark.parametrize("name", DRIFT_FORMATS)
def test_drift_is_utf_8_and_ends_with_a_line_break(name: str) -> None:
    for text in (HARMLESS, HOSTILE["terminal"], "é 日本 🙂"):
        report = rendered_drift(name, text)
        assert report.encode().decode() == report
        assert report.endswith("\n")
    assert render_drift(name, Comparison(groups_declared=3, groups_live=3), DRIFT_CONTEXT).endswith("\n")
