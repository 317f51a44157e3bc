"""Finding and reading the configuration: every mistake is one line with its place and the way out."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from sgwarden.config.documentation import schema
from sgwarden.config.files import find, passed_over, read
from sgwarden.errors import UsageError

WRONG = [
    ("fail-on = 1", 'sgwarden.toml:1: unknown key "fail-on"; did you mean "fail_on"?'),
    (
        "\nfail_on = 'severe'",
        'sgwarden.toml:2: fail_on must be one of low, medium, high, critical, never, not "severe"',
    ),
    ("fail_on_undecided = 'yes'", 'sgwarden.toml:1: fail_on_undecided must be true or false, not "yes"'),
    ("allow_incomplete = 1", "sgwarden.toml:1: allow_incomplete must be true or false, not 1"),
    (
        "admin_ports = [\n  22,\n  70000,\n]",
        "sgwarden.toml:3: admin_ports[1] must be a whole number from 0 to 65535, not 70000",
    ),
    ("public_ports = 443", "sgwarden.toml:1: public_ports must be an array, not 443"),
    (
        "public_ports = [true]",
        "sgwarden.toml:1: public_ports[0] must be a whole number from 0 to 65535, not true",
    ),
    (
        'trusted_cidrs = ["10.1.2.3/8"]',
        'sgwarden.toml:1: trusted_cidrs[0] must be a network such as "198.51.100.0/24", not "10.1.2.3/8"; '
        'did you mean "10.0.0.0/8"?',
    ),
    (
        'trusted_cidrs = ["10.1.2.3"]',
        'sgwarden.toml:1: trusted_cidrs[0] must be a network such as "198.51.100.0/24", not "10.1.2.3"',
    ),
    ("internet_ipv4_prefix = 33", "sgwarden.toml:1: internet_ipv4_prefix must be a whole number from 0 to 32, not 33"),
    (
        'accounts = ["12345"]',
        'sgwarden.toml:1: accounts[0] must be an account id of twelve digits, not "12345"',
    ),
    ('regions = ["Ireland"]', 'sgwarden.toml:1: regions[0] must be a region such as "eu-west-1", not "Ireland"'),
    ("policies = []", "sgwarden.toml:1: policies must be a table, not an array"),
    (
        "[policies]\ndisabled = []",
        'sgwarden.toml:2: unknown key "disabled" in policies; did you mean "disable"?',
    ),
    (
        "[policies.severity]\nopen-admin-port = 'bad'",
        'sgwarden.toml:2: policies.severity.open-admin-port must be one of low, medium, high, critical, not "bad"',
    ),
    ("[[paths]]\ndisable = []", 'sgwarden.toml:1: paths[0] lacks the key "path"'),
    (
        "[[exemptions]]\nreason = 'x'",
        "sgwarden.toml:1: exemptions[0] names nothing; give at least one of policy, address, id, account, region, "
        "tag, workspace, kind, path",
    ),
    (
        "[[exemptions]]\nid = 'sg-1'\n[[exemptions]]\nid = 'sg-2'\nuntil = 'soon'",
        'sgwarden.toml:5: exemptions[1].until must be a date such as 2027-01-31, not "soon"',
    ),
    (
        "[[exemptions]]\nid = []",
        "sgwarden.toml:2: exemptions[0].id is empty; leave it out",
    ),
    (
        "[[exemptions]]\nkind = 'rule_gone'",
        "sgwarden.toml:2: exemptions[0].kind must be one of hcl, plan, state, snapshot, live, rule_added, "
        "rule_removed, rule_changed, rule_recreated, group_missing, group_unmanaged, attribute_changed, "
        'prefix_list_changed, not "rule_gone"',
    ),
    ("b = 1\na = 1\nfail_on = 'x'", None),
]
RIGHT = [
    "",
    'fail_on = "never"\nformat = "sarif"\nhonor = ["checkov", "trivy"]\nbenchmark = "cis-aws-7.0.0"\n',
    'admin_ports = [22]\ntrusted_cidrs = ["198.51.100.0/24", "2001:db8::/32"]\ninternet_ipv6_prefix = 20\n',
    '[policies]\nenable = ["open-admin-port"]\nseverity = { open-admin-port = "low" }\n',
    '[[paths]]\npath = ["live/**", "x"]\ndisable = ["open-admin-port"]\n',
    '[[exemptions]]\npolicy = "*"\naddress = "module.x"\nuntil = "2027-01-31"\nreason = "r"\n',
]


def message(directory: Path, text: str, name: str = "sgwarden.toml") -> str:
    """What reading this file says."""
    (directory / name).write_text(text)
    with pytest.raises(UsageError) as caught:
        read(directory / name, name)
    return str(caught.value)


@pytest.mark.parametrize(("text", "expected"), WRONG[:-1])
def test_mistakes(tmp_path: Path, text: str, expected: str) -> None:
    assert message(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('fail_on = "high"\nfail_on =\n', "sgwarden.toml:2: this is no TOML: Invalid value"),
        ("[tool.sgwarden]\nfail_on = 1\n", "sgwarden.toml:1: tables [tool...] are for pyproject.toml; write the keys without the header here"),
        ("[[exemptions]]\nadress = 'x'\n", 'sgwarden.toml:2: unknown key "adress" in exemptions[0]; did you mean "address"?'),
        ("[[paths]]\npth = 'x'\n", 'sgwarden.toml:2: unknown key "pth" in paths[0]; did you mean "path"?'),
        ("[[exemptions]]\nid = 'x'\nreason = ' '\n", 'sgwarden.toml:3: exemptions[0].reason must be a text that is not empty, not " "'),
        ("[[exemptions]]\npath = '/etc'\n", 'sgwarden.toml:2: exemptions[0].path must be a path relative to the configuration, not "/etc"'),
        ("diff_base = '--output=x'\n", 'sgwarden.toml:1: diff_base must be a git reference, or nothing, not "--output=x"'),
    ],
)  # fmt: skip
def test_mistakes_that_once_were_told_badly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sgwarden.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        read(Path("sgwarden.toml"))
    assert str(caught.value) == expected


def test_a_reason_may_have_lines(tmp_path: Path) -> None:
    (tmp_path / "sgwarden.toml").write_text('[[exemptions]]\nid = "x"\nreason = """\none\ntwo\n"""\n')
    assert read(tmp_path / "sgwarden.toml").values["exemptions"][0]["reason"] == "one\ntwo\n"


def test_a_named_pyproject_without_the_table_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    with pytest.raises(UsageError, match=r"there is no table \[tool\.sgwarden\] in it"):
        read(tmp_path / "pyproject.toml")


def test_the_first_mistake_of_the_file_is_told(tmp_path: Path) -> None:
    assert message(tmp_path, "fail_on = 'x'\nzzz = 1\n").startswith("sgwarden.toml:1: fail_on must be one of ")
    assert message(tmp_path, "\nzzz = 1\nfail_on = 'x'\n").startswith('sgwarden.toml:2: unknown key "zzz"; known are ')


def test_broken_files(tmp_path: Path) -> None:
    assert message(tmp_path, "a = ") == "sgwarden.toml: this is no TOML: Invalid value (at end of document)"
    (tmp_path / "latin.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(UsageError, match=r"^x: this is no UTF-8; save the file as UTF-8$"):
        read(tmp_path / "latin.toml", "x")
    with pytest.raises(UsageError, match=r"^gone\.toml: there is no such file; check --config$"):
        read(tmp_path / "gone.toml", "gone.toml")


def test_a_table_of_pyproject_toml(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n[tool.other]\nfail_on = 1\n[tool.sgwarden]\nfail_on = "low"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    document = read(tmp_path / "pyproject.toml", "pyproject.toml")
    assert (document.values, document.place("fail_on")) == ({"fail_on": "low"}, ("pyproject.toml", 6))
    assert message(tmp_path, text + "[tool.sgwarden.policies]\nenabled = []\n", "pyproject.toml") == (
        'pyproject.toml:8: unknown key "enabled" in policies; did you mean "enable"?'
    )


@pytest.mark.parametrize("text", RIGHT)
def test_the_schema_agrees_on_what_is_right(tmp_path: Path, text: str) -> None:
    (tmp_path / "sgwarden.toml").write_text(text)
    values = read(tmp_path / "sgwarden.toml").values
    jsonschema.Draft202012Validator(schema()).validate(values)


@pytest.mark.parametrize("text", [text for text, _ in WRONG if "10.1.2.3/8" not in text])
def test_the_schema_agrees_on_what_is_wrong(text: str) -> None:
    """But for host bits, which a JSON Schema cannot tell."""
    assert not jsonschema.Draft202012Validator(schema()).is_valid(tomllib.loads(text))


def test_the_nearest_file_counts_up_to_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    for name in ("live/prod", "live/dev", "modules"):
        (top / name).mkdir(parents=True)
    (tmp_path / "sgwarden.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert find([top / "live" / "prod"]) is None
    (top / "pyproject.toml").write_text("[project]\nname = 'sgwarden-user'\n")
    assert find([top / "live" / "prod"]) is None
    (top / "sgwarden.toml").touch()
    assert find([top / "live" / "prod"]) == top / "sgwarden.toml"
    (top / "live" / "sgwarden.toml").touch()
    assert find([top / "live" / "prod", top / "live" / "dev"]) == top / "live" / "sgwarden.toml"
    assert find([top / "live" / "prod", top / "modules"]) == top / "sgwarden.toml"
    (top / "live" / "prod" / "pyproject.toml").write_text("[tool.sgwarden]\n")
    (top / "live" / "prod" / "main.tf").touch()
    assert find([top / "live" / "prod" / "main.tf"]) == top / "live" / "prod" / "pyproject.toml"


def test_without_a_repository_the_working_directory_bounds_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "live").mkdir(parents=True)
    (tmp_path / "sgwarden.toml").touch()
    monkeypatch.chdir(tmp_path / "work")
    assert find([Path("live")]) is None
    (tmp_path / "work" / "sgwarden.toml").touch()
    assert find([Path("live")]) == tmp_path / "work" / "sgwarden.toml"
    monkeypatch.chdir(tmp_path / "work" / "live")
    assert find([tmp_path]) == tmp_path / "sgwarden.toml"


def test_two_configurations_and_links_out_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "repository"
    (top / ".git").mkdir(parents=True)
    monkeypatch.chdir(top)
    (tmp_path / "outside.toml").touch()
    (top / "sgwarden.toml").symlink_to(tmp_path / "outside.toml")
    with pytest.raises(UsageError) as caught:
        find([top])
    assert str(caught.value) == (
        "sgwarden.toml: this link leads out of the repository; copy the file, or give --config"
    )
    (top / "pyproject.toml").write_text("[tool.sgwarden]\n")
    with pytest.raises(UsageError) as caught:
        find([top])
    assert str(caught.value) == (
        "sgwarden.toml: the same directory holds sgwarden.toml and a table [tool.sgwarden] in pyproject.toml; "
        "keep one of them"
    )


def test_names_of_several_roots_are_no_paths_to_look_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "live" / "a").mkdir(parents=True)
    (tmp_path / "live" / "sgwarden.toml").touch()
    monkeypatch.chdir(tmp_path)
    several = ", ".join(["live/a"] * 2000)  # longer than a path may be
    assert passed_over(["live/a", several], None) == ["live/sgwarden.toml"]
