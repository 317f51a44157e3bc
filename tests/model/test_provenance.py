"""How the expression behind a value, and its way through variables, are named."""

from __future__ import annotations

import pytest

from sgwarden.model import provenance
from sgwarden.model.instances import Origin, Step
from sgwarden.model.locations import Location
from tests.policies.models import rule

HERE = Location("main.tf", 1, 1)


def line(file: str, number: int) -> Location:
    return Location(file, number, number)


CLIENTS = Step("var.clients", "set", line("terraform.tfvars", 2))
LOCAL = Step("local.a", "local", line("main.tf", 3))
VARIABLE = Origin(HERE, "var.clients", (CLIENTS,))
PORT = Origin(HERE, "each.value", (Step("var.ports", "set", line("terraform.tfvars", 3)),))
LITERAL = Origin(HERE, '"0.0.0.0/0"')


@pytest.mark.parametrize(
    ("expression", "steps", "text"),
    [
        ('["0.0.0.0/0"]', (), ""),
        ("var.clients", (CLIENTS,), "`var.clients`, set at terraform.tfvars:2"),
        ("var.a", (Step("var.a", "default", line("variables.tf", 2)),), "`var.a`, default at variables.tf:2"),
        (
            "var.a",
            (Step("var.a", "no value", line("main.tf", 9)),),
            "`var.a`, declared without a value at main.tf:9",
        ),
        (
            "local.a",
            (LOCAL, Step("var.b", "set", "--var")),
            "`local.a` at main.tf:3, from `var.b`, set at --var",
        ),
        (
            "module.m.out[0]",
            (Step("module.m.out", "output", line("m/main.tf", 4)), LOCAL, LOCAL, CLIENTS),
            "`module.m.out[0]`, from `module.m.out`, output at m/main.tf:4, from `local.a` at main.tf:3",
        ),
        ("concat(var.a,\n  var.b)", (), "`concat(var.a, var.b)`"),
        ("x" * 100, (), "`" + "x" * 77 + "...`"),
    ],
)
def test_an_origin_in_words(expression: str, steps: tuple[Step, ...], text: str) -> None:
    assert provenance.origin_text(Origin(HERE, expression, steps)) == text


def test_of_a_sensitive_value_only_references_are_named() -> None:
    origin = Origin(HERE, 'sensitive("203.0.113.9/32")', (LOCAL,))
    assert provenance.origin_text(origin, sensitive=True) == "`local.a` at main.tf:3"


@pytest.mark.parametrize(
    ("origins", "attribute", "text"),
    [
        ({"peer": VARIABLE, "from_port": PORT}, "peer", "`var.clients`, set at terraform.tfvars:2"),
        (
            {"peer": LITERAL, "from_port": PORT},
            "peer",
            "port `each.value`, from `var.ports`, set at terraform.tfvars:3",
        ),
        ({"to_port": PORT}, "peer", "port `each.value`, from `var.ports`, set at terraform.tfvars:3"),
        ({"peer": LITERAL, "from_port": Origin(HERE, "443")}, "peer", ""),
        ({"peer": VARIABLE}, "description", ""),
    ],
)
def test_the_cause_of_a_rule(origins: dict[str, Origin], attribute: str, text: str) -> None:
    assert provenance.cause(rule(origins=origins), attribute) == text


@pytest.mark.parametrize(
    ("trail", "places"),
    [
        ((CLIENTS,), (line("terraform.tfvars", 2),)),
        ((LOCAL, Step("var.b", "set", line("live at home/a.tfvars", 7))), (line("live at home/a.tfvars", 7),)),
        ((LOCAL, Step("var.b", "set", "TF_VAR_b")), ()),
        ((), ()),
        ((Step("local.a", "local", HERE),), ()),
    ],
)
def test_where_a_value_comes_from_unless_it_is_the_line_of_the_rule(
    trail: tuple[Step, ...], places: tuple[Location, ...]
) -> None:
    subject = rule(location=HERE, origins={"peer": Origin(HERE, "var.clients", trail)})
    assert provenance.cause_location(subject) == places
