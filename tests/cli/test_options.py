"""What the options about inputs become."""

from __future__ import annotations

from sgwarden.cli.options import load_options
from sgwarden.run.options import LoadOptions
from tests.cli.parsed import parsed


def test_load_options() -> None:
    given = parsed(
        "scan", "a", "--var", "x=1", "--var-file", "b", "--workspace", "prod", "--no-cache", "--changed-files"
    )
    assert load_options(given) == LoadOptions(
        ("x=1",), ("b",), "prod", use_cache=False, changed_files=True, var_files_before=(0,)
    )
    assert load_options(parsed("drift")) == LoadOptions()
    ordered = load_options(parsed("scan", "--var", "x=1", "--var-file", "b", "--var-file", "c", "--var", "y=2"))
    assert (ordered.variables, ordered.var_files, ordered.var_files_before) == (("x=1", "y=2"), ("b", "c"), (0, 2))
