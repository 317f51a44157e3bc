"""What a configuration of the scanned code may tell Checkov. Each spelling was executed by the real Checkov 3.3.30."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgwarden.checkov.configuration import MAX_FILE, refuse_untrusted, without_key
from sgwarden.errors import InputError, SgwardenError, UsageError

CHECKS = "external-checks-dir: [checks]\n"


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scanned directory, below the working directory."""
    directory = tmp_path / "work" / "code"
    directory.mkdir(parents=True)
    monkeypatch.chdir(directory.parent)
    return directory


def judge(code: Path, *, home: Path | None = None, plan: bool = False) -> None:
    refuse_untrusted(code, home or code.parents[1], is_directory_scanned=not plan)


@pytest.mark.parametrize(
    "text",
    [
        CHECKS,
        "external-checks-git: [https://example.com/checks]\n",
        "{quiet: true, external-checks-dir: [checks]}\n",
        "--external-checks-dir: [checks]\n",
        '"external\\x2dchecks-dir": [checks]\n',
        "? external-checks-dir\n: [checks]\n",
        "quiet: true\n<<: {external-checks-dir: [checks]}\n",
        "\ufeffexternal-checks-dir: [checks]\n",
        "quiet: true\u2028external-checks-dir: [checks]\n",
        "quiet: true\x85external-checks-dir: [checks]\n",
        "!!str external-checks-dir: [checks]\n",
        "external-checks-d: [checks]\n",
    ],
)
@pytest.mark.parametrize("name", [".checkov.yaml", ".checkov.yml"])
def test_external_checks_in_any_spelling(code: Path, text: str, name: str) -> None:
    (code / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        judge(code)
    assert str(caught.value) == (
        f"code/{name}: Checkov would execute the external checks that this file names; "
        "give --trust-checkov-config when the code is yours"
    )


@pytest.mark.parametrize(
    "text",
    [
        "soft-fail-on: '--external-checks-dir=checks'\n",
        "hard-fail-on: [HIGH, --external-checks-dir=checks]\n",
        "create-baseline: true\n",
        "output-file-path: /etc\n",
        "bc-api-key: abc\n",
        "file: [/etc/passwd]\n",
        "var-file: [/etc/passwd]\n",
        "var-file: ['C:secret.tfvars']\n",
        "baseline: ../../other\n",
        "skip-path: {a: b}\n",
        "an-option-of-next-year: true\n",
        "1: 2\n",
    ],
)
def test_what_is_not_known_to_be_harmless(code: Path, text: str) -> None:
    (code / ".checkov.yaml").write_text(text)
    with pytest.raises(UsageError, match="scanned code must not tell Checkov"):
        judge(code)


def test_what_teams_write(code: Path) -> None:
    (code / ".checkov.yaml").write_text(
        "branch: main\ncompact: true\ndirectory:\n  - .\ndownload-external-modules: false\nevaluate-variables: true\n"
        "external-modules-download-path: .external_modules\nframework:\n  - all\nskip-check:\n  - CKV_AWS_260\n"
        "soft-fail: true\nskip-path:\n  - ^modules/old\nvar-file:\n  - live/prod.tfvars\nbaseline: .checkov.baseline\n"
        "secrets-scan-file-type: []\noutput: cli\nquiet:\n"
    )
    (code / ".checkov.yml").write_text("")
    judge(code)


def test_a_directory_beside_a_plan(code: Path) -> None:
    """Checkov would scan the directory and leave the plan."""
    (code.parent / ".checkov.yaml").write_text("directory: [.]\n")
    with pytest.raises(UsageError, match="sets 'directory'"):
        judge(code, plan=True)


def test_the_working_directory(code: Path) -> None:
    (code.parent / ".checkov.yaml").write_text(CHECKS)
    with pytest.raises(UsageError, match="external checks"):
        judge(code)


def test_a_plan_does_not_bring_the_files_beside_it(code: Path) -> None:
    """Checkov reads them for a directory alone."""
    (code / ".checkov.yaml").write_text(CHECKS)
    judge(code, plan=True)


def test_a_directory_whose_name_is_a_pattern(code: Path) -> None:
    pattern, other = code / "[a]", code / "a"
    pattern.mkdir()
    other.mkdir()
    (other / ".checkov.yaml").write_text(CHECKS)
    with pytest.raises(UsageError, match="external checks"):
        judge(pattern)


@pytest.mark.parametrize("text", ["[1, 2]\n", "a: [\n", "a: &a [*a\n", "- " * 100_000, "x" * (MAX_FILE + 1)])
def test_what_is_no_configuration(code: Path, text: str) -> None:
    (code / ".checkov.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        judge(code)
    assert "\n" not in str(caught.value)


def test_what_cannot_be_read(code: Path) -> None:
    (code / ".checkov.yaml").write_bytes(b"quiet: \xff\n")
    with pytest.raises(InputError, match="cannot be read"):
        judge(code)
    (code / ".checkov.yaml").unlink()
    os.mkfifo(code / ".checkov.yaml")
    with pytest.raises(InputError, match="no file that Checkov should read"):
        judge(code)


def test_the_home_directory_is_the_users_own(code: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".checkov.yaml").write_text(f"external-checks-dir: [{tmp_path / 'mine'}]\ncreate-baseline: true\n")
    judge(code, home=home)
    for inside in ("checks", str(code / "checks")):
        (home / ".checkov.yaml").write_text(f"external-checks-dir: ['{inside}']\n")
        with pytest.raises(UsageError, match="may be scanned code"):
            judge(code, home=home)


def test_the_home_directory_as_scanned_code(code: Path) -> None:
    (code / ".checkov.yaml").write_text(f"external-checks-dir: [{code.parents[1] / 'mine'}]\n")
    with pytest.raises(UsageError, match="would execute the external checks that this file names"):
        judge(code, home=code)


def test_keys_to_a_service_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / ".checkov.yaml"
    file.write_text("bc-api-key: abc\nquiet: true\n")
    assert without_key(file) == '{"quiet": true}'
    file.write_text("quiet: true\n")
    assert without_key(file) is None
    assert without_key(tmp_path / "none") is None


def test_errors_are_of_our_kind(code: Path) -> None:
    (code / ".checkov.yaml").symlink_to(code / "nowhere")
    with pytest.raises(SgwardenError):
        judge(code)
