"""How ports and the expressions behind rules are named."""

from __future__ import annotations

import pytest

from sgwarden.model import provenance, wording
from sgwarden.model.instances import Origin
from sgwarden.model.locations import Location
from sgwarden.model.values import Unknown
from tests.policies.models import rule

HERE = Location("main.tf", 1, 1)
SOME = Unknown("some")


@pytest.mark.parametrize(
    ("expression", "steps", "text"),
    [
        ('["0.0.0.0/0"]', (), ""),
        ("var.a", ("var.a, set at terraform.tfvars:3",), "`var.a`, set at terraform.tfvars:3"),
        ("var.a", ("terraform.tfvars:3",), "`var.a`, set in terraform.tfvars:3"),
        ("var.a", ("var.a, default at variables.tf:2",), "`var.a`, default at variables.tf:2"),
        (
            "local.a",
            ("local.a at main.tf:3", "var.b, set at --var"),
            "`local.a` at main.tf:3, from `var.b`, set at --var",
        ),
        ("concat(var.a,\n  var.b)", (), "`concat(var.a, var.b)`"),
        ("x" * 100, (), "`" + "x" * 77 + "...`"),
    ],
)
def test_trail(expression: str, steps: tuple[str, ...], text: str) -> None:
    assert provenance.trail(Origin(HERE, expression, steps)) == text


def test_of_a_sensitive_value_only_references_are_told() -> None:
    assert provenance.trail(Origin(HERE, 'sensitive("203.0.113.9/32")', ("local.a at main.tf:3",)), sensitive=True) == (
        "`local.a` at main.tf:3"
    )


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((22,), "port 22 (SSH)"), ((22, 99), "ports 22 (SSH) and 99"), ((1, 2, 3), "ports 1, 2 and 3")],
)
def test_ports(numbers: tuple[int, ...], text: str) -> None:
    assert wording.ports(numbers) == text


VARIABLE = Origin(HERE, "var.clients", ("var.clients, set at terraform.tfvars:2",))
PORT = Origin(HERE, "each.value", ("var.ports, set at terraform.tfvars:3",))
WRITTEN = Origin(HERE, '"0.0.0.0/0"')


@pytest.mark.parametrize(
    ("origins", "attribute", "text"),
    [
        ({"peer": VARIABLE, "from_port": PORT}, "peer", " (`var.clients`, set at terraform.tfvars:2)"),
        (
            {"peer": WRITTEN, "from_port": PORT},
            "peer",
            " (port `each.value`, from `var.ports`, set at terraform.tfvars:3)",
        ),
        ({"to_port": PORT}, "peer", " (port `each.value`, from `var.ports`, set at terraform.tfvars:3)"),
        ({"peer": WRITTEN, "from_port": Origin(HERE, "443")}, "peer", ""),
        ({"peer": VARIABLE}, "description", ""),
    ],
)
def test_what_made_a_rule(origins: dict[str, Origin], attribute: str, text: str) -> None:
    assert provenance.made_by(rule(origins=origins), attribute) == text


@pytest.mark.parametrize(
    ("trail", "places"),
    [
        (("var.clients, set at terraform.tfvars:2",), ("terraform.tfvars", 2)),
        (("local.a at main.tf:3", "var.b, set at live é prod/terraform.tfvars:7"), ("live é prod/terraform.tfvars", 7)),
        (("terraform.tfvars:3",), ("terraform.tfvars", 3)),
        (("var.clients", "TF_VAR_clients"), None),
        ((), None),
    ],
)
def test_where_a_value_comes_from(trail: tuple[str, ...], places: tuple[str, int] | None) -> None:
    subject = rule(origins={"peer": Origin(HERE, "var.clients", trail)})
    assert provenance.given_at(subject) == (() if places is None else (Location(places[0], places[1], places[1]),))


def test_what_stands_where_the_rule_is_comes_from_nowhere_else() -> None:
    subject = rule(location=HERE, origins={"peer": Origin(HERE, "local.a", (f"local.a at {HERE.file}:{HERE.line}",))})
    assert provenance.given_at(subject) == ()
