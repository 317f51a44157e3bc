"""The layers of the configuration, and what follows it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.config.configuration import Configuration, Exemption, PathPolicies, Policies
from sgwarden.config.effective import Value, check_policies, effective
from sgwarden.config.files import read
from sgwarden.errors import UsageError
from sgwarden.settings import Settings


def test_without_anything_the_defaults_of_the_policies_hold() -> None:
    config = effective(None, {}, {})
    assert config.settings() == Settings()
    assert {value.origin for value in config.values.values()} == {"default"}


def test_the_command_line_wins_over_the_environment_over_the_file_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "sgwarden.toml").write_text(
        'fail_on = "low"\nformat = "json"\npublic_ports = [443]\ntrusted_cidrs = ["192.0.2.0/24"]\n'
    )
    document = read(tmp_path / "sgwarden.toml", "sgwarden.toml")
    environment = {
        "SGWARDEN_FAIL_ON": "high", "SGWARDEN_PUBLIC_PORTS": "80, 8443", "SGWARDEN_ALLOW_INCOMPLETE": "true",
        "SGWARDEN_INTERNET_IPV4_PREFIX": "16", "SGWARDEN_OTHER": "x",
    }  # fmt: skip
    config = effective(document, environment, {"fail_on": "never"})
    changed = {name: value for name, value in config.values.items() if value.origin != "default"}
    assert changed == {
        "fail_on": Value("never", "command line"),
        "format": Value("json", "sgwarden.toml:2"),
        "public_ports": Value([80, 8443], "SGWARDEN_PUBLIC_PORTS"),
        "trusted_cidrs": Value(["192.0.2.0/24"], "sgwarden.toml:4"),
        "allow_incomplete": Value(True, "SGWARDEN_ALLOW_INCOMPLETE"),
        "internet_ipv4_prefix": Value(16, "SGWARDEN_INTERNET_IPV4_PREFIX"),
    }
    assert config.settings() == Settings(
        public_ports=(80, 8443), trusted_cidrs=("192.0.2.0/24",), internet_ipv4_prefix=16
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("FAIL_ON", "bad", 'SGWARDEN_FAIL_ON must be one of low, medium, high, critical, never, not "bad"'),
        ("REQUIRE_REASON", "maybe", 'SGWARDEN_REQUIRE_REASON must be true or false, not "maybe"'),
        ("ADMIN_PORTS", "22,ssh", 'SGWARDEN_ADMIN_PORTS[1] must be a whole number from 0 to 65535, not "ssh"'),
    ],
)
def test_wrong_variables(name: str, text: str, expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        effective(None, {f"SGWARDEN_{name}": text}, {})
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[policies]\ndisable = [\n  "open-admin-port",\n  "open-admin",\n]',
            'sgwarden.toml:4: there is no policy "open-admin"; did you mean "open-admin-port"?',
        ),
        (
            '[policies.severity]\nzzz = "low"',
            'sgwarden.toml:2: there is no policy "zzz"; `sgwarden policies` lists them',
        ),
        (
            '[[paths]]\npath = "x"\n[[paths]]\npath = "y"\nenable = ["open-port"]',
            'sgwarden.toml:5: there is no policy "open-port"; did you mean "open-admin-port"?',
        ),
        (
            '[[exemptions]]\npolicy = ["*", "drift", "no-such"]',
            'sgwarden.toml:2: there is no policy "no-such"; `sgwarden policies` lists them',
        ),
    ],
)
def test_unknown_policies(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "sgwarden.toml").write_text(text)
    config = effective(read(tmp_path / "sgwarden.toml", "sgwarden.toml"), {}, {})
    with pytest.raises(UsageError) as caught:
        check_policies(config, ["open-admin-port", "everything-open"])
    assert str(caught.value) == expected


def test_typed_values_of_every_layer(tmp_path: Path) -> None:
    (tmp_path / "sgwarden.toml").write_text(
        'accounts = ["123456789012"]\nformat = "json"\n[policies]\nseverity = { open-admin-port = "low" }\n'
        '[[paths]]\npath = "live"\n[[exemptions]]\nid = ["sg-1"]\nuntil = 2027-01-31\n'
    )
    document = read(tmp_path / "sgwarden.toml")
    config = effective(document, {"SGWARDEN_ADMIN_PORTS": "22"}, {"format": "csv", "regions": ["Ireland"]})
    assert config.configuration == Configuration(
        accounts=("123456789012",),
        format="csv",
        admin_ports=(22,),
        regions=("Ireland",),
        policies=Policies(severity={"open-admin-port": "low"}),
        paths=(PathPolicies(path="live"),),
        exemptions=(Exemption(id=("sg-1",), until=date(2027, 1, 31)),),
    )
    assert replace(config, values=effective(None, {}, {}).values).configuration == Configuration()


def test_numbers_of_variables_that_are_none() -> None:
    with pytest.raises(UsageError, match='must be a whole number from 0 to 32, not "--5"'):
        effective(None, {"SGWARDEN_INTERNET_IPV4_PREFIX": "--5"}, {})
