"""Templates: their size, and the variables they may refer to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.evaluating import evaluate, troubles


def test_growing_templates_are_bounded(tmp_path: Path) -> None:
    lines = ['  s0 = "0123456789"'] + [f'  s{i} = "${{local.s{i - 1}}}${{local.s{i - 1}}}"' for i in range(1, 60)]
    code = "locals {\n" + "\n".join(lines) + '\n}\nresource "x_y" "a" {\n  v = local.s59\n}\n'
    instances, run = evaluate(tmp_path, code)
    assert isinstance(instances["x_y.a"].attributes["v"], Unknown)
    assert [reason for _, reason, _ in troubles(run)] == ["a string grows beyond 16777216 characters"]


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("${a}-${b}", "1,8-9"),
        ("${can(b)}", "1,7-8"),
        ("%{for x in []}${b.c}%{endfor}", "1,17-18"),
        ("a\n${try(b, 1)}", "2,7-8"),
        ("${true ? a : b[0]}", "1,14-15"),
    ],
)
def test_a_template_refers_to_its_variables_alone(tmp_path: Path, template: str, place: str) -> None:
    (tmp_path / "a.tpl").write_text(template)
    with pytest.raises(EvaluationError) as caught:
        evaluate_text('templatefile("a.tpl", { a = "A" })', {}, tmp_path)
    wanted = f'Invalid value for "vars" parameter: vars map does not contain key "b", referenced at a.tpl:{place}.'
    assert str(caught.value) == wanted
    assert evaluate_text('try(templatefile("a.tpl", {}), "caught")', {}, tmp_path) == "caught"


def test_a_strip_marker_takes_space_up_to_the_end_of_its_line(tmp_path: Path) -> None:
    """As terraform 1.11 renders it."""
    text = "a:\n%{ for x in l ~}\n\n  - ${x}\n%{ endfor ~}\n\n\nend ${~ l[0] ~}  \n\n  !\n"
    (tmp_path / "a.tpl").write_text(text)
    expected = "a:\n\n  - 1\n\n  - 2\n\n\nend1\n  !\n"
    assert evaluate_text('templatefile("a.tpl", { l = [1, 2] })', {}, tmp_path) == expected
    assert evaluate_text("templatestring(t, { l = [1, 2] })", {"t": text}, tmp_path) == expected
