"""Policies in Python files: what does not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.custom_policies.load import load
from sgwarden.custom_policies.python_files import policies_in
from sgwarden.errors import UsageError
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures
from tests.custom_policies.policy_texts import CHECK, HEAD, write


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("x = (\n", 1, "the policy does not load: SyntaxError: '(' was never closed"),
        ("import os\nimport no_such_module\n", 2, "the policy does not load: ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys\n\nsys.exit(0)\n", 3, "the policy does not load: SystemExit: 0"),
        ("x = 1\n", 0, "no policy is defined here; define a subclass of sgwarden_policies.policy.Policy with check()"),
        (HEAD, 0, "no policy is defined here; define a subclass of sgwarden_policies.policy.Policy with check()"),
        (HEAD.replace('"ours"', '"Ours"') + CHECK, 4, 'Ours has no id in kebab-case; write id = "no-public-databases"'),
        (HEAD.replace('"F."', '""') + CHECK, 4, 'Ours has no fix; write fix = "..."'),
        (HEAD.replace("Severity.HIGH", '"high"') + CHECK, 4, "Ours has no severity; write severity = Severity.HIGH"),
        (HEAD + '    sources = "https://a"\n' + CHECK, 4, "Ours.sources is no tuple"),
        (HEAD + CHECK + "    def __init__(self):\n        1 / 0\n", 11, "ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_what_does_not_load(tmp_path: Path, text: str, line: int, complaint: str) -> None:
    directory = write(tmp_path, a_py=text)
    with pytest.raises(UsageError) as caught:
        load([directory], taken=[])
    assert str(caught.value) == f"{directory}/a.py{f':{line}' if line else ''}: {complaint}"


def test_attributes_that_may_be_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(HEAD + CHECK)
    ((policy, line),) = policies_in(file, file.read_bytes(), "a.py")
    assert (policy.id, line) == ("ours", 4)
    assert (policy.sources, policy.controls, policy.bad, policy.good) == ((), (), "", "")
