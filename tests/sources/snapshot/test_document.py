"""Snapshots: what is written is read again, bytes follow from content alone, and damage is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Infrastructure, Source
from sgwarden.model.locations import Location
from sgwarden.model.monitoring import Alarm, MetricFilter, MetricTransformation, Monitoring
from sgwarden.model.security_groups import Peer, Rule
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.documents import detect
from sgwarden.sources.snapshot import document
from sgwarden.sources.snapshot.codec import HIDDEN, encode
from tests.sources.model_values import facts
from tests.sources.snapshot.snapshot_schema import SCHEMA, schema
from tests.sources.test_live_law import NAMES
from tests.sources.test_live_law import live as recorded

RECORDED = Path(__file__).parent / "recorded"
"""Documents as version 1 was first written; never record them again: users keep theirs."""
TAKEN = "2025-03-01T02:00:00Z"
SOURCE = Source("snapshot", "s.json")


def again(places: tuple[Infrastructure, ...], compress: bool) -> tuple[Infrastructure, ...]:
    text = document.write(places, TAKEN)
    data = document.compressed(text) if compress else text.encode()
    return tuple(replace(place, source=SOURCE) for place in document.read(data, "s.json"))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(facts(Infrastructure), max_size=2).map(tuple), st.booleans())
def test_whatever_is_written_is_read_again(places: tuple[Infrastructure, ...], compress: bool) -> None:
    assert again(places, compress) == tuple(replace(place, source=SOURCE) for place in places)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts(Infrastructure))
def test_whatever_is_written_fits_the_schema(place: Infrastructure) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(document.write((place,), TAKEN)))


def test_the_schema_is_the_one_that_is_shipped() -> None:
    """Otherwise run ``python -m tests.sources.snapshot.snapshot_schema``."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", NAMES)
def test_recorded_accounts(name: str) -> None:
    place = recorded(name)
    text = document.write((place,), TAKEN)
    assert again((place,), False) == (replace(place, source=SOURCE),)
    assert text == document.write((place,), TAKEN)
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))
    assert detect.detect(text.encode(), "s.json") is detect.Kind.SNAPSHOT


def test_a_recorded_snapshot_is_read_without_loss() -> None:
    """Every field of every fact, each kind of value that it may hold.

    But for the steps that a value came by: the first version had them as texts, and no account of AWS has any.
    """
    data = (RECORDED / "version_1.json").read_bytes()
    loaded = document.load(data, "s.json")
    assert replace(loaded.places[0], source=SOURCE) == replace(recorded("inline_rules"), source=SOURCE)
    assert document.write(loaded.places, loaded.taken).encode() == data.replace(b',"trail":["trail"]', b"")


def test_what_a_recorded_snapshot_hides_is_unknown() -> None:
    (place,) = document.read((RECORDED / "version_1_sensitive.json").read_bytes(), "s.json")
    rule = Rule(
        "sg-1", "sgr-1", "ingress", "tcp", 22, 22, Peer("cidr_ipv4", HIDDEN), HIDDEN,
        tags={"a": "b"}, sensitive=frozenset({"peer", "description"}),
    )  # fmt: skip
    alarm = Alarm(address="a", metric_queries=HIDDEN, sensitive=frozenset({"metric_query"}))
    assert place == Infrastructure(Source("snapshot", "s.json#"), rules=(rule,), monitoring=Monitoring(alarms=(alarm,)))


def test_one_fact_a_line() -> None:
    place = recorded("vpc_rules")
    lines = document.write((place,), TAKEN).splitlines()
    assert sum('"direction":' in line and '"security_group":' in line for line in lines) == len(place.rules)
    assert document.compressed("x") == document.compressed("x")


def test_where_a_place_comes_from() -> None:
    text = document.write((recorded("vpc_rules"),), TAKEN)
    loaded = document.load(text.encode(), "night.json")
    assert loaded.taken == TAKEN
    assert [place.source for place in loaded.places] == [Source("snapshot", "night.json#123456789012/eu-west-1")]


def test_sensitive_values_are_never_written() -> None:
    secret = "203.0.113.77"
    rule = Rule(
        "sg-1", "sgr-1", "ingress", "tcp", 22, 22, Peer("cidr_ipv4", f"{secret}/32"), secret,
        tags={"a": "b"}, sensitive=frozenset({"peer", "description"}), location=Location("main.tf", 1, 2),
    )  # fmt: skip
    alarm = Alarm(address="a", metric_queries=Unknown(secret), sensitive=frozenset({"metric_query"}))
    transformation = MetricTransformation("m", "n", "1", None, {"secret": secret}, None)
    filter_ = MetricFilter(
        address="f", metric_transformation=transformation, sensitive=frozenset({"metric_transformation"})
    )
    place = Infrastructure(SOURCE, rules=(rule,), monitoring=Monitoring(alarms=(alarm,), metric_filters=(filter_,)))
    text = document.write((place,), TAKEN)
    assert secret not in text
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))
    (read,) = again((place,), False)
    assert read.rules == (replace(rule, peer=Peer("cidr_ipv4", HIDDEN), description=HIDDEN),)
    assert encode(Sensitive(secret)) == {"sensitive": True}


def rule(**more: object) -> dict[str, object]:
    peer = {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}
    base = {"security_group": "sg-1", "address": "sgr-1", "direction": "ingress", "peer": peer}
    return {**base, "protocol": "tcp", "from_port": 22, "to_port": 22, **more}


@pytest.mark.parametrize(
    ("kind", "odd", "what", "reason"),
    [
        ("rules", {"address": "a"}, "a", "places[0].rules[0]: Rule lacks direction, from_port"),
        ("rules", 7, "places[0].rules", "places[0].rules[0]: 7 should be an object"),
        ("rules", rule(peer={"kind": "cidr_ipv4", "value": "all"}), "sgr-1", 'places[0].rules[0]: "all" is no IPv4'),
        (
            "rules",
            rule(peer={"kind": "cidr_ipv6", "value": None}),
            "sgr-1",
            "places[0].rules[0]: the peer has no value",
        ),
        ("rules", rule(from_port=None), "sgr-1", "places[0].rules[0]: a port is missing"),
        ("rules", rule(security_group={"unknown": "x", "address": [1]}), "sgr-1", "places[0].rules[0]: Rule: {"),
        (
            "prefix_lists",
            {"address": 7},
            "places[0].prefix_lists",
            "places[0].prefix_lists[0]: PrefixList: 7 should be",
        ),
        ("monitoring", {"trails": [1]}, "places[0].monitoring.trails", "places[0].monitoring.trails[0]: 1 should be"),
        ("resources_seen", "x", "places[0].resources_seen", "'x' should be of type int"),
    ],
)
def test_a_malformed_fact_is_named_and_the_rest_is_read(kind: str, odd: object, what: str, reason: str) -> None:
    content = {
        "rules": [rule()],
        kind: [odd, rule()] if kind == "rules" else odd if kind not in ("prefix_lists",) else [odd],
    }
    data = json.dumps({"schema_version": "1", "kind": "snapshot", "taken": "t", "places": [content]})
    (place,) = document.read(data.encode(), "s.json")
    (lost,) = place.skipped
    assert (lost.what, lost.complete) == (what, False)
    assert lost.reason.startswith(reason)
    assert [each.from_port for each in place.rules] == [22]
    assert kind in place.unread


def test_a_protocol_that_nobody_understands_is_unknown() -> None:
    content = {"rules": [rule(protocol="any")]}
    data = json.dumps({"schema_version": "1", "kind": "snapshot", "taken": "t", "places": [content, 3]})
    first, second = document.read(data.encode(), "s.json")
    assert first.rules[0].protocol == Unknown('"any" is no protocol that EC2 knows', not_null=True)
    assert first.skipped == ()
    assert [each.reason for each in second.skipped] == ["places[1] should be an object and is a number"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "this is no snapshot"),
        (b'{"schema_version": "2", "kind": "snapshot", "taken": "t", "places": []}', "snapshot of version '2'"),
        (b'{"schema_version": "1", "kind": "snapshot", "places": []}', "lacks its places or its time"),
        (b'{"schema_version": "1", "kind": "snapshot", "taken"', "the JSON ends too early"),
        (gzip.compress(b"{}" * 1000, mtime=0)[:-20], "the compressed file ends too early"),
        (b"\x1f\x8b\x08nonsense", "the compressed file is damaged"),
    ],
)
def test_damage(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as raised:
        document.read(data, "s.json")
    assert message in str(raised.value)
    assert str(raised.value).startswith("s.json")


def test_no_more_than_two_gigabytes_are_unfolded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(document, "_LARGEST", 10)
    with pytest.raises(InputError, match="unfolds to more than 2 GiB"):
        document.read(gzip.compress(b"x" * 100), "s.json.gz")
