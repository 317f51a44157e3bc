"""Suppressions in code: what comments make, and which findings their places cover."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sgwarden.model.locations import Location
from sgwarden.suppressions.code import CodeSuppressions
from sgwarden.suppressions.module_calls import ModuleCalls
from sgwarden.suppressions.subject import Subject

IGNORE = "sgwarden:ignore=open-admin-port"
CODE = f"""# {IGNORE}
resource "aws_security_group" "web" {{
  ingress {{
    from_port   = 22 # {IGNORE}
    cidr_blocks = [
      "10.0.0.0/8", # {IGNORE}
      "10.1.0.0/16",
    ]
  }}
}}
"""
CALL = f"""# {IGNORE}
module "a" {{
  source = "./m"
}}
"""


def made(base: Path, tools: tuple[str, ...] = (), **files: str) -> CodeSuppressions:
    """The suppressions of files by name, with ``__`` for the slash and the last ``_`` for the dot."""
    names = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    for name, text in names.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text)
    return CodeSuppressions(names, base, ["open-admin-port"], tools, ModuleCalls(base.resolve()))


def lines(code: CodeSuppressions, subject: Subject) -> list[tuple[str, int]]:
    return [(one.location.file, one.location.line) for one in code.covering(subject)]


def test_what_a_comment_makes(tmp_path: Path) -> None:
    (one,) = made(tmp_path, main_tf=f'# {IGNORE} until=2027-01-31 reason="r"\nresource "a" "b" {{\n}}\n').all()
    assert (one.origin, one.policies, one.until, one.reason) == (
        "comment", ("open-admin-port",), date(2027, 1, 31), "r"
    )  # fmt: skip
    assert one.location == Location("main.tf", 1, 1, 1, 62)
    assert (one.start, one.end, one.header) == (2, 3, ("resource", "a", "b"))
    assert one.words == f'# {IGNORE} until=2027-01-31 reason="r"'
    assert one.code_around == 'resource a b resource "a" "b" {'


@pytest.mark.parametrize(
    ("line", "end", "element", "expected"),
    [
        (3, 9, 0, [1]),
        (4, 4, 0, [1, 4]),
        (5, 8, 6, [1, 6]),
        (5, 8, 7, [1]),
        (11, 11, 0, []),
    ],
)
def test_lines_and_elements(tmp_path: Path, line: int, end: int, element: int, expected: list[int]) -> None:
    code = made(tmp_path, main_tf=CODE)
    elements = (Location("main.tf", element, element),) if element else ()
    subject = Subject(policy="x", location=Location("main.tf", line, end), elements=elements)
    assert lines(code, subject) == [("main.tf", number) for number in expected]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("module.a.aws_security_group.web", [("main.tf", 1), ("m/main.tf", 1)]),
        ('module.a["x"].aws_security_group.web[0]', [("main.tf", 1), ("m/main.tf", 1)]),
        ("module.a.aws_security_group.other", [("main.tf", 1)]),
        ("module.b.aws_security_group.web", []),
        ("aws_security_group.web", []),
    ],
)
def test_addresses_of_plans_and_states(tmp_path: Path, address: str, expected: list[tuple[str, int]]) -> None:
    code = made(tmp_path, main_tf=CALL, m__main_tf=CODE)
    assert lines(code, Subject(policy="x", address=address, directory=".")) == expected
    assert lines(code, Subject(policy="x", address=address)) == []


def test_comments_for_other_tools_count_on_request(tmp_path: Path) -> None:
    text = 'resource "a" "b" {\n  # checkov:skip=CKV_AWS_24:r\n  # tfsec:ignore:AWS006\n  x = 1\n}\n'
    assert made(tmp_path, main_tf=text).all() == []
    found = made(tmp_path, ("checkov", "tfsec"), main_tf=text).all()
    assert [(one.origin, one.start, one.end) for one in found] == [("checkov", 1, 5), ("tfsec", 4, 4)]


def test_comments_that_stand_at_nothing_say_why(tmp_path: Path) -> None:
    code = made(tmp_path, main_tf_json=f'{{"//": "{IGNORE}"}}')
    assert [(one.location.file, one.invalid) for one in code.all()] == [
        ("main.tf.json", "in JSON it stands inside a resource, a module call or a block of these"),
    ]


def test_comments_in_a_variable_file_stand_at_its_assignments(tmp_path: Path) -> None:
    text = f'# {IGNORE}\nx = [\n  "a",\n]\ny = [\n  "b", # {IGNORE}\n]\n'
    assert [(one.start, one.end, one.invalid) for one in made(tmp_path, prod_tfvars=text).all()] == [
        (2, 4, ""),
        (6, 6, ""),
    ]
