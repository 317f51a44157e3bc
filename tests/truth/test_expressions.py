"""Random expressions in ``terraform console`` and here; see ``expressions`` for how to compare many.

``SGWARDEN_EXPRESSIONS`` sets how many (default 400), ``SGWARDEN_SEED`` the seed (default 0).
"""

from __future__ import annotations

import os
import shutil

import pytest

from tests.truth.expressions import compare, generated


@pytest.mark.terraform
def test_generated_expressions_are_what_the_console_says() -> None:
    if shutil.which("terraform") is None:
        pytest.skip("NOT COMPARED WITH THE REAL TERRAFORM, missing: terraform on PATH")
    count, seed = (
        int(os.environ.get(f"SGWARDEN_{name}", default)) for name, default in (("EXPRESSIONS", "400"), ("SEED", "0"))
    )
    compared, differences = compare(generated(count, seed))
    assert compared > count * 0.9
    assert [each for each in differences if each.reason is None] == []
