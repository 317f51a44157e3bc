"""The structs of the configuration, and the names that they share with other rooms."""

from __future__ import annotations

from datetime import date
from typing import get_args

from sgwarden.cloudtrail.catalogue import BENCHMARKS
from sgwarden.config.configuration import CRITERIA, DIFFERENCE_KINDS, Benchmark, Configuration, Exemption, each
from sgwarden.config.field_types import Network
from sgwarden.drift.differences import KINDS
from sgwarden.reports.formats import FINDINGS_FORMATS as FORMATS
from sgwarden.settings import Format, Settings


def test_names_that_others_know() -> None:
    assert DIFFERENCE_KINDS == KINDS
    assert tuple(name for name in BENCHMARKS if name >= "cis-aws-1.4.0") == get_args(Benchmark)
    assert tuple(FORMATS) == get_args(Format)


def test_settings() -> None:
    assert Configuration().settings() == Settings()
    settings = Configuration(trusted_cidrs=(Network("192.0.2.0/24"),), internet_ipv6_prefix=20).settings()
    assert settings == Settings(trusted_cidrs=("192.0.2.0/24",), internet_ipv6_prefix=20)
    assert [type(cidr) for cidr in settings.trusted_cidrs] == [str]


def test_criteria_of_an_exemption() -> None:
    entry = Exemption(policy="drift", id=("sg-1", "sg-2"), until=date(2027, 1, 31), reason="r")
    assert entry.criteria() == {"policy": ("drift",), "id": ("sg-1", "sg-2")}
    assert tuple(name for name in Exemption.__struct_fields__ if name not in ("until", "reason")) == CRITERIA


def test_each() -> None:
    assert (each("a"), each(("a", "b"))) == (("a",), ("a", "b"))
